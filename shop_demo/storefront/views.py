"""Pages of the demo: home, catalogue, category, search, product."""

from typing import Any
from urllib.parse import unquote

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.generic import ListView, TemplateView
from oscar.apps.search.signals import user_search
from oscar.core.loading import get_class, get_model

from shop_demo.storefront.basket import priced_basket
from shop_demo.storefront.departments import department
from shop_demo.storefront.search import find
from shop_demo.storefront.shelves import SORTS, goods, in_category, in_given_order, in_order, variants

ProductDetailView = get_class("catalogue.views", "ProductDetailView")
OscarBasketView = get_class("basket.views", "BasketView")


class HomeView(TemplateView):
    """The first page: what to do next for whoever comes."""

    template_name = "shop_demo/home.html"


class BasketGlanceView(TemplateView):
    """The header's basket and the messages alone: what a script shows after it put something into the basket."""

    template_name = "shop_demo/partials/basket_glance.html"


class CatalogueView(ListView):  # type: ignore[type-arg]  # Django's view is generic for the type checker only
    """All goods, page by page, in the order the shopper picks."""

    template_name = "oscar/catalogue/browse.html"
    context_object_name = "products"
    paginate_by = 24
    category_id: int | None = None
    usual_sort = "popular"

    def get_queryset(self) -> QuerySet[Any]:
        return in_order(goods(), sort=self.sort, category_id=self.category_id)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(summary=_("All products"), sorts=SORTS, sort=self.sort, **kwargs)

    @property
    def sort(self) -> str:
        """The order asked for, if it is one we know."""
        asked = self.request.GET.get("sort", "")
        return asked if asked in SORTS else self.usual_sort

    @property
    def is_first_look(self) -> bool:
        """True unless the shopper is turning pages or changing the order."""
        return not {"page", "sort"} & self.request.GET.keys()


class CategoryView(CatalogueView):
    """The goods of one category and of all below it."""

    template_name = "oscar/catalogue/category.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        categories = get_model("catalogue", "Category").objects.browsable()
        self.category = get_object_or_404(categories, pk=kwargs["pk"])
        self.category_id, self.department = self.category.pk, department(self.category.pk)
        if self.department and self.department.children:
            # Here a block of best sellers stands above the shelf; the same goods need not follow it.
            self.usual_sort = "new"
        # An address with an old name still works; search engines learn the new one.
        if self.department and unquote(self.department.url) != unquote(request.path):
            return HttpResponsePermanentRedirect(self.department.url)
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Any]:
        return in_category(super().get_queryset(), path=self.category.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            category=self.category, department=self.department, is_first_look=self.is_first_look, **kwargs
        )


class SearchView(CatalogueView):
    """Goods that match the words; a near miss shows what matches some of them."""

    template_name = "oscar/search/results.html"
    is_near_miss = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.words = request.GET.get("q", "").strip()[:100]
        if self.words and self.is_first_look:
            # Robust: somebody's broken receiver must not take the search away from the shopper.
            user_search.send_robust(sender=self, session=request.session, user=request.user, query=self.words)
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Any]:
        ids = find(self.words)
        if not ids and " " in self.words:
            self.is_near_miss = True
            ids = find(self.words, any_word=True)
        found = goods().filter(pk__in=ids)
        return in_order(found, sort=self.sort) if self.request.GET.get("sort") else in_given_order(found, ids=ids)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(query=self.words, is_near_miss=self.is_near_miss, **kwargs)


class ProductView(ProductDetailView):  # type: ignore[misc, valid-type]
    """One product; variants are shown on the page of their parent."""

    enforce_parent = True

    def get_queryset(self) -> QuerySet[Any]:
        # Oscar's page reads these one by one, and some of them twice.
        product_model = get_model("catalogue", "Product")
        values = get_model("catalogue", "ProductAttributeValue").objects.select_related("attribute", "value_option")
        return (  # type: ignore[no-any-return]
            product_model.objects.select_related("product_class", "parent__product_class")
            .prefetch_browsable_categories()
            .prefetch_related(
                "stockrecords",
                "images",
                variants(),
                Prefetch("attribute_values", queryset=values, to_attr="_prefetched_attribute_values"),
            )
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        category = next(iter(self.object.get_categories()), None)
        place = department(category.pk) if category else None
        return super().get_context_data(category=category, department=place, **kwargs)  # type: ignore[no-any-return]


class BasketView(OscarBasketView):  # type: ignore[misc, valid-type]
    """Oscar's basket page without its two queries for each line."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        priced_basket(request)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[no-any-return]
