"""Product titles for the back-office: many at once, never one query for each row."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Q

FOUND = 20


@dataclass(frozen=True)
class Found:
    """A product that a search has found."""

    id: int
    title: str
    upc: str = ""


def titles_of(product_ids: Iterable[int | None]) -> dict[int, str]:
    """The title of each of these products that the shop still has: one query."""
    wanted = {one for one in product_ids if one}
    return dict(_products().filter(pk__in=wanted).values_list("pk", "title")) if wanted else {}


def find(words: str, *, limit: int = FOUND) -> list[Found]:
    """Listed products whose title holds the words, or whose UPC begins with them."""
    words = words.strip()
    if not words:
        return []
    matching = Q(title__icontains=words) | Q(upc__istartswith=words) | Q(children__upc__istartswith=words)
    rows = _products().filter(matching, parent=None).order_by("title", "pk").distinct()
    return [Found(pk, title, upc or "") for pk, title, upc in rows.values_list("pk", "title", "upc")[:limit]]


def _products() -> Any:
    return apps.get_model("catalogue", "Product").objects
