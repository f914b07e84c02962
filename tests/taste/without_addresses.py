"""A shop that has not included our addresses."""

from django.contrib import admin
from django.urls import include, path

from tests import urls
from tests.storefront.pages import best_sellers

urlpatterns = [
    path("admin/", admin.site.urls),
    path("best-sellers/", best_sellers),
    path("", include([one for one in urls.urlpatterns if "personalization" not in str(one.pattern)])),
]
