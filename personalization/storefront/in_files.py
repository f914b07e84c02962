"""Blocks in files: by their names, or by their place and kind of list."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.campaigns.files.kind import FOR_WHOM, SHARED, WHEN, FileKind, Path, kinds, path_in, said_by
from personalization.campaigns.files.naming import Naming, namings
from personalization.campaigns.files.parts import Part, Settings, Words
from personalization.campaigns.files.rules import RulesOf, wrong_rule
from personalization.chosen.choosable import Key
from personalization.recommend.strategies.strategy import strategies
from personalization.storefront.block_form import PARAMETER, form_class
from personalization.storefront.models import Block
from personalization.storefront.sentence import sentence


@kinds.register
class BlocksInFiles(FileKind):
    """Rows of products."""

    name, label, model, naming = "blocks", gettext_lazy("blocks"), Block, "block"
    parts = (
        Part("name"), Part("slot"), Part("position"), Part("strategy"),
        Settings("parameters", chosen_by="strategy", registry=strategies), Words("titles"), Part("limit"),
        Part("minimum"), Part("fallback"), RulesOf("rules"), Part("most_of_category"), Part("most_of_brand"),
        Part("tires_after"), Part("lean_margin"), Part("lean_stock"), *FOR_WHOM, *WHEN, Part("note"),
    )  # fmt: skip

    def called(self, row: Any) -> str:
        """For example "home-1, 2: bestsellers"."""
        return row.name or f"{row.slot}, {row.position}: {row.strategy}"

    def rows(self) -> Any:
        """Place by place."""
        return Block.objects.order_by("slot", "position", "pk")

    def sentence(self, row: Any, *, now: datetime) -> str:
        """As the list says it."""
        return sentence(row, now=now)

    def wrong(self, row: Any) -> Iterable[tuple[Path, str]]:
        """As its form and its rules say it."""
        for name, told in said_by(form_class(row.strategy), row):
            yield path_in(name, SHARED | {PARAMETER: "parameters"}), told
        for number, rule in enumerate(row.rules, start=1):
            if told := wrong_rule(rule):
                yield ("rules",), _("Rule %(n)s: %(told)s") % {"n": number, "told": told}


@namings.register
class OfBlocks(Naming):
    """As their entries are called."""

    name, label = "block", gettext_lazy("block")

    def names(self) -> Mapping[Key, str]:
        """Of all."""
        return {one.pk: kinds.get("blocks").called(one) for one in Block.objects.all()}
