"""A choice obeys what the person told us: muted goods are gone, liked ones move up, a gift teaches nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from personalization.guard import guarded
from personalization.recommend.context import Context
from personalization.recommend.strategies.strategy import Candidate
from personalization.shop import Traits

# A liked product passes those that score up to twice as much, and no others: an interest is a wish, not an order.
LIKED_BOOST = 2.0


def without_gifts(context: Context) -> Context:
    """The same context, in which nothing is known of the goods that were gifts for somebody else."""
    gifts = context.preferences.gift_ids
    if not gifts:
        return context
    kept = tuple(one for one in context.history.happenings if one.product_id not in gifts)
    return replace(context, history=replace(context.history, happenings=kept))


def obeyed(candidates: Sequence[Candidate], context: Context) -> list[Candidate]:
    """Without what is muted or goes back to a gift, liked ones further up; one query at most, if something is liked."""
    wishes = context.preferences
    # What lies in the basket now speaks for itself, gift or not.
    silent = wishes.gift_ids - {*context.basket_ids}
    kept = [
        one for one in candidates if one.product_id not in wishes.hidden_ids and (one.because_id or 0) not in silent
    ]
    if not wishes.is_about_traits or not kept:
        return kept
    look_up = partial(wishes.traits, [one.product_id for one in kept])
    nothing: Mapping[int, Traits] = {}
    known = guarded(look_up, doing="looking up what is liked", fallback=nothing)
    heard = [one for one in kept if one.product_id not in known or not wishes.mutes(known[one.product_id])]
    liked = {one.product_id for one in heard if one.product_id in known and wishes.likes(known[one.product_id])}
    moved = [replace(one, score=one.score * LIKED_BOOST) if one.product_id in liked else one for one in heard]
    return sorted(moved, key=lambda one: -one.score) if liked else moved
