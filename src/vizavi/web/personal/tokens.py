"""Персональные настройки → «Токены API»: made, shown once, revoked."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from vizavi.common.permissions import Right
from vizavi.people import tokens
from vizavi.web.access import UserRequest, needs
from vizavi.web.forms import accepted
from vizavi.web.personal.forms import TokenForm


@needs(Right.OWN_SETTINGS, own=True)
@never_cache
def page(request: UserRequest) -> HttpResponse:
    """The list; sent, a new token is made and shown in the answer, nowhere else."""
    form, made = TokenForm(request.POST or None), []
    if request.method == "POST" and accepted(form, lambda: made.append(_made(request, form))):
        form = TokenForm()
    context = {
        "item": "tokens",
        "form": form,
        "made": made[0] if made else None,
        "tokens": tokens.tokens_of(request.user),
        "now": timezone.now(),
    }
    return render(request, "web/personal/tokens.html", context, status=422 if form.errors else 200)


def _made(request: UserRequest, form: TokenForm) -> tokens.NewToken:
    values = {name: form.cleaned_data[name] for name in ("name", "days")}
    return tokens.create_token(request.user, **values, by=request.user, now=timezone.now())


@needs(Right.OWN_SETTINGS, own=True)
@require_POST
def revoke(request: UserRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(tokens.tokens_of(request.user).select_related("user"), pk=pk)
    tokens.revoke_token(token, by=request.user, now=timezone.now())
    messages.success(request, _("The token was revoked: it opens nothing any more."))
    return redirect("settings_tokens")
