"""Pop-ups in files: by their names, else by their headings."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy

from personalization.campaigns.files.kind import (
    ARM,
    FOR_WHOM,
    OFTEN,
    SHARED,
    WHEN,
    FileKind,
    Path,
    kinds,
    path_in,
    said_by,
)
from personalization.campaigns.files.naming import Naming, namings
from personalization.campaigns.files.parts import Link, Part, Settings, Words
from personalization.chosen.choosable import Key
from personalization.storefront.popups.designs.design import designs
from personalization.storefront.popups.form import form_class
from personalization.storefront.popups.models import PARTS, TITLE, Popup
from personalization.storefront.popups.sentence import sentence
from personalization.storefront.slots.models import own_language
from personalization.storefront.triggers.trigger import triggers


@kinds.register
class PopupsInFiles(FileKind):
    """What comes up over a page."""

    name, label, model = "popups", gettext_lazy("pop-ups"), Popup
    naming = "popup"
    parts = (
        Part("name"), Part("design"), Settings("design_parameters", chosen_by="design", registry=designs),
        Words("texts", PARTS), Link("link"), Part("look"), Part("trigger"),
        Settings("trigger_parameters", chosen_by="trigger", registry=triggers), Part("where"), *FOR_WHOM, OFTEN,
        Part("goal"), Part("priority"), ARM, *WHEN, Part("note"),
    )  # fmt: skip

    def called(self, row: Any) -> str:
        """By its name, else by its heading in the shop's own language."""
        with translation.override(own_language()):
            return str(row.name or row.words(TITLE) or row.design)

    def rows(self) -> Any:
        """In their order."""
        return Popup.objects.order_by("priority", "pk")

    def sentence(self, row: Any, *, now: datetime) -> str:
        """As the list says it."""
        return sentence(row, now=now)

    def wrong(self, row: Any) -> Iterable[tuple[Path, str]]:
        """As its form says it."""
        own = {f"design_{row.design}_": "design_parameters", f"trigger_{row.trigger}_": "trigger_parameters"}
        for name, told in said_by(form_class(), row):
            yield path_in(name, SHARED | own), told


@namings.register
class OfPopups(Naming):
    """As their entries are called."""

    name, label = "popup", gettext_lazy("pop-up")

    def names(self) -> Mapping[Key, str]:
        """Of all."""
        return {one.pk: kinds.get("popups").called(one) for one in Popup.objects.all()}
