"""Predictions in the words of a shop owner."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personalization.charts.scale import number_told, share_told
from personalization.people.predict.models import PredictionRun

# In the order in which they are told: what a shop wants to know first.
NAMES = ("leaving", "orders", "spend", "next_order", "goods", "session")
SHARES = ("leaving", "session")
GOODS = "goods"
Status = PredictionRun.Status


def name_told(name: str) -> str:
    """What is predicted, in a few words."""
    return {
        "leaving": _("Who is about to leave"),
        "orders": _("How often they will order"),
        "spend": _("How much they will spend"),
        "next_order": _("When the next order comes"),
        "goods": _("When they need a product again"),
        "session": _("Whether a visit ends with an order"),
    }[name]


def meaning(name: str, *, days: int) -> str:
    """What the number in a profile says."""
    words = {"days": days}
    return {
        "leaving": _(
            "The chance that a customer orders nothing in the next %(days)s days. Also of those who ordered only once."
        ),
        "orders": _(
            "How many orders a customer makes in the next %(days)s days, on the average of customers like them."
        ),
        "spend": _("What these orders are worth together: the expected orders times what the customer spends on one."),
        "next_order": _(
            "The day on which the next order is due by the customer's own rhythm. Only of those with "
            "at least three orders who have not stopped."
        ),
        "goods": _(
            "The day on which a product is bought again, by the customer's own days and the shop's. It is told on the "
            "customer's page, and “Buy again” goes by it."
        ),
        "session": _(
            "The chance that the visit going on ends with an order, to spare those with an offer who would buy anyway."
        ),
    }[name] % words


def verdict_told(verdict: Mapping[str, Any]) -> tuple[str, str]:
    """Tone and word."""
    if not verdict["why"]:
        return "good", _("in use")
    return ("bad", _("not good enough")) if verdict["why"] == "no_better" else ("wait", _("not enough data yet"))


def how_good(name: str, verdict: Mapping[str, Any], *, days: int) -> str:
    """How it did on the time that it had not seen."""
    figures = verdict["figures"]
    if "auc" not in figures and "error" not in figures:
        return ""
    told = _tell(figures, is_share=name in SHARES) | {"days": round(figures.get("days", days))}
    sentence = {
        "leaving": _(
            "Of the last %(days)s days it knew nothing. It said that %(predicted)s of %(people)s "
            "customers would order nothing; %(actual)s ordered nothing."
        ),
        "orders": _(
            "Of the last %(days)s days it knew nothing. It expected %(predicted)s orders of "
            "%(people)s customers; %(actual)s came."
        ),
        "spend": _(
            "Of the last %(days)s days it knew nothing. It expected %(predicted)s to be spent by "
            "%(people)s customers; it was %(actual)s."
        ),
        "next_order": _(
            "Of the last %(days)s days it knew nothing. It was wrong by %(error)s days on the "
            "average, for %(people)s customers; the shop's usual gap for everybody by %(plain)s."
        ),
        "goods": _(
            "Of the last %(days)s days it knew nothing. It was wrong by %(error)s days on the average, for %(people)s "
            "products of customers; the product's usual gap for everybody by %(plain)s."
        ),
        "session": _(
            "Of the latest %(people)s visits it knew nothing. It said that %(predicted)s would end "
            "with an order; %(actual)s did."
        ),
    }[name] % told
    return f"{sentence} {_order_told(name, figures)}".strip()


def _order_told(name: str, figures: Mapping[str, float]) -> str:
    if name == GOODS and "came" in figures:
        told = _(
            "By these rhythms %(expected)s of them would have been bought again within the days of the trial; %(came)s"
            " were. The others come later or never: a day that is told is the day of a purchase that comes."
        )
        return told % {"expected": share_told(figures["expected"]), "came": share_told(figures["came"])}
    if "auc" not in figures:
        return ""
    words = {"n": round(figures["auc"] * 100)}
    if name == "leaving":
        return (
            _("Of two customers, one who left and one who stayed, it knew which is which in %(n)s of 100 pairs.")
            % words
        )
    if name == "session":
        return (
            _("Of two visits, one with an order and one without, it knew which is which in %(n)s of 100 pairs.") % words
        )
    return (
        _("Of two customers, one who ordered and one who did not, it knew which is which in %(n)s of 100 pairs.")
        % words
    )


def _tell(figures: Mapping[str, float], *, is_share: bool) -> dict[str, str]:
    how = share_told if is_share else number_told
    told = {name: how(figures[name]) for name in ("predicted", "actual")}
    told |= {name: number_format(round(figures[name], 1), decimal_pos=1) for name in ("error", "plain")}
    return told | {"people": number_told(figures["people"])}


def why_not(name: str, verdict: Mapping[str, Any], *, days: int) -> str:
    """Why it is not told, and what to do; empty when it is."""
    figures, why = verdict["figures"], verdict["why"]
    words = {one: number_told(value) for one, value in figures.items()} | {"days": days, "twice": 2 * days}
    if not why:
        return ""
    if why == "few_customers" and "repeaters" in figures:
        return (
            _(
                "The log knows %(people)s customers, %(repeaters)s of whom ordered again. At least 200 "
                "are needed, 50 of whom ordered again: import older orders, or wait."
            )
            % words
        )
    if why == "short_history":
        words["has"] = number_told(figures["days"])
        return (
            _(
                "The log goes back %(has)s days; %(twice)s are needed, twice the days that are looked "
                "ahead. Import older orders, or lower PERSONALIZATION_HORIZON."
            )
            % words
        )
    if why == "few_visits":
        return (
            _(
                "The log knows %(people)s finished visits of the last 90 days, %(bought)s of which ended "
                "with an order. At least 1,000 are needed, and 50 with an order."
            )
            % words
        )
    if why == "few_goods":
        return (
            _(
                "Only %(people)s times a customer had bought a product on two days or more. At least 200 are needed "
                "to try it; until then days are told untried."
            )
            % words
        )
    if why == "no_better" and name == "goods":
        return _(
            "On the days that it had not seen it was no better than the product's usual gap, so that gap is told to "
            "everybody, and “Buy again” goes by it. It is tried anew each night."
        )
    if why == "no_better":
        return _(
            "On the days that it had not seen it was no better than the same guess for everybody, so "
            "nothing is told. It is tried anew each night."
        )
    return (
        _(
            "Only %(people)s customers have a rhythm: at least three orders, and the last one not too"
            " long ago. At least 50 are needed."
        )
        % words
    )


def state_told(run: PredictionRun) -> str:
    """Where a learning stands that is not over."""
    if run.status == Status.WAITING:
        return _("A learning is asked for. The worker takes it up within half a minute.")
    return _("The worker is learning. This takes seconds in a small shop and minutes in a large one.")


def asker_told(run: PredictionRun) -> str:
    """A person, or what asks by itself."""
    return _("the schedule") if run.asked_by == "schedule" else run.asked_by or _("somebody who left")


def basis_told(run: PredictionRun) -> str:
    """What it was learned from."""
    customers = ngettext("%(n)s customer", "%(n)s customers", run.customers) % {"n": number_told(run.customers)}
    return _("Learned from %(customers)s, for %(days)s days ahead.") % {
        "customers": customers,
        "days": run.horizon_days,
    }


def parameter_told(value: Any) -> str:
    """A number of a model, with four digits that count."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
