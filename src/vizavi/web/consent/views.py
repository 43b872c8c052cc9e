"""Where Google sends people back to: finish, show the code, or say what went wrong (DESIGN 5.9)."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from vizavi.connections import consent
from vizavi.people.models import User
from vizavi.web.consent.session import key_of

CODE_LIFE = timedelta(minutes=10)
OUTCOME = "google_consent_outcome"
View = Callable[[HttpRequest], HttpResponse]


def kept_private(view: View) -> View:
    """Neither stored by the browser nor passed on in a Referer header."""

    @wraps(view)
    def private(request: HttpRequest) -> HttpResponse:
        response = view(request)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return private


@login_not_required
@kept_private
def callback(request: HttpRequest) -> HttpResponse:
    """Take state and code out of the address at once: what is shown stands under a clean one."""
    given = {name: request.GET.get(name, "")[:2048] for name in ("state", "code", "error")}
    user = request.user if isinstance(request.user, User) else None
    try:
        answer = consent.finish_callback(**given, user=user, session_key=key_of(request), now=timezone.now())
    except consent.ConsentError as error:
        request.session[OUTCOME] = {"kind": "failed", "text": str(error)}
    else:
        request.session[OUTCOME] = _outcome(answer)
    return HttpResponseRedirect(reverse("google_done"))


def _outcome(answer: "consent.Finished | consent.ShowCode") -> dict[str, object]:
    if isinstance(answer, consent.ShowCode):
        at = answer.asked_at.isoformat()
        return {"kind": "code", "code": answer.code, "asked_by": answer.asked_by, "asked_at": at}
    return {
        "kind": "finished",
        "email": answer.account.email,
        "granted": list(answer.granted),
        "missing": list(answer.missing),
        "awaiting": answer.awaiting_confirmation,
    }


@login_not_required
@kept_private
def done(request: HttpRequest) -> HttpResponse:
    """What came of it; a code is shown for as long as the page is reloaded, but not longer than it is valid."""
    outcome = dict(request.session.get(OUTCOME, {"kind": "nothing"}))
    if "asked_at" in outcome:
        outcome["asked_at"] = asked_at = parse_datetime(str(outcome["asked_at"]))
        if asked_at is None or timezone.now() - asked_at > CODE_LIFE:
            outcome = {"kind": "nothing"}
    template = {"code": "code", "finished": "finished", "failed": "failed"}.get(str(outcome["kind"]), "nothing")
    return render(request, f"web/consent/{template}.html", outcome)
