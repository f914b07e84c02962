"""What an owner should know of rules before shoppers do: what contradicts, what means nothing, what is gone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from personalization.chosen.choosable import Names
from personalization.chosen.stored import numbers
from personalization.recommend.rules.catalogue import Catalogue, is_plain
from personalization.recommend.rules.condition import conditions
from personalization.recommend.rules.pins import BY_NAME
from personalization.recommend.rules.rule import Action, Rule

OPPOSITE = {Action.BOOST: Action.BURY, Action.BURY: Action.BOOST}
MOVES = (Action.BOOST, Action.BURY, Action.FIRST)


@dataclass(frozen=True)
class Lint:
    """Rules with what they are held against: those of the shop, today's goods, and how many a block shows."""

    rules: Sequence[Rule]
    names: Names
    catalogue: Catalogue
    of_the_shop: Sequence[Rule] = ()
    limit: int | None = None

    def warnings(self, rule: Rule) -> list[str]:
        """What is wrong with it, each with what to do; of one that is not finished its own sentence says so."""
        if rule.condition not in conditions:
            return [
                _("The code for “%(name)s” is gone, so it does nothing: choose other goods.") % {"name": rule.condition}
            ]
        if not conditions.get(rule.condition).is_complete(rule.values):
            return []
        return [*self._gone(rule), *self._empty(rule), *self._against_others(rule), *self._pin(rule)]

    def _gone(self, rule: Rule) -> Iterator[str]:
        chosen = [*conditions.get(rule.condition).chosen(rule.values), *(("category", one) for one in rule.where)]
        for kind, key in chosen:
            if not self.names.of(kind, [key]):
                yield _("Something that was chosen here is gone from the shop (%(what)s): take it out.") % {
                    "what": f"#{key}"
                }

    def _empty(self, rule: Rule) -> Iterator[str]:
        if self._can_judge(rule) and not self.catalogue.has(lambda one: self.catalogue.means(rule, one)):
            yield (
                _("No goods of today's catalogue are meant, so nothing would be left.")
                if rule.action == Action.ONLY
                else _("No goods of today's catalogue are meant, so it does nothing today.")
            )

    def _against_others(self, rule: Rule) -> Iterator[str]:
        for other in self._others(rule):
            words = {"rule": self._called(other)}
            if _is_same(rule, other) and rule.action == other.action and self._is_later(rule, other):
                yield _("%(rule)s says the same: take one of them out.") % words
            elif rule.action == Action.ONLY and other.action == Action.ONLY:
                if self._is_later(rule, other) and self._share_nothing(rule, other):
                    yield (
                        _("No product is meant both here and by %(rule)s, so nothing is left: make one rule of them.")
                        % words
                    )
            elif rule.action == Action.ONLY and other.action == Action.NEVER and self._is_within(rule, other):
                yield _("%(rule)s never shows what this one alone would show, so nothing is left.") % words
            elif rule.action in MOVES and other.action == Action.NEVER and self._is_within(rule, other):
                yield _("%(rule)s never shows these goods, so moving them does nothing.") % words
            elif OPPOSITE.get(Action(rule.action)) == other.action and _is_same(rule, other):
                yield _("%(rule)s moves the same goods the other way.") % words

    def _pin(self, rule: Rule) -> Iterator[str]:
        if rule.action != Action.PIN:
            return
        if rule.condition != BY_NAME:
            yield _("Only certain products can be put in a fixed place, so it does nothing.")
            return
        if self.limit and rule.place > self.limit:
            yield _("The block shows no more than %(limit)s products, so there is no place %(place)s.") % {
                "limit": self.limit, "place": rule.place
            }  # fmt: skip
        for other in self.rules:
            if other.action == Action.PIN and self._is_later(rule, other) and _places(rule) & _places(other):
                yield _("%(rule)s has the same place: what it names stands there, and this one next to it.") % {
                    "rule": self._called(other)
                }
        yield from self._pinned_goods(rule)

    def _pinned_goods(self, rule: Rule) -> Iterator[str]:
        wanted = set(numbers(rule.values, "products"))
        never = [one for one in self._others(rule) if one.action == Action.NEVER and is_plain(one)]
        for product in (one for one in self.catalogue.facts if one.product_id in wanted):
            title = self.names.told("product", [product.product_id])
            against = next((one for one in never if self.catalogue.means(one, product)), None)
            if against:
                yield _("“%(title)s” is never shown (%(rule)s): its place goes to others.") % {
                    "title": title, "rule": self._called(against)
                }  # fmt: skip
            elif not product.is_buyable:
                yield _("“%(title)s” is sold out now: until it is back, its place goes to others.") % {"title": title}

    def _others(self, rule: Rule) -> list[Rule]:
        return [one for one in (*self.of_the_shop, *self.rules) if one is not rule and _meet(one, rule)]

    def _called(self, rule: Rule) -> str:
        if rule.name:
            return _("The shop's rule “%(name)s”") % {"name": rule.name}
        turn = next((turn for turn, one in enumerate(self.rules, 1) if one is rule), 0)
        return _("Rule %(n)s") % {"n": turn}

    def _is_later(self, rule: Rule, other: Rule) -> bool:
        row = [*self.of_the_shop, *self.rules]
        turn = {id(one): turn for turn, one in enumerate(row)}
        return turn[id(rule)] > turn[id(other)]

    def _can_judge(self, *rules: Rule) -> bool:
        return bool(self.catalogue.total) and all(is_plain(one) for one in rules)

    def _share_nothing(self, rule: Rule, other: Rule) -> bool:
        means = self.catalogue.means
        return self._can_judge(rule, other) and not self.catalogue.has(
            lambda one: means(rule, one) and means(other, one)
        )

    def _is_within(self, rule: Rule, other: Rule) -> bool:
        if _is_same(rule, other):
            return True
        means = self.catalogue.means
        return (
            self._can_judge(rule, other)
            and self.catalogue.has(lambda one: means(rule, one))
            and not self.catalogue.has(lambda one: means(rule, one) and not means(other, one))
        )


def _is_same(rule: Rule, other: Rule) -> bool:
    return rule.condition == other.condition and rule.values == other.values and rule.condition in conditions


def _meet(other: Rule, rule: Rule) -> bool:
    # Of two rules for different pages, or different regions, neither can cross the other.
    return all(not a or not b or set(a) & set(b) for a, b in ((other.where, rule.where), (other.regions, rule.regions)))


def _places(rule: Rule) -> set[int]:
    return set(range(rule.place, rule.place + len(numbers(rule.values, "products"))))
