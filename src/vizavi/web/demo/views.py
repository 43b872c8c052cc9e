"""«Что посмотреть»: the special cases of the demo and its logins; an installation that is no demo has no such page."""

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from vizavi.demo import people
from vizavi.demo.people import DemoUser
from vizavi.web.access import UserRequest
from vizavi.web.demo.cases import CASES, Case
from vizavi.web.menu import Item, path_to


@dataclass(frozen=True, slots=True)
class Shown:
    """A case for the person who looks: its address, and whom to sign in as where this is somebody else."""

    case: Case
    url: str
    sign_in_as: DemoUser | None
    also: Item | None
    google: str

    @property
    def after_sign_in(self) -> str:
        """Where signing out leads: to the login, and from there to the case."""
        whom = {"email": self.sign_in_as.email} if self.sign_in_as else {}
        return f"{reverse('login')}?{urlencode({'next': self.url} | whom)}"


@require_GET
def what_to_look_at(request: UserRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    context = {
        "cases": [_shown(case, request) for case in CASES],
        "people": people.USERS,
        "password": people.PASSWORD,
        "google": _local_google(),
    }
    return render(request, "web/demo/look.html", context)


def _shown(case: Case, request: UserRequest) -> Shown:
    may = request.user.email in {person.email for person in case.people}
    return Shown(
        case,
        case.where(request.user, timezone.now()),
        None if may else case.people[0],
        path_to(case.also)[-1] if case.also else None,
        f"{_local_google()}u/{case.there.email}/" if case.there else "",
    )


def _local_google() -> str:
    root = urlsplit(settings.GOOGLE["api_root"])
    return f"{root.scheme}://{root.netloc}/"
