"""The pages and answers beside the list and the form: sentence, settings, preview, finders, first steps."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from personalization import shop
from personalization.campaigns.back_office import CampaignAdmin, Page, framed
from personalization.events.accounts import may_see_accounts
from personalization.guard.door import way_back
from personalization.jobs.back_office import id_sent
from personalization.storefront.admin import asked
from personalization.storefront.admin.explain import answer, question_of
from personalization.storefront.block_form import default_titles
from personalization.storefront.models import Block
from personalization.storefront.overview import overview
from personalization.storefront.preview import preview
from personalization.storefront.put_away import put_away
from personalization.storefront.trade_off import trade_offs


class BlockViews(CampaignAdmin):
    """The views of the block's admin; each of them only reads."""

    asked_as, always_sent = "block", "slot"

    def own_pages(self) -> list[Page]:
        """Their addresses."""
        return [
            ("first-steps/", "first_steps", require_GET(self.first_steps_view)),
            ("first-steps/put-away/", "put_away", require_POST(self.put_away_view)),
            ("sentence/", "sentence", require_POST(self.sentence_view)),
            ("settings/", "settings", require_GET(self.settings_view)),
            ("preview/", "preview", framed(self.preview_view)),
            ("trade-off/", "trade_off", require_POST(self.trade_off_view)),
            ("explain/", "explain", require_GET(self.explain_view)),
            ("find-product/", "find_product", require_GET(self.find_product_view)),
            ("find-shopper/", "find_shopper", require_GET(self.find_shopper_view)),
        ]

    def first_steps_view(self, request: HttpRequest) -> HttpResponse:
        """The four questions, and the checklist."""
        told = overview(now=timezone.now())
        context = {"title": _("At a glance"), "overview": told, "opts": self.opts, "here": "first_steps"}
        page = "personalization/admin/first_steps.html"
        return TemplateResponse(request, page, self.admin_site.each_context(request) | context)

    def put_away_view(self, request: HttpRequest) -> HttpResponse:
        """Puts the checklist away in this browser, or brings it back."""
        here = way_back(request, otherwise="admin:personalization_block_first_steps")
        response = HttpResponseRedirect(here)
        put_away(response, is_away="back" not in request.POST)
        return response

    def sentence_view(self, request: HttpRequest) -> HttpResponse:
        """The sentence of the form as it stands, unsaved; and the headings that it has of itself."""
        block = self.campaign_in(request, request.POST)
        return JsonResponse({"sentence": self.sentence_of(block), "titles": default_titles(block.strategy)})

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """The block as this shopper would see it there; shown in a frame, noted nowhere."""
        # A form with many rules is longer than an address may be.
        form = request.POST if request.method == "POST" else request.GET
        block = self.campaign_in(request, form)
        user = asked.shopper(request, id_sent(form.get("shopper")))
        product_id = asked.product_for(block, id_sent(form.get("product")))
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
        block = self.campaign_in(request, request.POST)
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
