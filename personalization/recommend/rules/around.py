"""What the rules of a choice compare goods with: read for those rules only that ask for it."""

from collections import defaultdict
from collections.abc import Mapping
from functools import partial

from personalization import shop
from personalization.recommend.context import Context
from personalization.recommend.facts.fact import Fact
from personalization.recommend.rules.condition import ALL_GOODS, Surroundings, conditions
from personalization.recommend.rules.rule import Rules

# So many goods bought say what somebody usually pays: among goods of one category, and at all.
ENOUGH_OF_CATEGORY, ENOUGH = 2, 3


def needed_facts(context: Context, rules: Rules) -> set[int]:
    """The goods, beside the candidates, that the rules have to know."""
    of_page = {context.product_id} if context.product_id else set()
    return of_page | set(context.history.products("purchased") if "taste" in _needs(rules) else ())


def surroundings(context: Context, rules: Rules, facts: Mapping[int, Fact]) -> Surroundings:
    """All that the rules ask for; at most one query each for departments and for the line of a category page."""
    anchor, needs = facts.get(context.product_id or 0), _needs(rules)
    bought = context.history.products("purchased") if "taste" in needs else ()
    return Surroundings(
        context,
        anchor,
        price_places=usual_places([facts[one] for one in bought if one in facts]),
        departments=_departments(context) if "departments" in needs else frozenset(),
        page_categories=_page_categories(context, anchor) if any(rule.where for rule in rules.rules) else frozenset(),
    )


def usual_places(bought: list[Fact]) -> dict[int, float]:
    """Where the goods that somebody bought stand by price among their like, for each category and for all goods."""
    places: dict[int, list[float]] = defaultdict(list)
    for fact in bought:
        for category in (ALL_GOODS, *fact.category_ids) if fact.price_place is not None else ():
            places[category].append(fact.price_place or 0.0)
    if len(places[ALL_GOODS]) < ENOUGH:
        return {}
    return {one: sum(found) / len(found) for one, found in places.items() if len(found) >= ENOUGH_OF_CATEGORY}


def _needs(rules: Rules) -> set[str]:
    known = (conditions.get(rule.condition) for rule in rules.rules if rule.condition in conditions)
    return {need for condition in known for need in condition.needs}


def _departments(context: Context) -> frozenset[int]:
    return context.tables.once("departments", lambda: frozenset(shop.departments()))


def _page_categories(context: Context, anchor: Fact | None) -> frozenset[int]:
    if context.category_id is None:
        return frozenset(anchor.category_ids if anchor else ())
    read = partial(shop.category_with_those_above, context.category_id)
    return context.tables.once(f"line of {context.category_id}", read)
