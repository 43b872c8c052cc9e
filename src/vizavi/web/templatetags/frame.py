"""Template tags of the page frame: breadcrumbs from the main menu, and small display filters."""

from typing import Any

from django import template

from vizavi.web.menu import path_to

register = template.Library()


@register.inclusion_tag("web/_breadcrumbs.html")
def crumbs(key: str, *tail: Any) -> dict[str, object]:
    """The menu path to `key`; `tail` are captions below it, then `key` itself becomes a link."""
    return {"path": path_to(key), "tail": tail}
