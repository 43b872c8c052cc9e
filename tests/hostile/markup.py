"""Pages read as a browser reads them: does markup from outside come alive in them?"""

import json
from html.parser import HTMLParser
from typing import Any

ADDRESSES = frozenset({"href", "src", "action", "formaction", "hx-get", "hx-post", "srcdoc", "data", "poster"})
NAME = "vzevil"  # every hostile text names it
EVIL = f'"><{NAME} onload={NAME}()></title></script><script>{NAME}()</script><img src=x onerror={NAME}()>'


class Reader(HTMLParser):
    """Collects what must not be there."""

    def __init__(self) -> None:
        super().__init__()
        self.alive: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        if NAME in tag:
            self.alive.append(f"<{tag}>")
        for name, value in attrs:
            target = (value or "").strip().lower()
            if NAME in name or (name.startswith("on") and NAME in target):
                self.alive.append(f"{tag} {name}={value}")
            if name in ADDRESSES and target.startswith(("javascript:", "data:", "vbscript:")):
                self.alive.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in {"script", "style"} and f"<{NAME}" in data:
            self.alive.append(f"<{self._inside}>{data[:80]}")


def harmless(response: Any) -> None:
    """The page answers and nothing of the hostile texts came alive in it; a JSON answer is no page at all."""
    assert response.status_code == 200, response.status_code
    assert response["X-Content-Type-Options"] == "nosniff"
    text = response.content.decode()
    if response["Content-Type"].startswith("application/json"):
        json.loads(text)
        return
    reader = Reader()
    reader.feed(text)
    assert reader.alive == []
