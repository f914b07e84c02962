"""Pages that send no signal, known by the name of their address and by what they are about to draw.

A shop's own page takes a function in a module `personalize` of any installed app:

    @pages.page("lookbook:detail")
    def lookbook(request, response):
        record("category_viewed", payload={"category": response.context_data["lookbook"].category_id})
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest

from personalization.events.record import in_hand, record

Note = Callable[[HttpRequest, Any], None]
LONGEST = 200
# What turns a search into a page, an order or a narrowing of itself.
TURNS = ("page", "sort", "sort_by", "selected_facets")
_pages: dict[str, Note] = {}


def page(*names: str) -> Callable[[Note], Note]:
    """Registers what a page of that name notes; the last one registered counts, so a shop may replace ours."""

    def register(note_page: Note) -> Note:
        _pages.update(dict.fromkeys(names, note_page))
        return note_page

    return register


def note(request: HttpRequest, response: Any) -> None:
    """Records what this page is, if it is one that counts. Asks the database nothing."""
    match = request.resolver_match
    note_page = _pages.get(match.view_name) if match is not None else None
    if note_page is not None and response.status_code == 200:
        note_page(request, response)


def words_of(query: str | None) -> str:
    """What was searched for, tidied; a NUL, which PostgreSQL's text can't hold, would cost the request its events."""
    return " ".join((query or "").replace("\0", " ").split())[:LONGEST]


@page("catalogue:category")
def category(request: HttpRequest, response: Any) -> None:
    """A category's page, and which of its pages."""
    context = _context(response)
    shown = getattr(context.get("category"), "pk", None) or request.resolver_match.kwargs.get("pk")  # type: ignore[union-attr]
    if request.method == "GET" and shown:
        number = getattr(context.get("page_obj"), "number", 1)
        record("category_viewed", payload={"category": int(shown), "page": number})


@page("home", "catalogue:index", "catalogue:range", "offer:list", "offer:detail")
def other_page(request: HttpRequest, response: Any) -> None:
    """A page that is about no product and no category: its name, and the offer or range that it shows."""
    if request.method != "GET":
        return
    context = _context(response)
    about = {name: getattr(context.get(name), "pk", None) for name in ("offer", "range")}
    number = getattr(context.get("page_obj"), "number", None)
    told = {"name": request.resolver_match.view_name, "page": number, **about}  # type: ignore[union-attr]
    record("page_viewed", payload={name: value for name, value in told.items() if value is not None})


@page("search:search")
def search(request: HttpRequest, response: Any) -> None:
    """A search, once, with how many goods it found; turning its pages is none."""
    context, gathered = _context(response), in_hand()
    words = words_of(request.GET.get("q"))
    if request.method != "GET" or gathered is None or not words:
        return
    told = next((event for event in gathered.events if event.kind == "searched"), None)
    if told is not None:
        gathered.events.remove(told)
    if any(request.GET.get(name) for name in TURNS if request.GET.get(name) != "1"):
        return
    found = _found(context)
    payload = {"query": words} | ({} if found is None else {"results": found})
    if told is not None:
        gathered.events.append(replace(told, payload=payload))
    else:
        record("searched", payload=payload)


@page(
    "checkout:index",
    "checkout:shipping-address",
    "checkout:shipping-method",
    "checkout:payment-method",
    "checkout:payment-details",
    "checkout:preview",
    "checkout:thank-you",
)
def checkout(request: HttpRequest, response: Any) -> None:
    """A step of the checkout that is shown. A shop that asks for a card shows the preview by POST, as Oscar advises."""
    context = _context(response)
    is_preview = getattr(context.get("view"), "preview", False) and "error" not in context
    if request.method == "GET" or is_preview:
        record("checkout_step", payload={"step": request.resolver_match.url_name.replace("-", "_")})  # type: ignore[union-attr]


def _context(response: Any) -> Mapping[str, Any]:
    return getattr(response, "context_data", None) or {}


def _found(context: Mapping[str, Any]) -> int | None:
    # Only what is counted already: asking a paginator may be a query.
    page_of_results = context.get("page_obj")
    paginator = context.get("paginator") or getattr(page_of_results, "paginator", None)
    count = vars(paginator).get("count") if paginator is not None else None
    if count is None and isinstance(context.get("object_list"), (list, tuple)):
        return len(context["object_list"])
    return count if isinstance(count, int) else None
