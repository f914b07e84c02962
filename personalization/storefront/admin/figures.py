"""Daily figures in the admin: read, filtered, taken away as a table. They sit here because blocks have names here."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from personalization import shop
from personalization.events.block_keys import banner_of, owners_block, place_told
from personalization.events.days import day_of
from personalization.events.kinds import kinds
from personalization.events.models import DailyFigure
from personalization.jobs.back_office import NOTHING, ReadOnlyAdmin, UsualFilter, csv_lines, number_told
from personalization.storefront.models import Block
from personalization.storefront.overview import heading_of
from personalization.storefront.slots.models import Banner

COLUMNS = ("day", "kind", "product", "product_title", "block", "block_heading", "events", "people", "units", "value")
ROWS = 100_000
CHUNK = 1000
Rows = QuerySet[Any]


class DayFilter(UsualFilter):
    """The last 30 days unless another period is chosen."""

    title = _("period")
    parameter_name = "period"
    usual = _("last 30 days")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The periods besides the usual one."""
        return [("today", _("today")), ("week", _("last 7 days")), ("year", _("last 365 days")), ("all", _("all days"))]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        """The rows of the period."""
        days = {"today": 1, "week": 7, "year": 365, "all": None}.get(self.value() or "", 30)
        if days is None:
            return queryset
        return queryset.filter(day__gt=day_of(timezone.now()) - timedelta(days=days))


class AboutFilter(UsualFilter):
    """The whole shop unless products or blocks are asked for: each event is counted in all three."""

    title = _("scope")
    parameter_name = "about"
    usual = _("the whole shop")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The other two."""
        return [("product", _("each product")), ("block", _("each block"))]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        """The rows of it."""
        return queryset & DailyFigure.objects.about(self.value() or "shop")


class FigureList(ChangeList):
    """A page of figures, each with the names of its product and its block."""

    def get_results(self, request: HttpRequest) -> None:
        """As Django's; the names of the page are read at once."""
        super().get_results(request)
        self.result_list = named(self.result_list)


@admin.register(DailyFigure)
class DailyFigureAdmin(ReadOnlyAdmin):
    """What happened on a day, in sums; it stays when the events are gone."""

    list_display = (
        "day_told", "kind_told", "product_told", "block_told", "events_told", "people_told", "units_told", "value_told",
    )  # fmt: skip
    list_display_links = None
    list_filter = (AboutFilter, DayFilter, "kind")
    change_list_template = "personalization/admin/figures.html"

    def get_list_display(self, request: HttpRequest) -> Any:
        """Products and blocks have a column where they are asked for; it would stand empty beside the others."""
        about = request.GET.get(AboutFilter.parameter_name)
        unasked = {"product": "block_told", "block": "product_told"}.get(about or "", "block_told product_told").split()
        return [name for name in self.list_display if name not in unasked]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[FigureList]:
        """A page whose names are read at once."""
        return FigureList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With a word for a shop that has no figures yet."""
        more = {"has_figures": DailyFigure.objects.exists(), "query": request.GET.urlencode()}
        return super().changelist_view(request, (extra_context or {}) | more)

    def get_urls(self) -> list[URLPattern]:
        """The table's address before Django's own."""
        table = self.admin_site.admin_view(require_GET(self.csv_view))
        return [path("figures.csv", table, name="personalization_dailyfigure_csv"), *super().get_urls()]

    def csv_view(self, request: HttpRequest) -> StreamingHttpResponse:
        """The rows that the filters leave, as a table."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_changelist_instance(request).get_queryset(request)
        answer = StreamingHttpResponse(csv_lines(_table(rows)), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="figures.csv"'
        return answer

    @admin.display(description=_("day"))
    def day_told(self, figure: DailyFigure) -> str:
        """The day in UTC."""
        return date_format(figure.day, "j M Y")

    @admin.display(description=_("what happened"))
    def kind_told(self, figure: DailyFigure) -> str | Promise:
        """The kind."""
        return _kind(figure)

    @admin.display(description=_("product"))
    def product_told(self, figure: DailyFigure) -> str:
        """Its title."""
        return vars(figure).get("product_title") or NOTHING

    @admin.display(description=_("block"))
    def block_told(self, figure: DailyFigure) -> str:
        """Its heading, or the place in a template."""
        return vars(figure).get("block_heading") or NOTHING

    @admin.display(description=_("events"))
    def events_told(self, figure: DailyFigure) -> str:
        """How often."""
        return number_told(figure.events)

    @admin.display(description=_("people"))
    def people_told(self, figure: DailyFigure) -> str:
        """How many, each counted once a day."""
        return number_told(figure.people)

    @admin.display(description=_("units"))
    def units_told(self, figure: DailyFigure) -> str:
        """Pieces, where there are any."""
        return number_told(figure.units) if figure.units else NOTHING

    @admin.display(description=_("value"))
    def value_told(self, figure: DailyFigure) -> str:
        """Money, where there is any."""
        return number_format(figure.value, 2, force_grouping=True) if figure.value else NOTHING


def named(figures: Iterable[DailyFigure]) -> list[DailyFigure]:
    """The same figures, each knowing `product_title` and `block_heading`: a few queries for all of them."""
    rows = list(figures)
    titles = shop.titles(row.product_id or None for row in rows)
    blocks = Block.objects.in_bulk({block for row in rows if (block := owners_block(row.block)) is not None})
    wanted = {banner for row in rows if (banner := banner_of(row.block)) is not None}
    banners = Banner.objects.in_bulk(wanted) if wanted else {}
    for row in rows:
        product, block = row.product_id, owners_block(row.block)
        vars(row)["product_title"] = titles.get(product, f"#{product}") if product else ""
        vars(row)["block_heading"] = _heading(blocks[block]) if block in blocks else place_told(row.block)
        if (shown := banners.get(banner_of(row.block) or 0)) is not None:
            vars(row)["block_heading"] = f"{shown} ({shown.slot})"
    return rows


def _heading(block: Block) -> str:
    return f"{heading_of(block)} ({block.slot})"


def _kind(figure: DailyFigure) -> str | Promise:
    return kinds.get(figure.kind).label if figure.kind in kinds else figure.kind


def _table(rows: Rows) -> Iterator[list[object]]:
    yield list(COLUMNS)
    ordered = rows.order_by("-day", "kind", "product_id", "block")[:ROWS].iterator(chunk_size=CHUNK)
    while batch := list(islice(ordered, CHUNK)):
        yield from (_cells(one) for one in named(batch))


def _cells(figure: DailyFigure) -> list[object]:
    told = vars(figure)
    return [figure.day.isoformat(), figure.kind, figure.product_id or "", told["product_title"], figure.block,
            told["block_heading"], figure.events, figure.people, figure.units, figure.value]  # fmt: skip
