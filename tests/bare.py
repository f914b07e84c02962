"""Bare Oscar: the shop as it is before anybody changes a page."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.loaders import filesystem

CHECKOUT = Path(__file__).resolve().parent.parent


class OnlyOurs(filesystem.Loader):
    """The checkout's folder of templates, without those with which the demo covers Oscar's."""

    def get_contents(self, origin: Any) -> str:
        """The text of one of our own templates."""
        if not origin.template_name.startswith(("personalization/", "admin/personalization/")):
            raise TemplateDoesNotExist(origin)
        return super().get_contents(origin)


def templates(*folders: Path) -> list[dict[str, Any]]:
    """Django's TEMPLATES for Oscar's own pages, under those in the folders given."""
    (engine,) = settings.TEMPLATES
    processors = [one for one in engine["OPTIONS"]["context_processors"] if not one.startswith("shop_demo.")]
    loaders = [
        ("django.template.loaders.filesystem.Loader", list(folders)),
        ("tests.bare.OnlyOurs", [CHECKOUT / "templates"]),
        "django.template.loaders.app_directories.Loader",
    ]
    options = {"context_processors": processors, "loaders": [("django.template.loaders.cached.Loader", loaders)]}
    return [{"BACKEND": engine["BACKEND"], "DIRS": [], "OPTIONS": options}]
