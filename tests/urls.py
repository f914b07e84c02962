"""Bare Oscar and the admin, with none of the demo's pages: what a shop has before it changes anything."""

from django.apps import apps
from django.contrib import admin
from django.urls import include, path
from oscar.core.loading import get_class

# The demo hangs its own views into Oscar's app configs; these are Oscar's, whoever was imported first.
ORIGINAL = {
    ("catalogue", "catalogue_view"): get_class("catalogue.views", "CatalogueView"),
    ("catalogue", "category_view"): get_class("catalogue.views", "ProductCategoryView"),
    ("catalogue", "detail_view"): get_class("catalogue.views", "ProductDetailView"),
    ("search", "search_view"): get_class("search.views", "FacetedSearchView"),
}


def _oscar_urls():
    before = {(app, name): getattr(apps.get_app_config(app), name) for app, name in ORIGINAL}
    for (app, name), view in ORIGINAL.items():
        setattr(apps.get_app_config(app), name, view)
    try:
        return include(apps.get_app_config("oscar").urls[0])
    finally:
        for (app, name), view in before.items():
            setattr(apps.get_app_config(app), name, view)


urlpatterns = [
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("personalization/", include("personalization.urls")),
    path("", _oscar_urls()),
]
