"""Banners in files: by their names, else by their place and heading; their pictures lie beside the file."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.images import ImageFile
from django.forms import ImageField
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.campaigns.files.kind import ARM, FOR_WHOM, SHARED, WHEN, FileKind, Path, kinds, path_in, said_by
from personalization.campaigns.files.naming import Naming, namings
from personalization.campaigns.files.parts import Link, Part, Words, one_message
from personalization.campaigns.files.picture import Picture, planned
from personalization.chosen.choosable import Key
from personalization.storefront.slots.form import MOST_BYTES, form_class
from personalization.storefront.slots.models import PARTS, PICTURES, TITLE, Banner, own_language
from personalization.storefront.slots.sentence import sentence

_PICTURE = Picture("picture")


@kinds.register
class BannersInFiles(FileKind):
    """Words and a picture in a place of the pages."""

    name, label, model = "banners", gettext_lazy("banners"), Banner
    naming = "banner"
    parts = (
        Part("name"), Part("slot"), Part("priority"), Words("texts", PARTS), _PICTURE, Part("focus_x"),
        Part("focus_y"), Link("link"), *FOR_WHOM, ARM, *WHEN, Part("note"),
    )  # fmt: skip

    def called(self, row: Any) -> str:
        """For example "home-hero: Something crisp for every day"."""
        with translation.override(own_language()):
            return row.name or f"{row.slot}: {row.words(TITLE).text}"

    def rows(self) -> Any:
        """Place by place, in the order in which their turn comes."""
        return Banner.objects.order_by("slot", "priority", "pk")

    def sentence(self, row: Any, *, now: datetime) -> str:
        """As the list says it."""
        return sentence(row, now=now)

    def wrong(self, row: Any) -> Iterable[tuple[Path, str]]:
        """As its form says it, of a new picture too."""
        for name, told in said_by(form_class(), row):
            yield path_in(name, SHARED), told
        if (new := planned(row)) and (told := _wrong_picture(new[0], new[2])):
            yield ("picture", "file"), told

    def save(self, row: Any) -> None:
        """With its picture."""
        _PICTURE.keep(row)
        row.save()


@namings.register
class OfBanners(Naming):
    """As their entries are called."""

    name, label = "banner", gettext_lazy("banner")

    def names(self) -> Mapping[Key, str]:
        """Of all."""
        return {one.pk: kinds.get("banners").called(one) for one in Banner.objects.all()}


def _wrong_picture(name: str, found: bytes) -> str:
    if len(found) > MOST_BYTES:
        return _("This picture is larger than 3 MB: save it smaller, 1600 pixels wide will do.")
    if name.rsplit(".", 1)[-1].lower() not in PICTURES:
        return _("A picture ends in one of: %(known)s.") % {"known": ", ".join(PICTURES)}
    try:
        ImageField().to_python(ImageFile(BytesIO(found), name=name))
    except ValidationError as error:
        return one_message(error)
    return ""
