"""Candidates, vacancies and applications."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from vizavi.api.access import ApiRequest, found, needs
from vizavi.api.fields import Body, Code, Day, Flag, Id, Line, Named, Number, QueryId, Text, Words, named
from vizavi.api.once import once
from vizavi.api.paging import Page, Slice, page
from vizavi.api.problems import Problem, wrong
from vizavi.common.permissions import Right, require
from vizavi.events import queries
from vizavi.people.models import Department, User
from vizavi.recruiting import operations
from vizavi.recruiting.duplicates import IDENTIFYING, likely_duplicates
from vizavi.recruiting.models import Application, Candidate, RejectionReason, Stage, Vacancy, VacancyStatus
from vizavi.recruiting.queries import (
    matching_candidates,
    matching_vacancies,
    may_edit_candidate,
    may_edit_vacancy,
    open_vacancies,
)

router = Router(tags=["recruiting"])
PLAIN = ("last_name", "first_name", "patronymic", "birth_year", "city", "time_zone", "source", "consent_on", "note")


class CandidateOut(BaseModel):
    """`email` and `phone` are null for those who may not see contacts."""

    id: int
    last_name: str
    first_name: str
    patronymic: str
    email: str | None
    phone: str | None
    birth_year: int | None
    city: str
    time_zone: str
    source: str
    consent_on: date | None
    note: str
    created_at: datetime


class CandidatePage(Page[CandidateOut]):
    pass


class CandidatePatch(Body):
    last_name: Line | None = None
    first_name: Line | None = None
    patronymic: Line = ""
    email: Line = ""
    phone: Line = ""
    birth_year: Number | None = Field(None, description="From 1900 to the present year.")
    city: Line = ""
    time_zone: Code | None = None
    source: Line = ""
    consent_on: Day | None = Field(None, description="When the person agreed to the processing of personal data.")
    note: Text = ""
    despite_duplicates: Flag = Field(False, description="Save although somebody alike is there (else 409).")


class CandidateIn(CandidatePatch):
    last_name: Line
    first_name: Line


class CandidateFilter(Slice):
    q: Words = Field("", description="Words of the name; contacts for those who see them.")
    vacancy: QueryId | None = None
    stage: Code | None = Field(None, description="Code of a stage.")


class VacancyOut(BaseModel):
    id: int
    number: str
    title: str
    status: VacancyStatus
    urgent: bool
    department: Named | None
    city: str
    recruiter: Named
    manager: Named | None
    salary_from: int | None
    salary_to: int | None
    seats: int


class VacancyPage(Page[VacancyOut]):
    pass


class VacancyPatch(Body):
    number: Line | None = None
    title: Line | None = None
    status: VacancyStatus | None = None
    urgent: Flag = False
    department: Id | None = None
    city: Line = ""
    recruiter: Id | None = Field(None, description="Without it you.")
    manager: Id | None = None
    salary_from: Number | None = None
    salary_to: Number | None = None
    seats: Annotated[Number, Field(ge=1, le=1000)] = 1


class VacancyIn(VacancyPatch):
    number: Line
    title: Line


class VacancyFilter(Slice):
    q: Words = Field("", description="Words of the number, the position or the city.")
    status: list[VacancyStatus] = []
    recruiter: QueryId | None = None


class StageOut(BaseModel):
    code: str
    name_ru: str
    name_en: str
    kind: Literal["initial", "active", "interview", "offer", "hired", "reserve", "lost"]


class ReasonOut(BaseModel):
    id: int
    name_ru: str
    name_en: str


class ApplicationOut(BaseModel):
    """A candidate on a vacancy."""

    id: int
    candidate: Named
    vacancy: Named
    stage: str = Field(description="Code of the stage.")
    reason: Named | None = Field(description="Why the candidate was lost.")
    moved_at: datetime


class ApplicationPage(Page[ApplicationOut]):
    pass


class ApplicationIn(Body):
    candidate: Id
    vacancy: Id


class ApplicationPatch(Body):
    stage: Code
    reason: Id | None = Field(None, description="Needed for the stages of kind `lost`.")
    seen: Code | None = Field(
        None, description="The stage you saw; if somebody moved it meanwhile, nothing is changed."
    )


class ApplicationFilter(Slice):
    candidate: QueryId | None = None
    vacancy: QueryId | None = None
    stage: Code | None = None


@router.get("/candidates", response=CandidatePage, summary="List candidates")
def list_candidates(request: ApiRequest, query: Query[CandidateFilter]) -> Any:
    user = needs(request, Right.SEE_CANDIDATES, own=True)
    rows = matching_candidates(queries.visible_candidates(user), query.q, contacts=queries.sees_contacts(user))
    standing: dict[str, Any] = {"vacancy": query.vacancy, "stage__code": query.stage}
    standing = {name: value for name, value in standing.items() if value is not None}
    if standing:  # one application must fit both
        rows = rows.filter(pk__in=Application.objects.filter(**standing).values("candidate"))
    return page(request, rows, query, lambda found_ones: _candidates(found_ones, user), order="name_key")


@router.post("/candidates", response={201: CandidateOut}, summary="Enter a candidate")
@once
def create_candidate(request: ApiRequest, response: HttpResponse, data: CandidateIn) -> Any:
    user = needs(request, Right.CREATE_CANDIDATES)
    candidate = Candidate(time_zone=user.time_zone)
    _save_candidate(candidate, data, user)
    response["Location"] = reverse("api-v1:get_candidate", args=[candidate.pk])
    return _candidates([candidate], user)[0]


@router.get("/candidates/{int:candidate_id}", response=CandidateOut, summary="One candidate")
def get_candidate(request: ApiRequest, candidate_id: int) -> Any:
    return _candidates([found(queries.visible_candidates(request.user), candidate_id)], request.user)[0]


@router.patch("/candidates/{int:candidate_id}", response=CandidateOut, summary="Change a candidate")
def patch_candidate(request: ApiRequest, candidate_id: int, data: CandidatePatch) -> Any:
    """Only what is sent is changed."""
    user = request.user
    candidate = found(queries.visible_candidates(user), candidate_id)
    if not may_edit_candidate(user, candidate):
        require(user, Right.EDIT_CANDIDATES)
    _save_candidate(candidate, data, user)
    return _candidates([candidate], user)[0]


def _candidates(rows: Sequence[Candidate], reader: User) -> list[CandidateOut]:
    contacts = queries.sees_contacts(reader)
    return [
        CandidateOut(
            id=row.pk,
            email=row.email if contacts else None,
            phone=row.phone if contacts else None,
            created_at=timezone.localtime(row.created_at),
            **{name: getattr(row, name) for name in PLAIN},
        )
        for row in rows
    ]


def _save_candidate(candidate: Candidate, data: CandidatePatch, user: User) -> None:
    sent = data.model_dump(exclude_unset=True, exclude={"despite_duplicates"})
    _fill(candidate, sent)
    if not data.despite_duplicates and not IDENTIFYING.isdisjoint(sent):
        _refuse_duplicates(candidate, user)
    operations.save_candidate(candidate, by=user, now=timezone.now())


def _refuse_duplicates(candidate: Candidate, user: User) -> None:
    likely = likely_duplicates(candidate, queries.visible_candidates(user))
    if likely:
        alike = [
            {"id": one.candidate.pk, "name": str(one.candidate), "alike": [reason.value for reason in one.reasons]}
            for one in likely
        ]
        text = _("Somebody alike is there already. Nothing was saved; look, or send despite_duplicates.")
        raise Problem(409, "duplicate", text, more={"duplicates": alike})


@router.get("/vacancies", response=VacancyPage, summary="List vacancies")
def list_vacancies(request: ApiRequest, query: Query[VacancyFilter]) -> Any:
    user = needs(request, Right.SEE_CANDIDATES, own=True)
    rows = matching_vacancies(_vacancies(user), query.q)
    if query.status:
        rows = rows.filter(status__in=query.status)
    if query.recruiter:
        rows = rows.filter(recruiter=query.recruiter)
    return page(request, rows, query, lambda found_ones: [_vacancy(row) for row in found_ones], order="number")


@router.post("/vacancies", response={201: VacancyOut}, summary="Open a vacancy")
@once
def create_vacancy(request: ApiRequest, response: HttpResponse, data: VacancyIn) -> Any:
    user = needs(request, Right.CREATE_CANDIDATES)
    vacancy = Vacancy(recruiter=user)
    _save_vacancy(vacancy, data, user)
    response["Location"] = reverse("api-v1:get_vacancy", args=[vacancy.pk])
    return _vacancy(vacancy)


@router.get("/vacancies/{int:vacancy_id}", response=VacancyOut, summary="One vacancy")
def get_vacancy(request: ApiRequest, vacancy_id: int) -> Any:
    return _vacancy(found(_vacancies(request.user), vacancy_id))


@router.patch("/vacancies/{int:vacancy_id}", response=VacancyOut, summary="Change a vacancy")
def patch_vacancy(request: ApiRequest, vacancy_id: int, data: VacancyPatch) -> Any:
    """Only what is sent is changed."""
    vacancy = found(_vacancies(request.user), vacancy_id)
    require(request.user, Right.EDIT_CANDIDATES, own=may_edit_vacancy(request.user, vacancy))
    _save_vacancy(vacancy, data, request.user)
    return _vacancy(vacancy)


def _vacancies(user: User) -> "QuerySet[Vacancy]":
    return queries.visible_vacancies(user).select_related("department", "recruiter", "manager")


def _vacancy(row: Vacancy) -> VacancyOut:
    same = ("number", "title", "status", "urgent", "city", "salary_from", "salary_to", "seats")
    people = {name: named(getattr(row, name)) for name in ("department", "recruiter", "manager")}
    return VacancyOut.model_validate({"id": row.pk, **{name: getattr(row, name) for name in same}, **people})


def _save_vacancy(vacancy: Vacancy, data: VacancyPatch, user: User) -> None:
    sent = data.model_dump(exclude_unset=True)
    people = User.objects.filter(is_active=True)
    for name, rows in {"department": Department.objects.all(), "recruiter": people, "manager": people}.items():
        if name in sent:
            sent[name] = _chosen(rows, name, sent[name])
    if "recruiter" in sent and sent["recruiter"] is None:
        raise wrong("recruiter", _("A vacancy has a recruiter."))
    _fill(vacancy, sent)
    operations.save_vacancy(vacancy, by=user, now=timezone.now())


@router.get("/stages", response=list[StageOut], summary="Stages of the funnel")
def list_stages(request: ApiRequest) -> Any:
    needs(request, Right.SEE_CANDIDATES, own=True)
    rows = Stage.objects.order_by("order", "pk")
    return [{name: getattr(row, name) for name in StageOut.model_fields} for row in rows]


@router.get("/rejection-reasons", response=list[ReasonOut], summary="Reasons of rejection")
def list_reasons(request: ApiRequest) -> Any:
    needs(request, Right.SEE_CANDIDATES, own=True)
    rows = RejectionReason.objects.filter(active=True).order_by("pk")
    return [ReasonOut(id=row.pk, name_ru=row.name_ru, name_en=row.name_en) for row in rows]


@router.get("/applications", response=ApplicationPage, summary="List applications")
def list_applications(request: ApiRequest, query: Query[ApplicationFilter]) -> Any:
    user = needs(request, Right.SEE_CANDIDATES, own=True)
    wanted: dict[str, Any] = {"candidate": query.candidate, "vacancy": query.vacancy, "stage__code": query.stage}
    rows = _applications(user).filter(**{name: value for name, value in wanted.items() if value is not None})
    return page(request, rows, query, lambda found_ones: [_application(row) for row in found_ones])


@router.post("/applications", response={201: ApplicationOut}, summary="Put a candidate on a vacancy")
@once
def create_application(request: ApiRequest, response: HttpResponse, data: ApplicationIn) -> Any:
    user = needs(request, Right.EDIT_CANDIDATES, own=True)
    candidate = _chosen(queries.visible_candidates(user), "candidate", data.candidate)
    vacancy = _chosen(open_vacancies(user), "vacancy", data.vacancy)
    made = operations.put_on_vacancy(candidate, vacancy, by=user, now=timezone.now())
    response["Location"] = reverse("api-v1:get_application", args=[made.pk])
    return _application(made)


@router.get("/applications/{int:application_id}", response=ApplicationOut, summary="One application")
def get_application(request: ApiRequest, application_id: int) -> Any:
    return _application(found(_applications(request.user), application_id))


@router.patch("/applications/{int:application_id}", response=ApplicationOut, summary="Move to a stage")
def patch_application(request: ApiRequest, application_id: int, data: ApplicationPatch) -> Any:
    """A lost candidate needs the reason."""
    application = found(_applications(request.user), application_id)
    stages = {row.code: row for row in Stage.objects.all()}
    for name, code in (("stage", data.stage), ("seen", data.seen)):
        if code is not None and code not in stages:
            raise wrong(name, _("There is no stage with this code."))
    reason = _chosen(RejectionReason.objects.all(), "reason", data.reason)
    seen = stages[data.seen].pk if data.seen else None
    moved = operations.move_to_stage(
        application.pk, stages[data.stage], reason=reason, seen=seen, by=request.user, now=timezone.now()
    )
    return _application(moved)


def _applications(user: User) -> "QuerySet[Application]":
    rows = Application.objects.filter(candidate__in=queries.visible_candidates(user))
    return rows.select_related("candidate", "vacancy", "stage", "reason")


def _application(row: Application) -> ApplicationOut:
    people = {name: named(getattr(row, name)) for name in ("candidate", "vacancy", "reason")}
    own = {"id": row.pk, "stage": row.stage.code, "moved_at": timezone.localtime(row.moved_at)}
    return ApplicationOut.model_validate({**own, **people})


def _chosen(rows: "QuerySet[Any]", field: str, key: int | None) -> Any:
    if key is None:
        return None
    row = rows.filter(pk=key).first()
    if row is None:
        raise wrong(field, _("There is no such choice: it does not exist, is no longer used, or is not yours to see."))
    return row


def _fill(row: Model, sent: Mapping[str, Any]) -> None:
    """Put in what was sent, and hold it against what the fields can take."""
    for name, value in sent.items():
        setattr(row, name, value)
    row.full_clean()
