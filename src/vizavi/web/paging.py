"""Long lists in pages."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PER_PAGE = 25


def page_of(request: HttpRequest, rows: "QuerySet[Any]", per_page: int = PER_PAGE) -> "Page[Any]":
    """The page the address asks for; a wrong number gives the nearest one."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))
