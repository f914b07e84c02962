"""Oscar's addresses under Oscar's names, with the demo's views behind six of them."""

from typing import Any

from django.apps import apps
from django.urls import include, path

from shop_demo.storefront import views

OURS = {
    ("catalogue", "catalogue_view"): views.CatalogueView,
    ("catalogue", "category_view"): views.CategoryView,
    ("catalogue", "detail_view"): views.ProductView,
    ("basket", "summary_view"): views.BasketView,
    ("search", "search_view"): views.SearchView,
}


def oscar_urls() -> list[Any]:
    """Oscar's addresses, made while its app configs hold our views, so that every name stays as it was."""
    theirs = {(app, place): getattr(apps.get_app_config(app), place) for app, place in OURS}
    try:
        _place(OURS)
        return list(apps.get_app_config("oscar").urls[0])  # type: ignore[attr-defined]
    finally:
        # Whoever else makes Oscar's addresses in this process, a test of bare Oscar for one, gets Oscar's views.
        _place(theirs)


def _place(views_of: dict[tuple[str, str], Any]) -> None:
    for (app, place), view in views_of.items():
        setattr(apps.get_app_config(app), place, view)


urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("demo/basket/", views.BasketGlanceView.as_view(), name="basket_glance"),
    path("", include("shop_demo.personas")),
    path("", include(oscar_urls())),
]
