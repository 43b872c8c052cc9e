"""`vizavi api`: one operation of the REST API, carried out in this process; no server is needed."""

import json
import logging
import sys
from argparse import ArgumentParser
from typing import Any, cast
from urllib.parse import unquote

from django.core.handlers.wsgi import WSGIHandler
from django.core.management.base import CommandError
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from vizavi.api.access import ROOT
from vizavi.common.commands import TaughtCommand
from vizavi.connections import calls
from vizavi.people import tokens
from vizavi.people.management.users import active_user

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
TEACHING = """\
Carry out an operation of the REST API in this process, with the rights of a user; no server and no token are needed.
The answer is printed as JSON. A refusal is printed too, and told on standard error; then nothing was changed.
"""
EXAMPLES = """\
examples:
  vizavi api GET /me --user anna@example.org
  vizavi api GET "/candidates?q=Белова" --user anna@example.org
  vizavi api POST /events '{"type": "interview", "candidate": 1, "start": "2026-12-01T10:00:00+03:00"}' \\
      --user anna@example.org
  vizavi api POST /events/7/cancel '{"revision": 1, "reason": "болезнь"}' --user anna@example.org
  vizavi api POST /accounts/consent '{"login": "anna@example.org"}' --user anna@example.org
      prints the address of Google's page; open it, accept, and finish with the code or the address you were led to:
  vizavi api POST /accounts/consent/finish - --user anna@example.org <<< '{"code": "…"}'

docs/api.md leads through; `vizavi api GET /openapi.json --user …` lists every operation.
Exit codes: 0 done, 1 refused, 2 wrong use.
"""


class Command(TaughtCommand):
    help = TEACHING
    examples = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("method", type=str.upper, choices=METHODS, metavar="METHOD", help=", ".join(METHODS))
        parser.add_argument("path", metavar="PATH", help="as the REST API has it behind /api/v1, with its query")
        parser.add_argument("body", metavar="BODY", nargs="?", help="JSON; - reads it from standard input")
        parser.add_argument("--user", metavar="EMAIL", required=True, help="whose rights, language and name it has")

    def handle(self, *_: Any, **options: Any) -> None:
        user, body = active_user(options["user"]), _body(options["body"])
        with tokens.passing(user, now=timezone.now()) as secret:
            response = _answered(options["method"], options["path"], body, secret)
        calls.store()
        content = response.content.decode()
        if content:
            self.stdout.write(_readable(content) if "json" in response["Content-Type"] else content)
        if response.status_code >= 400:
            raise CommandError(_told(content), returncode=1)


def _body(given: str | None) -> str:
    text = sys.stdin.read() if given == "-" else given or ""
    try:
        json.loads(text or "null")
    except ValueError as error:
        raise CommandError(f"The body is not valid JSON: {error}. Nothing was changed.", returncode=2) from None
    return text


def _answered(method: str, path: str, body: str, secret: str) -> HttpResponse:
    """Through everything that a request from the network passes: what holds there holds here."""
    address, _mark, query = path.partition("?")
    request = RequestFactory(SERVER_NAME="127.0.0.1").generic(
        method,
        ROOT + unquote(address).lstrip("/"),
        data=body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
        QUERY_STRING=iri_to_uri(query),
    )
    logging.getLogger("django.request").setLevel(logging.ERROR)  # a refusal is told by the command itself
    return cast("HttpResponse", WSGIHandler().get_response(request))  # nothing under /api/ is streamed


def _readable(content: str) -> str:
    return json.dumps(json.loads(content), ensure_ascii=False, indent=2)


def _told(content: str) -> str:
    problem = json.loads(content)
    fields = [f"\n  {one['field']}: {one['message']}" for one in problem["errors"] if one["field"]]
    return str(problem["detail"]) + "".join(fields)
