"""Long lists in pages."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PER_PAGE = 25


class _Pages(Paginator[Any]):
    """Sorts and skips by ids alone, which an index can answer; whole rows are read only of the page that is shown."""

    def __init__(self, rows: "QuerySet[Any]", per_page: int, shown: "QuerySet[Any]") -> None:
        super().__init__(rows, per_page)
        self._shown = shown

    def page(self, number: int | str) -> "Page[Any]":
        valid = self.validate_number(number)
        first = (valid - 1) * self.per_page
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment] # `page_of` takes nothing else
        ids = rows.values("pk")[first : first + self.per_page]
        return Page(self._shown.filter(pk__in=ids), valid, self)


def page_of(
    request: HttpRequest, rows: "QuerySet[Any]", per_page: int = PER_PAGE, *, shown: "QuerySet[Any] | None" = None
) -> "Page[Any]":
    """The page the address asks for; a wrong number gives the nearest one.

    `shown` are all rows in the order of `rows`, where what these are searched by shall not be searched for again.
    """
    return _Pages(rows, per_page, rows if shown is None else shown).get_page(request.GET.get("page"))
