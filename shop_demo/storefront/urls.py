"""Oscar's addresses under Oscar's names, with the demo's views behind five of them."""

from django.apps import apps
from django.urls import include, path

from shop_demo.storefront import views

# Oscar's app configs hold the views their addresses are made with. Setting them here, before the addresses are
# made, keeps every name ("catalogue:category" …) as it was; a second set of routes would answer without names.
catalogue = apps.get_app_config("catalogue")
catalogue.catalogue_view = views.CatalogueView  # type: ignore[attr-defined]
catalogue.category_view = views.CategoryView  # type: ignore[attr-defined]
catalogue.detail_view = views.ProductView  # type: ignore[attr-defined]
apps.get_app_config("search").search_view = views.SearchView  # type: ignore[attr-defined]

urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("demo/basket/", views.BasketGlanceView.as_view(), name="basket_glance"),
    path("", include("shop_demo.personas")),
    path("", include(apps.get_app_config("oscar").urls[0])),  # type: ignore[attr-defined]
]
