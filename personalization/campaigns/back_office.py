"""What the admin of every campaign shares: its list, its form as far as it goes, and its states as actions."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods

from personalization.campaigns.audience_words import audience_told, segments_in
from personalization.campaigns.campaign import Campaign
from personalization.campaigns.columns import headed, people_told
from personalization.campaigns.past_versions import KeepsVersions
from personalization.campaigns.reach import Reach, reach_of, reach_told
from personalization.campaigns.state import State, Status
from personalization.events.accounts import find_accounts, may_see_accounts
from personalization.guard import guarded, unhurried
from personalization.jobs.back_office import UsualFilter, chip, id_sent

TONES = {State.LIVE: "good", State.SCHEDULED: "wait"}
# Of many that were put live at once, so many are told about.
MOST_TOLD = 5
View = Callable[..., HttpResponse]
# Its address under the list of campaigns, its name, and what answers.
Page = tuple[str, str, View]


class StateFilter(UsualFilter):
    """Where a campaign stands."""

    title = gettext_lazy("state")
    parameter_name = "state"
    usual = gettext_lazy("all but archived ones")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """All states."""
        return list(State.choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Those in that state."""
        wanted = self.value()
        return queryset.in_state(wanted, now=timezone.now()) if wanted in State.values else queryset.at_hand()


class CampaignList(ChangeList):
    """A page of campaigns, each knowing how it does."""

    def get_results(self, request: HttpRequest) -> None:
        """As Django's; the figures of all rows are read at once."""
        super().get_results(request)
        rows = list(self.result_list)
        owners: Any = self.model_admin
        owners.learn(rows, now=timezone.now())
        self.result_list = rows


class CampaignAdmin(KeepsVersions):
    """The lists and forms of campaigns. A subclass says a campaign in one sentence, and how it does."""

    actions = ("go_live", "pause", "archive", "duplicate")
    list_display_links = None
    sortable_by = ()
    # What stands in the form as text, for those who may look only.
    only_told: ClassVar[tuple[str, ...]] = ("audience_told", "hours_told")
    # Under which name a stored campaign is asked about, and a field without which nothing of a form was sent.
    asked_as: ClassVar[str]
    always_sent: ClassVar[str]
    wrong_told: ClassVar[str | Promise] = gettext_lazy("problem")

    def learn(self, campaigns: Sequence[Any], *, now: datetime) -> None:
        """Lets each know its `health`: anything with `problems`. In a few queries for all of them."""
        raise NotImplementedError

    def own_pages(self) -> list[Page]:
        """The pages and answers beside the list and the form, for whoever may look."""
        return []

    # --- who may do what ----------------------------------------------------------------------------------------------

    def may_edit(self, request: HttpRequest, campaign: Any) -> bool:
        """Whoever sees the form may send it."""
        return self.has_change_permission(request, campaign) if campaign else self.has_add_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What is kept as JSON as text, for those who may look only."""
        return () if self.may_edit(request, obj) else self.only_told

    def get_urls(self) -> list[URLPattern]:
        """Our own pages before Django's."""
        own = [
            path(route, self.admin_site.admin_view(self._guarded(view)), name=f"{self._stem}_{name}")
            for route, name, view in self.own_pages()
        ]
        return [*own, *self.history_urls(), *super().get_urls()]

    def _guarded(self, view: View) -> View:
        def checked(request: HttpRequest, **about: Any) -> HttpResponse:
            if not self.has_view_or_change_permission(request):
                raise PermissionDenied
            return view(request, **about)

        return checked

    @property
    def _stem(self) -> str:
        return f"personalization_{self.opts.model_name}"

    # --- the form -----------------------------------------------------------------------------------------------------

    def render_change_form(
        self, request: HttpRequest, context: Any, add: bool = False, change: bool = False,
        form_url: str = "", obj: Any = None,
    ) -> HttpResponse:  # fmt: skip
        """With the sentence, and what is wrong."""
        form, now = context["adminform"].form, timezone.now()
        campaign = form.instance if obj or form.is_bound else self.begun(request, form.instance)
        if obj:
            self.learn([obj], now=now)
        context |= {
            "sentence": self.sentence_of(campaign), "may_edit": self.may_edit(request, obj),
            "problems": self.problems_of(obj) if obj else (), "may_see_accounts": may_see_accounts(request.user),
            **self.beside_form(request, form, campaign),
        }  # fmt: skip
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def begun(self, request: HttpRequest, campaign: Any) -> Any:
        """A new one as its form begins, so that its sentence is true from the start."""
        return campaign

    def beside_form(self, request: HttpRequest, form: Any, campaign: Any) -> dict[str, Any]:
        """What else its page needs."""
        return {}

    def stored(self, data: Any) -> Any:
        """The saved one that is asked about."""
        return self.model._default_manager.filter(pk=id_sent(data.get(self.asked_as)) or 0).first()

    def campaign_in(self, request: HttpRequest, data: Any) -> Any:
        """The one that the form describes; without a form the stored one, or a new one."""
        stored = self.stored(data)
        if self.always_sent not in data or not self.may_edit(request, stored):
            return stored or self.begun(request, self.model())
        form = self.get_form(request, stored, change=stored is not None)(data, instance=stored)
        # What does not fit its field keeps its former value: the sentence and the preview follow as far as they can.
        form.is_valid()
        return form.instance

    def sentence_view(self, request: HttpRequest) -> HttpResponse:
        """The sentence of the form as it stands, unsaved."""
        return JsonResponse({"sentence": self.sentence_of(self.campaign_in(request, request.POST))})

    def settings_view(self, request: HttpRequest) -> HttpResponse:
        """The fields of what was just chosen."""
        stored = self.stored(request.GET)
        wanted = [one for one in self.get_fieldsets(request, stored) if "pz-parameters" in one[1].get("classes", ())]
        form = self.get_form(request, stored, change=stored is not None)(instance=stored)
        drawn: Any = AdminForm(form, cast(Any, wanted), {}, (), model_admin=self)
        return TemplateResponse(request, "personalization/admin/settings.html", {"fieldsets": list(drawn)})

    def find_shopper_view(self, request: HttpRequest) -> HttpResponse:
        """Shoppers by e-mail, for those who may see accounts."""
        if not may_see_accounts(request.user):
            raise PermissionDenied
        found = find_accounts(request.GET.get("q", ""))
        return JsonResponse({"found": [{"id": pk, "label": email, "more": ""} for pk, email in found]})

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """With how many people it reaches, and what is wrong."""
        tell(self, request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Likewise."""
        tell(self, request, obj)
        return super().response_change(request, obj)

    def reach_of(self, campaign: Any, *, now: datetime) -> Reach:
        """How many people it reaches."""
        return reach_of(campaign, now=now)

    # --- the list -----------------------------------------------------------------------------------------------------

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CampaignList]:
        """A page whose figures are read at once."""
        return CampaignList

    def problems_of(self, campaign: Any) -> Sequence[str]:
        """What is wrong with one that was learned about."""
        found: Sequence[str] = vars(campaign)["health"].problems
        return found

    def headed(self, campaign: Any, title: str, told: str) -> SafeString:
        """The heading, the sentence, and what is wrong."""
        url = reverse(f"admin:{self._stem}_change", args=[campaign.pk])
        return headed(title, url, told=told, name=campaign.name, problems=self.problems_of(campaign))

    @admin.display(description=gettext_lazy("state"))
    def state(self, campaign: Any) -> SafeString:
        """What is live and what is wrong."""
        now = timezone.now()
        state = campaign.state(now)
        if self.problems_of(campaign) and state != State.ENDED:
            return chip("bad", self.wrong_told)
        if state == State.LIVE and not campaign.is_on(now):
            return chip("wait", _("live, not at this hour"))
        return chip(TONES.get(state, "off"), state.label)

    @admin.display(description=gettext_lazy("to whom"))
    def whom(self, campaign: Any) -> str:
        """The segments by name, with how many they are."""
        return people_told(campaign.for_whom, vars(campaign)["segments"])

    @admin.display(description=gettext_lazy("to whom"))
    def audience_told(self, campaign: Any) -> str:
        """For those who may look only."""
        return audience_told(campaign.for_whom, segments_in([campaign])) or _("everybody")

    @admin.display(description=gettext_lazy("hours"))
    def hours_told(self, campaign: Any) -> str:
        """For those who may look only."""
        return campaign.at_hours.told() or _("always")

    # --- states as actions --------------------------------------------------------------------------------------------

    @admin.action(description=gettext_lazy("Put live"), permissions=["change"])
    def go_live(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> None:
        """Shows them to shoppers, within their dates; each says to how many."""
        count = self._set(request, queryset, Status.LIVE)
        self._say(request, ngettext("%(n)s is live.", "%(n)s are live.", count), count)
        for campaign in queryset[:MOST_TOLD]:
            tell(self, request, campaign)

    @admin.action(description=gettext_lazy("Pause"), permissions=["change"])
    def pause(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> None:
        """Takes them out of the shop's pages; nothing is lost."""
        count = self._set(request, queryset, Status.PAUSED)
        text = ngettext(
            "%(n)s is paused. To undo it, choose “Put live”.",
            "%(n)s are paused. To undo it, choose “Put live”.",
            count,
        )
        self._say(request, text, count)

    @admin.action(description=gettext_lazy("Archive"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> None:
        """Takes them out of the shop's pages and of this list."""
        count = self._set(request, queryset, Status.ARCHIVED)
        text = ngettext(
            "%(n)s is archived: you find it by the state “archived”.",
            "%(n)s are archived: you find them by the state “archived”.",
            count,
        )
        self._say(request, text, count)

    @admin.action(description=gettext_lazy("Duplicate"), permissions=["add"])
    def duplicate(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> None:
        """Copies them as drafts, to be changed before anybody sees them."""
        copies = [campaign.copied() for campaign in queryset]
        for copy in copies:
            copy.save()
            self.log_addition(request, copy, [{"added": {}}])
        text = ngettext("%(n)s copy is made, as a draft.", "%(n)s copies are made, as drafts.", len(copies))
        messages.success(request, text % {"n": len(copies)})

    def _set(self, request: HttpRequest, queryset: QuerySet[Campaign], status: Status) -> int:
        changed = list(queryset.exclude(status=status))
        for campaign in changed:
            self.remember(campaign)
            campaign.status = status
            campaign.save(update_fields=["status"])
            self.log_change(request, campaign, [{"changed": {"fields": [str(_("status"))]}}])
        return len(changed)

    def _say(self, request: HttpRequest, text: str, count: int) -> None:
        kind = self.opts.verbose_name if count == 1 else self.opts.verbose_name_plural
        messages.success(request, f"{capfirst(str(kind))}: {text % {'n': count}}")


def tell(owners: CampaignAdmin, request: HttpRequest, campaign: Any) -> None:
    """What its owner hears once it is published: to how many it is shown, and what is wrong, which hinders nothing."""
    now = timezone.now()
    if campaign.state(now) not in (State.LIVE, State.SCHEDULED):
        return
    with unhurried():
        reach = guarded(
            lambda: owners.reach_of(campaign, now=now), doing="counting whom a campaign reaches", fallback=Reach(None)
        )
        guarded(lambda: owners.learn([campaign], now=now), doing="asking what is wrong with a campaign", fallback=None)
    told = reach_told(campaign, reach, now=now)
    messages.success(request, f"{_('“%(title)s”') % {'title': campaign}}: {told}")
    for problem in owners.problems_of(campaign) if "health" in vars(campaign) else ():
        messages.warning(request, problem)


def framed(view: View) -> View:
    """What is shown in a frame of the form's page; a form may be longer than an address."""
    return require_http_methods(["GET", "POST"])(xframe_options_sameorigin(view))
