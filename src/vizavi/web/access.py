"""Who may open a page: the right stands beside the view, the decision is made in common.permissions."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse

from vizavi.common.permissions import Right, require
from vizavi.people.models import User

P = ParamSpec("P")


class UserRequest(HttpRequest):
    """A request of a signed-in person; every page but the login has one (LoginRequiredMiddleware)."""

    user: User


UserView = Callable[Concatenate[UserRequest, P], HttpResponse]


def needs(right: Right, *, own: bool = False) -> Callable[[UserView[P]], UserView[P]]:
    """Refuse (403) whoever lacks `right`; with `own`, the right over what is one's own is enough."""

    def guard(view: UserView[P]) -> UserView[P]:
        @wraps(view)
        def guarded(request: UserRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            require(request.user, right, own=own)
            return view(request, *args, **kwargs)

        return cast("UserView[P]", guarded)

    return guard
