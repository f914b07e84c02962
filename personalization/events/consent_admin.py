"""The ledger of consent in the admin: who agreed to what, in which words and when; to be read, and taken along."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from personalization.events.accounts import emails_of, ids_of, may_see_accounts
from personalization.events.consent import Purpose
from personalization.events.models import AccountConsent, ConsentRecord, Erasure
from personalization.events.personal import tables
from personalization.jobs.back_office import NOTHING, ReadOnlyAdmin, chip, csv_lines, minute_told, number_told

SHORT = {
    Purpose.ANALYTICS: _("analytics"),
    Purpose.PERSONALIZATION: _("personalization"),
    Purpose.EMAIL: _("e-mail"),
    Purpose.SMS: _("text messages"),
    Purpose.PUSH: _("push"),
}
SOURCES = {"banner": _("banner"), "page": _("privacy settings"), "login": _("login"), "demo": _("demo"),
           "lead": _("pop-up, confirmed by e-mail"), "letter": _("link in a letter")}  # fmt: skip
ERASERS = {
    "the person": _("the person"),
    "staff": _("the staff"),
    "command": _("a command"),
    "deleted account": _("the deletion of the account"),
}
TEMPLATE = "personalization/admin/consent.html"
PERIODS = {"today": 1, "month": 30, "year": 365}
Rows = QuerySet[Any]


class PurposeFilter(admin.SimpleListFilter):
    """What was agreed to; or nothing, as when everything is withdrawn."""

    title = _("agreed to")
    parameter_name = "purpose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Each purpose, and none of them."""
        return [*SHORT.items(), ("none", _("nothing (refused or withdrawn)"))]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        """The answers that say so."""
        value = self.value()
        if value == "none":
            return queryset.filter(purposes=[])
        return queryset.filter(purposes__contains=[value]) if value in SHORT else queryset


class WhenFilter(admin.SimpleListFilter):
    """Answers of late."""

    title = _("period")
    parameter_name = "period"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Rolling periods: a day, a month, a year."""
        return [("today", _("last 24 hours")), ("month", _("last 30 days")), ("year", _("last 365 days"))]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        """The answers since then."""
        days = PERIODS.get(self.value() or "")
        return queryset.filter(given_at__gte=timezone.now() - timedelta(days=days)) if days else queryset


class WhereFilter(admin.AllValuesFieldListFilter):
    """Where it was answered, in the words of the column."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        """As Django's, which shows what is stored."""
        for choice in super().choices(changelist):
            yield {**choice, "display": SOURCES.get(str(choice["display"]), choice["display"])}


class AnswerList(ChangeList):
    """A page of answers, each with the e-mail of its account."""

    def get_results(self, request: HttpRequest) -> None:
        """As Django's; the accounts of the page are read at once."""
        super().get_results(request)
        self.result_list = dressed(self.result_list, reader=request.user)


def dressed(answers: Iterable[Any], *, reader: Any) -> list[Any]:
    """The same answers, each knowing `account_email` where the reader may see accounts."""
    rows = list(answers)
    emails = emails_of(row.user_id for row in rows) if may_see_accounts(reader) else {}
    for row in rows:
        vars(row)["account_email"] = emails.get(row.user_id or 0, "")
    return rows


class AnswersAdmin(ReadOnlyAdmin):
    """What ledger and accounts share."""

    change_list_template = TEMPLATE
    search_fields = ("user_id",)
    search_help_text = _("The exact e-mail of an account.")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[AnswerList]:
        """A page whose accounts are read at once."""
        return AnswerList

    def get_search_results(self, request: HttpRequest, queryset: Rows, search_term: str) -> tuple[Rows, bool]:
        """By account."""
        words = search_term.strip()
        if not words:
            return queryset, False
        return queryset.filter(user_id__in=ids_of(words) if may_see_accounts(request.user) else []), False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """With its account."""
        found = super().get_object(request, object_id, from_field)
        return dressed([found], reader=request.user)[0] if found else None

    @admin.display(description=_("who"))
    def who(self, answer: Any) -> str:
        """The e-mail for those who may see it; else the number of the account, or the short id of the browser."""
        if answer.user_id is not None:
            return vars(answer).get("account_email") or str(_("account %(number)s") % {"number": answer.user_id})
        return str(_("browser %(id)s") % {"id": str(answer.visitor_id)[:8]}) if answer.visitor_id else NOTHING

    @admin.display(description=_("agreed to"))
    def agreed_to(self, answer: Any) -> SafeString:
        """A chip for each purpose."""
        if not answer.purposes:
            return chip("off", _("nothing"))
        chips = [(chip("good", SHORT.get(purpose, purpose)),) for purpose in SHORT if purpose in answer.purposes]
        return format_html_join(" ", "{}", chips)


@admin.register(ConsentRecord)
class ConsentRecordAdmin(AnswersAdmin):
    """The ledger, newest first."""

    list_display = ("when", "who", "agreed_to", "where", "text_version", "signal")
    list_filter = (PurposeFilter, WhenFilter, ("source", WhereFilter), "text_version")
    fields = ("when", "who", "agreed_to", "where", "text_version", "language", "text", "signal")
    actions = ("take_along",)

    @admin.display(description=_("when"))
    def when(self, record: ConsentRecord) -> str:
        """To the minute."""
        return minute_told(record.given_at)

    @admin.display(description=_("where"))
    def where(self, record: ConsentRecord) -> str:
        """On the banner, on the page of settings, at a login, or in the shop's own words for it."""
        return str(SOURCES.get(record.source, record.source))

    @admin.display(description=_("the browser said no"))
    def signal(self, record: ConsentRecord) -> str:
        """A word, for Django's red cross would look like a fault where all is well."""
        return str(_("yes")) if record.had_signal else NOTHING

    @admin.action(description=_("Download as CSV"), permissions=["view"])
    def take_along(self, request: HttpRequest, queryset: Rows) -> HttpResponse | StreamingHttpResponse:
        """The chosen lines, with the words in full."""
        headers = {"Content-Disposition": 'attachment; filename="consent.csv"'}
        lines = csv_lines(_as_rows(queryset, reader=request.user))
        return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


@admin.register(AccountConsent)
class AccountConsentAdmin(AnswersAdmin):
    """The last answer of each account: the one that counts."""

    list_display = ("who", "agreed_to", "when")
    list_filter = (PurposeFilter,)
    fields = ("who", "agreed_to", "when")
    ordering = ("-changed_at",)

    @admin.display(description=_("when"))
    def when(self, answer: AccountConsent) -> str:
        """To the minute."""
        return minute_told(answer.changed_at)


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    """Who was erased is not told: only that somebody was, when, and how much went."""

    change_list_template = TEMPLATE
    list_display = ("when", "fingerprint", "went", "asked_for")
    # A row says all there is, and its key is no address.
    list_display_links = None
    fields = ("when", "fingerprint", "went", "asked_for")

    @admin.display(description=_("when"))
    def when(self, erasure: Erasure) -> str:
        """To the minute."""
        return minute_told(erasure.erased_at)

    @admin.display(description=_("fingerprint"))
    def fingerprint(self, erasure: Erasure) -> str:
        """Its beginning: enough to find it again, of no use to find a person."""
        return str(erasure)

    @admin.display(description=_("rows erased"))
    def went(self, erasure: Erasure) -> str:
        """How many rows of each table."""
        told = (f"{_table_told(table)}: {number_told(count)}" for table, count in erasure.rows.items() if count)
        return ", ".join(told) or NOTHING

    @admin.display(description=_("asked for by"))
    def asked_for(self, erasure: Erasure) -> str:
        """The person, the staff, or whatever else it came from."""
        return str(ERASERS.get(erasure.asked_by, erasure.asked_by))


def _table_told(name: str) -> str:
    return tables.get(name).label_for_staff if name in tables else name


def _as_rows(queryset: Rows, *, reader: Any) -> Iterator[list[object]]:
    agreed_names = [f"{name}_agreed" for name in SHORT]
    yield ["given_at", "account", "email", "visitor", *agreed_names, "source", "version", "language", "words"]
    for number in range(0, queryset.count(), 1000):
        for one in dressed(queryset.order_by("-pk")[number : number + 1000], reader=reader):
            agreed = [int(purpose in one.purposes) for purpose in SHORT]
            told = [one.given_at.isoformat(), one.user_id or "", vars(one)["account_email"], one.visitor_id or ""]
            yield [*told, *agreed, one.source, one.text_version, one.language, one.text]
