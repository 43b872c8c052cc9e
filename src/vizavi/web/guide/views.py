"""«С чего начать»: the nine steps, with what is done already."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from vizavi.common.permissions import Right, allowed
from vizavi.web.access import UserRequest, needs
from vizavi.web.guide.steps import STEPS, Step, known


@dataclass(frozen=True, slots=True)
class Shown:
    step: Step
    number: int
    done: bool
    address: str  # empty: somebody else does it


@require_GET
@needs(Right.OWN_ACCOUNT, own=True)
def page(request: UserRequest) -> HttpResponse:
    about = known(request.user, timezone.now())
    shown = [
        Shown(step, number, step.done(about), _address(request, step)) for number, step in enumerate(STEPS, start=1)
    ]
    steps_left = [one for one in shown if not one.done]
    context = {"steps": shown, "next": steps_left[0] if steps_left else None, "done": len(shown) - len(steps_left)}
    return render(request, "web/guide.html", context)


def _address(request: UserRequest, step: Step) -> str:
    return reverse(step.address, args=step.arguments) if allowed(request.user, step.right, own=True) else ""
