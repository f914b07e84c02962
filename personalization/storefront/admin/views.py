"""The pages and answers beside the list and the form: sentence, settings, preview, finders, first steps."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from personalization import shop
from personalization.events.accounts import find_accounts, may_see_accounts
from personalization.storefront.admin import asked
from personalization.storefront.admin.explain import answer, question_of
from personalization.storefront.block_form import default_titles
from personalization.storefront.models import Block
from personalization.storefront.overview import overview
from personalization.storefront.preview import preview
from personalization.storefront.sentence import sentence
from personalization.storefront.trade_off import trade_offs


class BlockViews(admin.ModelAdmin):  # type: ignore[type-arg]
    """The views of the block's admin; each of them only reads."""

    strategy_in_hand: Callable[[HttpRequest, Block | None], str]

    def own_urls(self) -> list[URLPattern]:
        """Their addresses, behind the admin's own login."""
        views: list[tuple[str, str, Any]] = [
            ("first-steps/", "first_steps", require_GET(self.first_steps_view)),
            ("sentence/", "sentence", require_POST(self.sentence_view)),
            ("settings/", "settings", require_GET(self.settings_view)),
            (
                "preview/",
                "preview",
                require_http_methods(["GET", "POST"])(xframe_options_sameorigin(self.preview_view)),
            ),
            ("trade-off/", "trade_off", require_POST(self.trade_off_view)),
            ("explain/", "explain", require_GET(self.explain_view)),
            ("find-product/", "find_product", require_GET(self.find_product_view)),
            ("find-shopper/", "find_shopper", require_GET(self.find_shopper_view)),
        ]
        return [
            path(route, self.admin_site.admin_view(self._guarded(view)), name=f"personalization_block_{name}")
            for route, name, view in views
        ]

    def first_steps_view(self, request: HttpRequest) -> HttpResponse:
        """The four questions, and the checklist."""
        told = overview(now=timezone.now())
        context = {"title": _("At a glance"), "overview": told, "opts": self.opts, "here": "first_steps"}
        page = "personalization/admin/first_steps.html"
        return TemplateResponse(request, page, self.admin_site.each_context(request) | context)

    def sentence_view(self, request: HttpRequest) -> HttpResponse:
        """The sentence of the form as it stands, unsaved."""
        block = self._block_in(request, request.POST)
        answer = {"sentence": sentence(block, now=timezone.now()), "titles": default_titles(block.strategy)}
        return JsonResponse(answer)

    def settings_view(self, request: HttpRequest) -> HttpResponse:
        """The fields of the kind of list that was just chosen."""
        stored = asked.stored_block(request.GET)
        fieldsets = self.get_fieldsets(request, stored)
        form = self.get_form(request, stored, change=stored is not None)(instance=stored)
        wanted = [one for one in fieldsets if "pz-parameters" in one[1].get("classes", ())]
        drawn: Any = AdminForm(form, cast(Any, wanted), {}, (), model_admin=self)
        return TemplateResponse(request, "personalization/admin/settings.html", {"fieldsets": list(drawn)})

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """The block as this shopper would see it there; shown in a frame, noted nowhere."""
        # A form with many rules is longer than an address may be.
        form = request.POST if request.method == "POST" else request.GET
        block = self._block_in(request, form)
        user = asked.shopper(request, asked.number(form.get("shopper")))
        product_id = asked.product_for(block, asked.number(form.get("product")))
        shown = preview(block, request=request, now=timezone.now(), user=user, product_id=product_id)
        context = {
            "preview": shown,
            "block": block,
            "shopper": user,
            "minimum": block.minimum,
            "is_in_basket": "basket" in block.needs,
            "product_title": shop.titles([product_id]).get(product_id or 0, ""),
        }
        return TemplateResponse(request, "personalization/admin/preview.html", context)

    def trade_off_view(self, request: HttpRequest) -> HttpResponse:
        """What each dial of the form as it stands costs and brings; shown beside the dials, noted nowhere."""
        block = self._block_in(request, request.POST)
        context = {"curves": trade_offs(block, now=timezone.now())}
        return TemplateResponse(request, "personalization/admin/trade_off.html", context)

    def explain_view(self, request: HttpRequest) -> HttpResponse:
        """Why a block shows what it shows."""
        question = question_of(request)
        context = {
            "title": _("Why these products"), "question": question, "explanation": answer(question), "opts": self.opts,
            "here": "explain", "blocks": Block.objects.all(), "may_see_accounts": may_see_accounts(request.user),
        }  # fmt: skip
        page = "personalization/admin/explain.html"
        return TemplateResponse(request, page, self.admin_site.each_context(request) | context)

    def find_product_view(self, request: HttpRequest) -> HttpResponse:
        """Products by title or UPC."""
        found = shop.find_products(request.GET.get("q", ""))
        return JsonResponse({"found": [{"id": one.id, "label": one.title, "more": one.upc} for one in found]})

    def find_shopper_view(self, request: HttpRequest) -> HttpResponse:
        """Shoppers by e-mail, for those who may see accounts."""
        if not may_see_accounts(request.user):
            raise PermissionDenied
        found = find_accounts(request.GET.get("q", ""))
        return JsonResponse({"found": [{"id": pk, "label": email, "more": ""} for pk, email in found]})

    def _guarded(self, view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
        def checked(request: HttpRequest) -> HttpResponse:
            if not self.has_view_or_change_permission(request):
                raise PermissionDenied
            return view(request)

        return checked

    def _block_in(self, request: HttpRequest, data: Any) -> Block:
        """The block that the form describes; without a form the stored one, or a new one."""
        stored = asked.stored_block(data)
        may_edit = self.has_change_permission(request, stored) if stored else self.has_add_permission(request)
        if "slot" not in data or not may_edit:
            return stored or Block(strategy=self.strategy_in_hand(request, None))
        form = self.get_form(request, stored, change=stored is not None)(data, instance=stored)
        # What does not fit its field keeps its former value: the sentence and the preview follow as far as they can.
        form.is_valid()
        block: Block = form.instance
        return block
