"""What the shop is called and where it is found, for whoever has no request at hand."""

from django.apps import apps
from django.conf import settings

from personalization.conf import conf


def name() -> str:
    """As its pages call it."""
    return str(getattr(settings, "OSCAR_SHOP_NAME", "")) or _site("name")


def address() -> str:
    """Scheme and host, without a slash at the end: never what a request says of its host."""
    return conf.SHOP_ADDRESS.rstrip("/") or f"https://{_site('domain')}"


def _site(column: str) -> str:
    if not apps.is_installed("django.contrib.sites"):
        return ""
    site = apps.get_model("sites", "Site").objects.filter(pk=getattr(settings, "SITE_ID", 1)).first()
    return str(getattr(site, column, ""))
