"""Offers in files: by their names, else by what shoppers read. Codes that were given are never in one."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from personalization.campaigns.files.kind import ARM, FOR_WHOM, SHARED, WHEN, FileKind, Path, kinds, path_in, said_by
from personalization.campaigns.files.naming import Naming, namings
from personalization.campaigns.files.parts import ChosenOf, Part, Settings
from personalization.campaigns.offers.form import PARAMETER, form_class
from personalization.campaigns.offers.models import PersonalOffer
from personalization.campaigns.offers.publish import publish
from personalization.campaigns.offers.trigger import triggers
from personalization.campaigns.offers.words import sentence
from personalization.chosen.choosable import Key


@kinds.register
class OffersInFiles(FileKind):
    """Lower prices for some people."""

    name, label, model = "offers", gettext_lazy("offers"), PersonalOffer
    naming, comes_along = "offer", True
    parts = (
        Part("name"), Part("title"), Part("way"), Part("kind"), Part("value"),
        ChosenOf("goods", {"categories": "category", "products": "product"}), Part("least_basket"), Part("days_valid"),
        Part("trigger"), Settings("parameters", chosen_by="trigger", registry=triggers), Part("most_codes"),
        Part("most_uses"), Part("most_spent"), Part("most_off"), Part("most_percent"), Part("least_margin"),
        Part("priority"), ARM, *FOR_WHOM, *WHEN, Part("note"),
    )  # fmt: skip

    def called(self, row: Any) -> str:
        """By its name, else by its title."""
        return str(row.name or row.title)

    def sentence(self, row: Any, *, now: datetime) -> str:
        """As the list says it."""
        return sentence(row, now=now)

    def wrong(self, row: Any) -> Iterable[tuple[Path, str]]:
        """As its form says it."""
        goods = {"categories": ("goods", "categories"), "products": ("goods", "products")}
        for name, told in said_by(form_class(row.trigger), row):
            yield goods.get(name) or path_in(name, SHARED | {PARAMETER: "parameters"}), told

    def saved(self, row: Any, *, now: datetime) -> None:
        """Every change is told to Oscar."""
        publish(row, now=now)


@namings.register
class OfOffers(Naming):
    """As their entries are called."""

    name, label = "offer", gettext_lazy("offer")

    def names(self) -> Mapping[Key, str]:
        """Of all."""
        return {one.pk: one.name or one.title for one in PersonalOffer.objects.only("name", "title")}
