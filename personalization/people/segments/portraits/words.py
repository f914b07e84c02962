"""A portrait in words: what an owner would say of these people to a colleague."""

from collections.abc import Iterable, Iterator

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personalization import shop
from personalization.people.profiles.names import known_heading, known_told
from personalization.people.segments.portraits.portrait import Measure, Portrait, Share

# An index that is worth a word: a fifth above or below the shop's.
MORE, LESS = 120, 80
NAMED = 3
# A time of day or a weekday that is worth a word takes at least so much of all visits and orders.
TELLING = 0.25
# What sets fewer of them apart says nothing of them as a whole.
WORTH = 0.01

MEASURES = {
    "orders_each": gettext_lazy("orders a person"),
    "average_order": gettext_lazy("average order"),
    "revenue_each": gettext_lazy("revenue a person"),
    "units_an_order": gettext_lazy("pieces an order"),
    "buyers": gettext_lazy("have bought"),
    "repeat": gettext_lazy("of them more than once"),
    "gap_days": gettext_lazy("days between orders"),
    "visits_each": gettext_lazy("visits a person"),
    "discount": gettext_lazy("bought at a discount"),
    "returned": gettext_lazy("pieces sent back"),
    "churn": gettext_lazy("risk of leaving"),
    "expected_revenue": gettext_lazy("expected revenue a person"),
}
KNOWN = "known:"
MONEY = {"average_order", "revenue_each", "expected_revenue"}
SHARES = {"buyers", "repeat", "discount", "returned", "churn"}
SPREADS = {
    "hour": gettext_lazy("Hour"), "weekday": gettext_lazy("Weekday"), "region": gettext_lazy("Region"),
    "store": gettext_lazy("Store"), "device": gettext_lazy("Device"), "language": gettext_lazy("Language"),
    "source": gettext_lazy("Came first from"), "tier": gettext_lazy("Prices"),
}  # fmt: skip
WEEKDAYS = (
    gettext_lazy("Monday"), gettext_lazy("Tuesday"), gettext_lazy("Wednesday"), gettext_lazy("Thursday"),
    gettext_lazy("Friday"), gettext_lazy("Saturday"), gettext_lazy("Sunday"),
)  # fmt: skip
TIERS = {"1": gettext_lazy("low"), "2": gettext_lazy("middle"), "3": gettext_lazy("high")}
DEVICES = {
    "phone": gettext_lazy("phone"), "mobile": gettext_lazy("phone"), "tablet": gettext_lazy("tablet"),
    "desktop": gettext_lazy("computer"), "computer": gettext_lazy("computer"),
}  # fmt: skip


def sentences(portrait: Portrait) -> list[str]:
    """The portrait, a sentence at a time: who they are many of, how they buy, what they like, when they come."""
    if portrait.segment.is_live:
        return [_("Who belongs to it is decided on each visit, so there is no list of them.")]
    if not portrait.people:
        return [_("Nobody is in this segment yet, so there is nothing to tell.")]
    told = [_size(portrait)]
    if portrait.is_thin:
        return [*told, _("So few people that their habits may be chance: the figures below say little.")]
    return [*told, *_buying(portrait), *_tastes(portrait), *_habits(portrait), *_people(portrait)]


def measure_told(name: str, value: float | None) -> str:
    """A figure as people read it."""
    if value is None:
        return "–"
    if name in MONEY:
        return shop.money_told(value)
    if name in SHARES:
        return percent(value)
    return number_format(round(value, 1), decimal_pos=1)


def percent(share: float) -> str:
    """0.084 as "8 %", and what is less than one with a digit more."""
    # Django cuts digits off where people round.
    digits = 1 if 0 < share < 0.01 else 0
    return _("%(n)s %%") % {"n": number_format(round(100 * share, digits), decimal_pos=digits)}


def value_told(what: str, key: str) -> str:
    """What a value of a property is called."""
    if what == "weekday" and key.isdecimal() and int(key) < len(WEEKDAYS):
        return str(WEEKDAYS[int(key)])
    if what == "hour" and key.isdecimal():
        return f"{int(key):02d}:00"
    return str({"tier": TIERS, "device": DEVICES}.get(what, {}).get(key, key))


def spread_told(what: str) -> str:
    """What a property is called; what the shop knows of its customers, by its own name."""
    return str(SPREADS.get(what) or known_heading(what.removeprefix(KNOWN)))


def _size(portrait: Portrait) -> str:
    people = ngettext("%(n)s person", "%(n)s people", portrait.people) % {
        "n": number_format(portrait.people, 0, force_grouping=True)
    }
    return _("%(people)s: %(share)s of all whom the shop knows, and %(revenue)s of its revenue.") % {
        "people": people, "share": percent(portrait.people_share), "revenue": percent(portrait.revenue_share),
    }  # fmt: skip


def _buying(portrait: Portrait) -> Iterator[str]:
    order, gap = portrait.measure("average_order"), portrait.measure("gap_days")
    if order.inside is not None:
        yield _("An order of theirs is worth %(money)s on average%(compared)s.") % {
            "money": shop.money_told(order.inside), "compared": _compared(order),
        }  # fmt: skip
    if gap.inside is not None:
        days = round(gap.inside)
        yield ngettext(
            "They order about every %(n)s day%(compared)s.", "They order about every %(n)s days%(compared)s.", days
        ) % {"n": days, "compared": _how_often(gap)}
    repeat, churn = portrait.measure("repeat"), portrait.measure("churn")
    if repeat.inside is not None:
        yield _("%(share)s of those who bought came back for more%(compared)s.") % {
            "share": percent(repeat.inside), "compared": _compared(repeat),
        }  # fmt: skip
    if churn.inside is not None:
        yield _("Their risk of leaving is %(share)s%(compared)s.") % {
            "share": percent(churn.inside), "compared": _compared(churn),
        }  # fmt: skip


def _compared(measure: Measure) -> str:
    index = measure.index
    if index is None or LESS < index < MORE:
        return ""
    if index >= MORE:
        return _(", %(n)s %% more than in the whole shop") % {"n": index - 100}
    return _(", %(n)s %% less than in the whole shop") % {"n": 100 - index}


def _how_often(gap: Measure) -> str:
    index = gap.index
    if index is None or LESS < index < MORE:
        return ""
    return _(", more often than is usual in the shop") if index <= LESS else _(", less often than is usual in the shop")


def _tastes(portrait: Portrait) -> Iterator[str]:
    if more := _telling(portrait.categories):
        yield _("More than others they look for %(goods)s.") % {"goods": _listed(more)}
    if brands := _telling(portrait.brands):
        yield _("They prefer the brands %(brands)s.") % {"brands": _listed(brands)}


def _telling(shares: Iterable[Share]) -> list[Share]:
    """What sets them apart: what is common among them and much rarer in the shop."""
    apart = [one for one in shares if (one.index or 0) >= MORE and one.inside >= WORTH]
    return sorted(apart, key=lambda one: -(one.inside - one.shop))[:NAMED]


def _listed(shares: Iterable[Share]) -> str:
    return ", ".join(f"{one.label} ({one.index})" for one in shares)


def _habits(portrait: Portrait) -> Iterator[str]:
    days = [value_told("weekday", one.key) for one in portrait.spread.get("weekday", ()) if one.inside >= TELLING]
    hours = [value_told("hour", one.key) for one in portrait.spread.get("hour", ()) if one.inside >= TELLING / 2]
    if days:
        yield _("Their usual day: %(days)s.") % {"days": ", ".join(days[:NAMED])}
    if hours:
        yield _("Their usual hour: %(hours)s.") % {"hours": ", ".join(sorted(hours[:NAMED]))}


def _people(portrait: Portrait) -> Iterator[str]:
    """Where they live and buy, and what the shop knows of them."""
    if regions := _telling(portrait.spread.get("region", ())):
        yield _("More of them than of others come from %(regions)s.") % {"regions": _listed(regions)}
    if stores := _telling(portrait.spread.get("store", ())):
        yield _("More of them than of others buy in %(stores)s.") % {"stores": _listed(stores)}
    known = {what: _telling(shares) for what, shares in portrait.spread.items() if what.startswith(KNOWN)}
    told = [f"{known_told(what.removeprefix(KNOWN))} {_listed(shares)}" for what, shares in known.items() if shares]
    if told:
        yield _("More common among them than among others: %(known)s.") % {"known": "; ".join(told)}
