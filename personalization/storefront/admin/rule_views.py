"""The answers behind rows of rules: another row, what the rows say, and what can be chosen in them."""

from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET, require_POST

from personalization.chosen.finding import found_for
from personalization.recommend.rules.pins import BY_NAME
from personalization.recommend.rules.rule import Rule
from personalization.storefront.rule_check import Check, check, other_shop_rules
from personalization.storefront.rule_form import MOST, PREFIX, RuleForm, RuleRows


class RuleViews(admin.ModelAdmin):  # type: ignore[type-arg]
    """For every admin whose form has rules; each view only reads."""

    # A single rule of the whole shop, or those of a block.
    rules_are_of_shop = False

    def rule_urls(self) -> list[URLPattern]:
        """Their addresses, behind the admin's own login."""
        views: list[tuple[str, str, Any]] = [
            ("rules/row/", "rule_row", require_POST(self.rule_row_view)),
            ("rules/check/", "rule_check", require_POST(self.rule_check_view)),
            ("rules/find/<str:kind>/", "rule_find", require_GET(found_for)),
        ]
        return [
            path(route, self.admin_site.admin_view(self._for_editors(view)), name=f"{self._stem}_{name}")
            for route, name, view in views
        ]

    def rule_addresses(self) -> dict[str, str]:
        """For the page: where its script asks."""
        find = reverse(f"admin:{self._stem}_rule_find", args=["KIND"])
        return {
            "row": reverse(f"admin:{self._stem}_rule_row"),
            "check": reverse(f"admin:{self._stem}_rule_check"),
            "find": find,
        }

    def rule_row_view(self, request: HttpRequest) -> HttpResponse:
        """One row as it would stand after what was just chosen in it."""
        number = request.POST.get("row", "")
        if not number.isdecimal() or int(number[:5]) >= MOST:
            raise BadRequest("No such row.")
        prefix = f"{PREFIX}-{number}"
        sent = RuleForm(request.POST, prefix=prefix, for_shop=self.rules_are_of_shop)
        drawn = RuleForm(prefix=prefix, rule=_begun(sent), for_shop=self.rules_are_of_shop)
        context = {"row": drawn, "rule_addresses": self.rule_addresses()}
        return TemplateResponse(request, "personalization/admin/rule_row.html", context)

    def rule_check_view(self, request: HttpRequest) -> HttpResponse:
        """Each rule as a sentence with what is wrong, and how many goods are left."""
        rows = RuleRows(request.POST, for_shop=self.rules_are_of_shop)
        limit, own = request.POST.get("limit", ""), request.POST.get("own", "")
        found = check(
            rows.rules(),
            of_the_shop=other_shop_rules(but=int(own) if own.isdecimal() and len(own) < 19 else None),
            limit=int(limit) if limit.isdecimal() and len(limit) < 5 else None,
        )
        told = {
            form.prefix: {"told": one.told, "warnings": one.warnings}
            for form, one in zip(rows.kept(), found.rules, strict=True)
        }
        return JsonResponse({"rows": told, "left": found.left_told, "is_nothing": found.is_nothing_left})

    def checked_rows(self, rows: RuleRows, found: Check) -> list[RuleForm]:
        """The rows, each knowing what it says and what is wrong with it."""
        for form, one in zip(rows.kept(), found.rules, strict=True):
            vars(form)["checked"] = one
        return list(rows)

    @property
    def _stem(self) -> str:
        return f"personalization_{self.opts.model_name}"

    def _for_editors(self, view: Any) -> Any:
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not (self.has_change_permission(request) or self.has_add_permission(request)):
                raise PermissionDenied
            answer: HttpResponse = view(request, *args, **kwargs)
            return answer

        return checked


def _begun(sent: RuleForm) -> Rule:
    rule = sent.rule()
    # Whoever wants a fixed place means certain products.
    return replace(rule, condition=BY_NAME, values={}) if sent.is_pinned and rule.condition != BY_NAME else rule
