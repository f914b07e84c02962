"""For you: what this shopper will want next, by habit, by taste, and by what they are doing right now."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from django.utils.translation import gettext_lazy as _

from personalization.conf import conf
from personalization.recommend import visit
from personalization.recommend.context import Context
from personalization.recommend.reasons import Reason
from personalization.recommend.strategies.strategy import Candidate, Parameters, Strategy, strategies
from personalization.recommend.tables import Asked, Listed

# Tonight's list counts as much as the visit; each step back in the visit counts a fifth less.
VISIT_WEIGHT, STEP = 1.0, 0.8
STEPS = 12
# Of each thing in the visit so many that are liked along with it: a block shows a dozen.
LIKED_ALONG = 24
DEED_WEIGHT = {"purchased": 1.0, "basket_added": 1.0, "product_viewed": 0.7}
NIGHTLY_REASON = {
    1: Reason.USUAL,
    2: Reason.BOUGHT,
    3: Reason.TOGETHER,
    4: Reason.TASTE,
    5: Reason.POPULAR,
    6: Reason.TRENDING,
}
# How often is told with these.
OFTEN = (Reason.USUAL, Reason.BOUGHT)
DEED_REASON = {"purchased": Reason.BOUGHT, "basket_added": Reason.BASKET, "product_viewed": Reason.VIEWED}


@strategies.register
class ForYou(Strategy):
    """The nightly list of a known shopper, moved by the visit; for a stranger, the visit alone."""

    name = "for_you"
    label = _("For you")
    title = _("For you")
    sentence = _("that this shopper is likely to want next")
    needs = ("history",)
    most_of_category = 2

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """Both lists on one scale, added."""
        read_ahead(context)
        return moved_by_the_visit(context, context.tables.shopper_list(context.person.user_id))


def read_ahead(context: Context) -> None:
    """The nightly lists, what the visit leads to, and where all that belongs: one query instead of three."""
    deeds = list(_latest(context))
    context.tables.read_ahead(
        context.person.user_id, first=visit.asked(deeds), otherwise=Asked("also", deeds, LIKED_ALONG)
    )


def moved_by_the_visit(context: Context, nightly: Sequence[Listed], *, but: Collection[int] = ()) -> list[Candidate]:
    """A nightly list and what the visit says, on one scale, added; without the products of `but`."""
    listed = {one.product_id: one for one in nightly if one.product_id not in but}
    by_night = _scaled({one: row.score for one, row in listed.items()})
    by_visit, origins = _from_visit(context)
    total = {
        one: by_night.get(one, 0.0) + VISIT_WEIGHT * by_visit.get(one, 0.0)
        for one in {**by_night, **by_visit}
        if one not in but
    }
    bought = Counter(one.product_id for one in context.history.happenings if one.kind == "purchased")
    found = []
    for one in sorted(total, key=lambda one: (-total[one], one))[: conf.CANDIDATES]:
        reason, because = _why(one, listed.get(one), origins.get(one))
        parts = (("night", by_night.get(one, 0.0)), ("visit", by_visit.get(one, 0.0)))
        times = bought[one if reason == Reason.USUAL else because or 0] if reason in OFTEN else 0
        found.append(Candidate(one, total[one], reason, because, times=times, parts=parts))
    return found


Origins = dict[int, tuple[str, int]]


def _from_visit(context: Context) -> tuple[dict[int, float], Origins]:
    """What comes after what the shopper did last, and the deed that each goes back to."""
    deeds = _latest(context)
    if deeds and context.tables.tells_the_next_click:
        scores, loudest = visit.looked_at_next(context.tables, list(deeds))
        if scores:
            return _scaled(scores), {one: (deeds[of_id], of_id) for one, of_id in loudest.items()}
    return _liked_along(context, deeds)


def _latest(context: Context) -> dict[int, str]:
    """The products of the last deeds, newest first, and what was done."""
    deeds: dict[int, str] = {}
    for happening in context.history.happenings:
        if len(deeds) < STEPS:
            deeds.setdefault(happening.product_id, happening.kind)
    return deeds


def _liked_along(context: Context, deeds: dict[int, str]) -> tuple[dict[int, float], Origins]:
    """The neighbours of these, newest loudest: of a version that knows no next click, or none after these products."""
    weights = {one: STEP**place * DEED_WEIGHT.get(kind, 0.5) for place, (one, kind) in enumerate(deeds.items())}
    scores: dict[int, float] = defaultdict(float)
    loudest: dict[int, tuple[float, int]] = {}
    for neighbour in context.tables.neighbours("also", list(deeds), most=LIKED_ALONG):
        part = weights[neighbour.of_id] * neighbour.score
        scores[neighbour.product_id] += part
        if part > loudest.get(neighbour.product_id, (0.0, 0))[0]:
            loudest[neighbour.product_id] = (part, neighbour.of_id)
    return _scaled(scores), {one: (deeds[of_id], of_id) for one, (_, of_id) in loudest.items()}


def _scaled(scores: dict[int, float]) -> dict[int, float]:
    top = max(scores.values(), default=0.0)
    return {one: score / top for one, score in scores.items() if score > 0} if top > 0 else {}


def _why(product_id: int, nightly: Listed | None, origin: tuple[str, int] | None) -> tuple[Reason, int | None]:
    """The reason, and the product that it goes back to."""
    if nightly is not None:
        because = nightly.because_id if nightly.because_id > 0 and nightly.because_id != product_id else None
        return NIGHTLY_REASON.get(nightly.reason, Reason.TASTE), because
    if origin is not None:
        kind, of_id = origin
        return DEED_REASON.get(kind, Reason.TASTE), of_id
    return Reason.TASTE, None
