"""What a refusal looks like: problem details of RFC 9457, with the fields that were wrong."""

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as ModelError
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja.errors import HttpError
from ninja.errors import ValidationError as SchemaError
from pydantic import BaseModel, Field

from vizavi.common.errors import RuleError
from vizavi.connections.consent import ConsentError
from vizavi.jobs.operations import RunRefused

MEDIA_TYPE = "application/problem+json"

# by pydantic's name of what is wrong: it speaks English only
SAID = {
    "extra_forbidden": gettext_lazy("This field is not known."),
    "missing": gettext_lazy("This field is required."),
    "string_type": gettext_lazy("This must be text."),
    "string_unicode": gettext_lazy("This must be text."),
    "int_type": gettext_lazy("This must be a whole number."),
    "int_parsing": gettext_lazy("This must be a whole number."),
    "int_parsing_size": gettext_lazy("This must be a whole number."),
    "int_from_float": gettext_lazy("This must be a whole number."),
    "bool_type": gettext_lazy("This must be true or false."),
    "bool_parsing": gettext_lazy("This must be true or false."),
    "list_type": gettext_lazy("This must be a list."),
    "dict_type": gettext_lazy("This must be an object."),
    "model_type": gettext_lazy("This must be an object."),
    "model_attributes_type": gettext_lazy("This must be an object."),
    "enum": gettext_lazy("This must be one of: %(expected)s."),
    "literal_error": gettext_lazy("This must be one of: %(expected)s."),
    "greater_than_equal": gettext_lazy("This must be at least %(ge)s."),
    "less_than_equal": gettext_lazy("This must be at most %(le)s."),
    "string_too_short": gettext_lazy("This must not be empty."),
    "string_too_long": gettext_lazy("This must have at most %(max_length)s characters."),
    "too_long": gettext_lazy("This list must have at most %(max_length)s entries."),
}
OTHER = gettext_lazy("This value cannot be taken.")

logger = logging.getLogger(__name__)


class FieldError(BaseModel):
    """What is wrong with one field, in the language of the token's user."""

    field: str = Field(description="The field's name, with dots inside of objects; empty for the request as a whole.")
    message: str


class ProblemDetails(BaseModel):
    """Problem details (RFC 9457). Nothing was changed."""

    type: str = Field(description="`urn:vizavi:problem:` and the code below.")
    title: str
    status: int
    code: str = Field(description="For programs; does not change with the language.")
    detail: str = Field(description="What happened and what to do, for people.")
    errors: list[FieldError] = []


class Problem(Exception):
    """Raised anywhere under the API; `more` are further members of the answer."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[tuple[str, str]] = (),
        more: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.detail = status, code, detail
        self.errors, self.more, self.headers = errors, more or {}, headers or {}

    def response(self) -> HttpResponse:
        body = {
            "type": f"urn:vizavi:problem:{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "errors": [{"field": field, "message": message} for field, message in self.errors],
            **self.more,
        }
        content = json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False)
        return HttpResponse(content, status=self.status, content_type=MEDIA_TYPE, headers=dict(self.headers))


def wrong(field: str, message: str, *, code: str = "invalid") -> Problem:
    """One field's value cannot be taken."""
    return Problem(422, code, message, errors=[(field, message)])


def problem_of(error: Exception) -> Problem:
    """Every error has its one answer here."""
    match error:
        case Problem():
            return error
        case RuleError():
            return wrong(error.field, str(error), code=f"rule-{error.code.replace('_', '-')}")
        case ConsentError():
            return Problem(422, f"consent-{error.code.replace('_', '-')}", str(error))
        case RunRefused():
            return Problem(422, "nothing-to-load", str(error))
        case SchemaError():
            return _of_schema(error)
        case ModelError():
            return _of_model(error)
        case PermissionDenied():
            return Problem(403, "forbidden", str(error) or _("You have no right to do this. Nothing was changed."))
        case Http404():
            return Problem(404, "not-found", _("There is nothing at this address, or you may not see it."))
        case RequestDataTooBig():
            return Problem(413, "too-large", _("The request is too large. Nothing was changed."))
        case HttpError():
            return Problem(error.status_code, "malformed", _("The body is not valid JSON. Nothing was changed."))
    logger.error("the API failed", exc_info=error)
    return Problem(500, "unexpected", _("Unexpected error on our side. The server's log has the details."))


def answer(_request: HttpRequest, error: Exception) -> HttpResponse:
    return problem_of(error).response()


def of_status(response: HttpResponse) -> Problem:
    """For refusals that Django makes before a request gets here."""
    allow = {"Allow": response["Allow"]} if response.has_header("Allow") else {}
    texts = {
        404: ("not-found", _("There is nothing at this address, or you may not see it.")),
        405: ("method-not-allowed", _("This address does not know the method. The header Allow lists those it knows.")),
    }
    code, text = texts.get(response.status_code, ("refused", HTTPStatus(response.status_code).phrase))
    return Problem(response.status_code, code, text, headers=allow)


def _of_schema(error: SchemaError) -> Problem:
    if any(one["loc"][0] == "path" for one in error.errors):
        return problem_of(Http404())
    found = [(_field(one["loc"]), _said(one)) for one in error.errors]
    if all(one["type"] == "extra_forbidden" for one in error.errors):
        return Problem(422, "unknown-field", _("These fields are not known. Nothing was changed."), errors=found)
    return Problem(422, "invalid", _("Some fields cannot be taken as they are. Nothing was changed."), errors=found)


def _field(path: Sequence[Any]) -> str:
    """Where it is in the body or the query, without the names that our functions give these."""
    source, *steps = path
    if source == "body" or steps[:1] == ["query"]:
        steps = steps[1:]
    return ".".join(str(step) for step in steps)


def _said(error: Mapping[str, Any]) -> str:
    if error["type"] == "value_error":  # said by our own checks
        return str(error["msg"]).removeprefix("Value error, ")
    limits = {name: str(limit).replace(" or ", ", ") for name, limit in (error.get("ctx") or {}).items()}
    return str(SAID.get(error["type"], OTHER)) % limits


def _of_model(error: ModelError) -> Problem:
    fields = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    found = [("" if name == "__all__" else name, text) for name, texts in fields.items() for text in texts]
    return Problem(422, "invalid", _("Some fields cannot be taken as they are. Nothing was changed."), errors=found)
