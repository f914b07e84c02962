"""Named rules for the whole shop: the list and the form."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import Max, QuerySet
from django.forms import Script
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personalization.jobs.back_office import OwnersAdmin, chip
from personalization.recommend.rules.models import ShopRule
from personalization.storefront.admin.rule_views import RuleViews
from personalization.storefront.rule_check import check, checked_shop_rules, other_shop_rules
from personalization.storefront.rule_form import RuleRows, rows_sent


class ShopRuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """The name and the turn, and one row that says what the rule does."""

    class Meta:
        model = ShopRule
        fields = ("name", "is_active", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            self.rule_rows = rows_sent(self.data, for_shop=True) or RuleRows(for_shop=True)
        else:
            stored = self.instance.rules()
            self.rule_rows = RuleRows(rules=stored, spare=0 if stored else 1, for_shop=True)
        if self.instance._state.adding and "position" in self.fields:
            last = ShopRule.objects.aggregate(last=Max("position"))["last"] or 0
            self.fields["position"].initial = min(last + 1, 32_767)

    def clean(self) -> dict[str, Any]:
        """Puts the row where it is stored."""
        cleaned = super().clean() or {}
        is_valid, rules = self.rule_rows.is_valid(), self.rule_rows.rules()
        if not is_valid:
            self.add_error(None, _("The rule lacks something: it says what, further down."))
        elif not rules:
            self.add_error(None, _("Say which goods the rule is about."))
        for rule in rules[:1]:
            for name, value in rule.stored().items():
                if name != "place":
                    setattr(self.instance, name, value)
        return cleaned


class ShopRuleList(ChangeList):
    """A page of rules, each knowing what it says and what is wrong with it."""

    def get_results(self, request: HttpRequest) -> None:
        """As Django's; goods and names are read at once."""
        super().get_results(request)
        rows = list(self.result_list)
        checked = checked_shop_rules(rows)
        for row in rows:
            vars(row)["checked"] = checked[row.pk]
        self.result_list = rows


@admin.register(ShopRule)
class ShopRuleAdmin(RuleViews, OwnersAdmin):
    """What holds in every block."""

    form = ShopRuleForm
    list_display = ("state", "rule", "where_told", "position")
    list_display_links = None
    list_filter = ("is_active",)
    search_fields = ("name",)
    sortable_by = ()
    actions = ("switch_on", "switch_off")
    change_list_template = "personalization/admin/shop_rules.html"
    change_form_template = "personalization/admin/shop_rule_form.html"
    fieldsets = ((None, {"fields": ("name", "is_active", "position")}),)
    rules_are_of_shop = True

    class Media:
        """The rows follow what is chosen in them."""

        css = {"all": ["personalization/admin/rules.css"]}
        js = [
            Script("personalization/admin/finder.js", defer=True),
            Script("personalization/admin/rules.js", defer=True),
        ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ShopRuleList]:
        """A page that is read at once."""
        return ShopRuleList

    def get_urls(self) -> list[URLPattern]:
        """Our own answers before Django's."""
        return [*self.rule_urls(), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: Any, add: bool = False, change: bool = False,
        form_url: str = "", obj: Any = None,
    ) -> HttpResponse:  # fmt: skip
        """With the row, its sentence and what is wrong with it."""
        form = context["adminform"].form
        may_edit = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        rows = form.rule_rows if may_edit else RuleRows(rules=obj.rules() if obj else (), spare=0)
        found = check(rows.rules(), of_the_shop=other_shop_rules(but=obj.pk if obj else None))
        context |= {
            "rule_rows": self.checked_rows(rows, found), "rule_check": found, "rule_addresses": self.rule_addresses(),
            "may_edit": may_edit, "is_shop_rule": True,
        }  # fmt: skip
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    @admin.display(description=gettext_lazy("state"))
    def state(self, rule: ShopRule) -> SafeString:
        """On, off, or wrong."""
        checked = vars(rule)["checked"]
        if not rule.is_active:
            return chip("off", _("off"))
        return chip("bad", _("problem")) if checked is None or checked.warnings else chip("good", _("on"))

    @admin.display(description=gettext_lazy("rule"))
    def rule(self, rule: ShopRule) -> SafeString:
        """The name, the sentence, and what is wrong."""
        url = reverse("admin:personalization_shoprule_change", args=[rule.pk])
        checked = vars(rule)["checked"]
        told = checked.told if checked else _("It makes no sense any more: choose anew what it does.")
        wrong = format_html_join(
            "", '<span class="pz-problem">{}</span>', ((one,) for one in (checked.warnings if checked else ()))
        )
        layout = '<a class="pz-heading" href="{}">{}</a><span class="pz-quiet">{}</span>{}'
        return format_html(layout, url, rule.name, told, wrong)

    @admin.display(description=gettext_lazy("where it holds"))
    def where_told(self, rule: ShopRule) -> str:
        """On every page, or on some, and for whom."""
        one = next(iter(rule.rules()), None)
        if one is None or not (one.where or one.regions):
            return _("in every block")
        return _("on some pages") if one.where else _("for some shoppers")

    @admin.action(description=gettext_lazy("Switch on"), permissions=["change"])
    def switch_on(self, request: HttpRequest, queryset: QuerySet[ShopRule]) -> None:
        """They hold in every block."""
        count = queryset.update(is_active=True)
        text = ngettext("%(n)s rule is switched on.", "%(n)s rules are switched on.", count)
        self.message_user(request, text % {"n": count}, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Switch off"), permissions=["change"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[ShopRule]) -> None:
        """They hold nowhere; nothing is lost."""
        count = queryset.update(is_active=False)
        text = ngettext(
            "%(n)s rule is switched off. To undo it, choose “Switch on”.",
            "%(n)s rules are switched off. To undo it, choose “Switch on”.",
            count,
        )
        self.message_user(request, text % {"n": count}, messages.SUCCESS)
