"""What a person does on Google's consent page, without a browser."""

from __future__ import annotations

import re
from collections.abc import Collection
from html import unescape
from urllib.parse import parse_qs, urlsplit

import requests

ASKED = re.compile(r'name="request" value="([^"]+)"')
CHOICES = re.compile(r'name="scope" value="([^"]+)"')


class Answered:
    """Where Google sends the browser back to."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._values = {name: found[0] for name, found in parse_qs(urlsplit(address).query).items()}
        self.state, self.code = self._values.get("state", ""), self._values.get("code", "")
        self.error = self._values.get("error", "")


def consent(address: str, email: str, *, unticked: Collection[str] = (), deny: bool = False) -> Answered:
    """Choose an account, untick some scopes, press «Принять» (or the other button)."""
    with requests.Session() as browser:
        page = browser.get(address, timeout=10)
        page.raise_for_status()
        form = {"request": _asked(page.text), "email": email}
        where = address.partition("?")[0]
        page = browser.post(where, data=form, timeout=10)
        page.raise_for_status()
        ticked = [scope for scope in CHOICES.findall(page.text) if scope not in unticked]
        answer = {"request": _asked(page.text), "email": email, "answer": "deny" if deny else "accept", "scope": ticked}
        back = browser.post(where, data=answer, timeout=10, allow_redirects=False)
    assert back.status_code == 302, back.text
    return Answered(back.headers["Location"])


def _asked(html: str) -> str:
    found = ASKED.search(html)
    assert found is not None, html
    return unescape(found.group(1))
