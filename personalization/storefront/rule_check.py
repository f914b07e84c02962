"""What an owner sees beside rules: each as a sentence, what is wrong with it, and how many goods are left."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personalization.chosen.choosable import Names
from personalization.recommend.rules.catalogue import Catalogue, is_finished, read_catalogue, same_everywhere
from personalization.recommend.rules.lint import Lint
from personalization.recommend.rules.models import ShopRule
from personalization.recommend.rules.rule import Action, Rule
from personalization.recommend.rules.wording import names_in, sentence


@dataclass(frozen=True)
class Checked:
    """One rule."""

    told: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Check:
    """All rules of a block, or one of the shop."""

    rules: tuple[Checked, ...] = ()
    left_told: str = ""
    is_nothing_left: bool = False

    @property
    def problems(self) -> list[str]:
        """What is wrong, each with the number of its rule."""
        return [
            _("Rule %(n)s: %(warning)s") % {"n": turn, "warning": warning}
            for turn, one in enumerate(self.rules, 1)
            for warning in one.warnings
        ]


def check(
    rules: Sequence[Rule], *, of_the_shop: Sequence[Rule] = (), limit: int | None = None,
    catalogue: Catalogue | None = None, names: Names | None = None, counts: bool = True,
) -> Check:  # fmt: skip
    """Looks at rules before shoppers meet them; a handful of queries, whatever their number."""
    goods = read_catalogue() if catalogue is None else catalogue
    names = names_in(rules) if names is None else names
    lint = Lint(rules, names, goods, of_the_shop=of_the_shop, limit=limit)
    checked = tuple(Checked(sentence(one, names), tuple(lint.warnings(one))) for one in rules)
    told, is_nothing = _left(goods, [*of_the_shop, *rules]) if counts else ("", False)
    return Check(checked, told, is_nothing)


def checked_shop_rules(rows: Iterable[ShopRule]) -> dict[int, Checked | None]:
    """Rules of the whole shop by their keys; None for one that makes no sense any more."""
    rules = {row.pk: row.rules() for row in rows}
    listed = [one for of_row in rules.values() for one in of_row]
    found = iter(check(listed, counts=False).rules if listed else ())
    return {pk: next(found) if of_row else None for pk, of_row in rules.items()}


def other_shop_rules(but: int | None = None) -> list[Rule]:
    """Those of the whole shop that are switched on."""
    rows = ShopRule.objects.filter(is_active=True).exclude(pk=but or 0)
    return [rule for row in rows for rule in row.rules()]


def _left(goods: Catalogue, rules: Iterable[Rule]) -> tuple[str, bool]:
    asked = [one for one in rules if one.action in (Action.NEVER, Action.ONLY) and is_finished(one)]
    counted = list(same_everywhere(asked))
    if not goods.total:
        return _("The catalogue has not been looked at yet: how many goods are left is not known."), False
    left = goods.count_left(counted)
    words = {"left": number_format(left, force_grouping=True), "all": number_format(goods.total, force_grouping=True)}
    told = ngettext("%(left)s of %(all)s product may be shown.", "%(left)s of %(all)s products may be shown.",
                    goods.total) % words  # fmt: skip
    if len(counted) < len(asked):
        told += " " + _("Rules that depend on the page or on the shopper are not counted.")
    return told, left == 0
