"""The people, departments and rooms of the demo company ООО «Ветер и Волна»; all of it is fictional."""

from dataclasses import dataclass

from vizavi.common.permissions import Role

DOMAIN = "vetervolna.example"
PASSWORD = "vizavi-demo"  # noqa: S105 - published in the README on purpose: the demo listens on loopback only
MOSCOW, YEKATERINBURG = "Europe/Moscow", "Asia/Yekaterinburg"

DEPARTMENTS: tuple[tuple[str, str | None], ...] = (  # name, parent
    ("Дирекция", None),
    ("Разработка", None),
    ("Бэкенд", "Разработка"),
    ("Фронтенд", "Разработка"),
    ("Тестирование", "Разработка"),
    ("Продажи", None),
    ("Логистика", None),
    ("Склад Екатеринбург", "Логистика"),
    ("Финансы", None),
    ("Маркетинг", None),
    ("Персонал", None),
)

ROOMS: tuple[tuple[str, str, int], ...] = (  # name, city, capacity
    ("Байкал", "Москва", 8),
    ("Ладога", "Москва", 4),
    ("Арал", "Москва", 1),
    ("Селигер", "Екатеринбург", 12),
)


@dataclass(frozen=True, slots=True)
class DemoUser:
    key: str
    first_name: str
    last_name: str
    position: str
    department: str
    role: Role
    time_zone: str = MOSCOW

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


OLGA = DemoUser("olga.melnikova", "Ольга", "Мельникова", "Руководитель подбора", "Персонал", Role.ADMINISTRATOR)
ANNA = DemoUser("anna.krylova", "Анна", "Крылова", "Рекрутер (ИТ)", "Персонал", Role.RECRUITER)
DMITRY = DemoUser("dmitry.laptev", "Дмитрий", "Лаптев", "Рекрутер (продажи)", "Персонал", Role.RECRUITER)
MARINA = DemoUser(
    "marina.soboleva", "Марина", "Соболева", "Рекрутер (регион)", "Персонал", Role.RECRUITER, YEKATERINBURG
)
SERGEY = DemoUser("sergey.tarasov", "Сергей", "Тарасов", "Руководитель разработки", "Разработка", Role.INTERVIEWER)
ELENA = DemoUser("elena.gromova", "Елена", "Громова", "Коммерческий директор", "Дирекция", Role.INTERVIEWER)
USERS = (OLGA, ANNA, DMITRY, MARINA, SERGEY, ELENA)
