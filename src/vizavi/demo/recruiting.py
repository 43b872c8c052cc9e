"""Vacancies, candidates and applications of the demo: a pure generator with a fixed seed (DOMAIN 6)."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from vizavi.demo.people import ANNA, DMITRY, ELENA, MARINA, MOSCOW, OLGA, SERGEY, YEKATERINBURG, DemoUser
from vizavi.recruiting.models import VacancyStatus

SEED = 20260
_ANYWHERE = "удалённо"


@dataclass(frozen=True, slots=True)
class DemoVacancy:
    number: str
    title: str
    department: str
    city: str
    recruiter: DemoUser
    manager: DemoUser
    salary: tuple[int, int]
    seats: int = 1
    urgent: bool = False
    status: VacancyStatus = VacancyStatus.OPEN


VACANCIES = (
    DemoVacancy("V-101", "Python-разработчик", "Бэкенд", _ANYWHERE, ANNA, SERGEY, (220, 300), seats=2),
    DemoVacancy("V-102", "Фронтенд-разработчик (React)", "Фронтенд", "Москва", ANNA, SERGEY, (200, 270)),
    DemoVacancy("V-103", "Инженер по тестированию", "Тестирование", _ANYWHERE, ANNA, SERGEY, (140, 190)),
    DemoVacancy("V-104", "Менеджер по продажам B2B", "Продажи", "Москва", DMITRY, ELENA, (100, 150), seats=3),
    DemoVacancy("V-105", "Логист-диспетчер", "Логистика", "Екатеринбург", MARINA, ELENA, (70, 90), seats=2),
    DemoVacancy("V-106", "Бухгалтер по заработной плате", "Финансы", "Москва", DMITRY, OLGA, (110, 130), urgent=True),
    DemoVacancy(
        "V-107", "Маркетолог-аналитик", "Маркетинг", "Москва", DMITRY, ELENA, (130, 160), status=VacancyStatus.PAUSED
    ),
    DemoVacancy(
        "V-108",
        "Начальник склада",
        "Склад Екатеринбург",
        "Екатеринбург",
        MARINA,
        ELENA,
        (120, 150),
        status=VacancyStatus.CLOSED,
    ),
)

# the stages of the applications on each vacancy: 40 in all
FUNNEL: dict[str, tuple[str, ...]] = {
    "V-101": ("new", "screening", "review", "phone", "interview", "interview", "hm_interview", "offer"),
    "V-102": ("new", "screening", "phone", "interview", "hm_interview", "rejected"),
    "V-103": ("new", "screening", "review", "interview", "testing"),
    "V-104": ("new", "screening", "review", "phone", "interview", "hm_interview", "offer", "withdrew"),
    "V-105": ("new", "screening", "review", "phone", "interview", "hm_interview"),
    "V-106": ("new", "screening", "testing", "hired"),
    "V-107": ("reserve",),
    "V-108": ("hired", "rejected"),
}
# these "new" applications are second ones of candidates who stand on another vacancy: vacancy -> (vacancy, stage)
SECOND: dict[str, tuple[str, str]] = {
    "V-101": ("V-103", "screening"),
    "V-102": ("V-101", "review"),
    "V-103": ("V-102", "phone"),
    "V-104": ("V-107", "reserve"),
    "V-106": ("V-104", "review"),
}
REASONS = {"V-102": "слабое интервью", "V-104": "принял другое предложение", "V-108": "не подходит опыт"}

_NAMES = (
    "Алексеева Дарья, Андреев Павел, Антонова Ксения, Баранов Илья, Белова Ирина, Богданов Артём, Васильева Юлия, "
    "Виноградов Никита, Гаврилова Алина, Гусев Роман, Давыдова Мария, Денисов Кирилл, Ершова Полина, Жуков Максим, "
    "Захарова Светлана, Зимин Олег, Ильина Вера, Калинин Степан, Киселёва Наталья, Ковалёв Тимур, Комарова Екатерина, "
    "Лебедев Антон, Макарова Виктория, Мартынов Глеб, Никитина Анастасия, Орлов Денис, Павлова Людмила, "
    "Петров-Водкин Фёдор, Романова Евгения, Рябов Константин, Савельева Тамара, Сидоренко Тарас, Соколова Алёна, "
    "Тимофеев Игорь, Ушакова Лидия, Фомин Вадим, Хабибуллина Гузель, Цветков Лев, Шестакова Яна, Орлов Денис"
)
_HIS = ("Александрович", "Сергеевич", "Андреевич", "Игоревич", "Павлович", "Олегович", "Михайлович")
_HER = ("Александровна", "Сергеевна", "Андреевна", "Игоревна", "Павловна", "Олеговна", "Михайловна")
_WITHOUT_PATRONYMIC, _WITHOUT_EMAIL = "Хабибуллина", "Павлова"
_ELSEWHERE = {
    "Виноградов": ("Владивосток", "Asia/Vladivostok"),
    "Зимин": ("Новосибирск", "Asia/Novosibirsk"),
    "Антонова": ("Калининград", "Europe/Kaliningrad"),
    "Фомин": ("Самара", "Europe/Samara"),
}
FAR = "Виноградов"  # talks from Vladivostok: 17:00 there is 10:00 in Moscow
_SOURCES = {"hh.ru": 22, "рекомендация": 6, "SuperJob": 4, "Telegram": 4, "сайт": 4}
_NOTES = (
    "Предпочитает созвон после обеда.",
    "Готов выйти через две недели.",
    "Просит общаться в мессенджере.",
    "Есть рекомендация от бывшего коллеги.",
)
_LATIN = {
    **dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziyklmnoprstufye", strict=True)),
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ъ": "",
    "ь": "",
    "ю": "yu",
    "я": "ya",
}


@dataclass(frozen=True, slots=True)
class DemoCandidate:
    last_name: str
    first_name: str
    patronymic: str
    email: str
    phone: str
    birth_year: int
    city: str
    time_zone: str
    source: str
    consent_on: date | None
    note: str


@dataclass(frozen=True, slots=True)
class DemoApplication:
    candidate: DemoCandidate
    vacancy: DemoVacancy
    stage: str
    reason: str | None
    days_ago: int


@dataclass(frozen=True, slots=True)
class Recruiting:
    candidates: tuple[DemoCandidate, ...]
    applications: tuple[DemoApplication, ...]


def generate(monday: date) -> Recruiting:
    """The same people on the same vacancies every time; only dates follow the week."""
    chance = random.Random(SEED)  # noqa: S311 - chance for a show, not for secrets
    names = [(last, first) for last, first in (name.split(" ") for name in _NAMES.split(", "))]
    seats = _seats(names, chance)
    vacancy_of = {index: number for (number, _stage), index in seats.items()}
    sources = [source for source, count in _SOURCES.items() for _ in range(count)]
    chance.shuffle(sources)
    candidates = tuple(
        _candidate(
            index,
            name=names[index],
            vacancy=vacancy_of.get(index),
            source=sources[index],
            monday=monday,
            chance=chance,
        )
        for index in range(len(names))
    )
    return Recruiting(candidates, tuple(_applications(candidates, seats, chance)))


def transliterate(text: str) -> str:
    return "".join(_LATIN.get(letter, letter) for letter in text.lower())


_Seats = dict[tuple[str, int], int]  # (vacancy, position in its funnel) -> candidate


def _seats(names: list[tuple[str, str]], chance: random.Random) -> _Seats:
    """Who stands where; five stand twice, so five of the forty stand nowhere yet."""
    order = list(range(len(names)))
    chance.shuffle(order)
    far = next(index for index, (last, _first) in enumerate(names) if last == FAR)
    order.remove(far)
    seats: _Seats = {("V-101", FUNNEL["V-101"].index("interview")): far}
    first_ones = [
        (number, position)
        for number, stages in FUNNEL.items()
        for position, stage in enumerate(stages)
        if (number, position) not in seats and not (stage == "new" and number in SECOND)
    ]
    seats.update(zip(first_ones, order, strict=False))
    for number, (other, stage) in SECOND.items():
        seats[number, FUNNEL[number].index("new")] = seats[other, FUNNEL[other].index(stage)]
    return seats


def _candidate(
    index: int,
    *,
    name: tuple[str, str],
    vacancy: str | None,
    source: str,
    monday: date,
    chance: random.Random,
) -> DemoCandidate:
    last_name, first_name = name
    twin = index == len(_NAMES.split(", ")) - 1
    home = ("Екатеринбург", YEKATERINBURG) if vacancy in {"V-105", "V-108"} else ("Москва", MOSCOW)
    city, zone = _ELSEWHERE.get(last_name, home)
    her = last_name.endswith("а")
    login = transliterate(f"{first_name}.{last_name}") + ("2" if twin else "")
    patronymic = chance.choice(_HER if her else _HIS)
    return DemoCandidate(
        last_name=last_name,
        first_name=first_name,
        patronymic="" if last_name == _WITHOUT_PATRONYMIC else patronymic,
        email="" if last_name == _WITHOUT_EMAIL else f"{login}@mail.example",
        phone=f"+7 900 000-{index + 11:02d}-{chance.randrange(10, 99)}",
        birth_year=1999 if twin else chance.randrange(1975, 1998),
        city=city,
        time_zone=zone,
        source=source,
        consent_on=monday - timedelta(days=chance.randrange(15, 60)) if chance.random() < 0.8 else None,
        note=chance.choice(_NOTES) if chance.random() < 0.3 else "",
    )


def _applications(candidates: tuple[DemoCandidate, ...], seats: _Seats, chance: random.Random) -> list[DemoApplication]:
    vacancies = {vacancy.number: vacancy for vacancy in VACANCIES}
    return [
        DemoApplication(
            candidates[index],
            vacancies[number],
            FUNNEL[number][position],
            REASONS[number] if FUNNEL[number][position] in {"rejected", "withdrew"} else None,
            chance.randrange(1, 20),
        )
        for (number, position), index in sorted(seats.items())
    ]
