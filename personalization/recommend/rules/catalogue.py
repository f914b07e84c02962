"""Today's goods as a whole, to see before anybody else does what rules leave of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import F
from django.utils import timezone

from personalization.recommend.context import Context
from personalization.recommend.facts import fact
from personalization.recommend.facts.fact import Fact
from personalization.recommend.facts.models import ProductFact
from personalization.recommend.rules.apply import meant
from personalization.recommend.rules.condition import Surroundings, conditions
from personalization.recommend.rules.rule import Action, Rule
from personalization.shop import Buying

# More goods than this are counted by every so manieth: the owner waits for the figure while typing.
MOST = 10_000


@dataclass(frozen=True)
class Catalogue:
    """All goods that the shop lists, or every so manieth of them."""

    facts: Sequence[Fact]
    total: int

    @property
    def is_whole(self) -> bool:
        """Nothing was left out."""
        return len(self.facts) >= self.total

    def has(self, wanted: Callable[[Fact], bool]) -> bool:
        """There is such a product; all are asked before it says no."""
        return any(wanted(one) for one in self.facts) or (
            not self.is_whole and any(wanted(one) for one in fact.all_of(ProductFact.objects.all()))
        )

    def means(self, rule: Rule, product: Fact) -> bool:
        """The rule is about this product, on a page about nothing."""
        return meant(rule, product.product_id, {product.product_id: product}, self._nowhere)

    def lets_through(self, product: Fact, rules: Sequence[Rule]) -> bool:
        """Nothing forbids this product; of rules that say the same on every page."""
        return all(self.means(rule, product) == (rule.action == Action.ONLY) for rule in rules)

    def count_left(self, rules: Sequence[Rule]) -> int:
        """How many goods these rules leave, of all."""
        left = sum(self.lets_through(one, rules) for one in self.facts)
        return left if self.is_whole else round(left * self.total / max(len(self.facts), 1))

    @cached_property
    def _nowhere(self) -> Surroundings:
        return Surroundings(Context(Buying(None), timezone.now()))


def read_catalogue(*, most: int = MOST) -> Catalogue:
    """As the job last saw it: two queries."""
    total = ProductFact.objects.count()
    step = -(-total // most) or 1
    rows = ProductFact.objects.alias(turn=F("product_id") % step).filter(turn=0) if step > 1 else ProductFact.objects
    return Catalogue(tuple(fact.all_of(rows.all())) if total else (), total)


def same_everywhere(rules: Sequence[Rule]) -> Iterator[Rule]:
    """Those among "never" and "only" that mean the same goods on every page and for everybody."""
    for rule in rules:
        if rule.action in (Action.NEVER, Action.ONLY) and not rule.where and not rule.regions and is_plain(rule):
            yield rule


def is_plain(rule: Rule) -> bool:
    """It is finished, and means the same goods wherever it holds."""
    return is_finished(rule) and conditions.get(rule.condition).is_for_any_page


def is_finished(rule: Rule) -> bool:
    """Its code is there, and enough is set."""
    return rule.condition in conditions and conditions.get(rule.condition).is_complete(rule.values)
