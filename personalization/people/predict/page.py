"""All that the page of a learning shows, ready for its template."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from personalization.charts.calibration import Calibration, Part
from personalization.charts.scale import number_told, share_told
from personalization.people.predict import wording
from personalization.people.predict.models import PredictionRun


@dataclass(frozen=True)
class Entry:
    """One prediction."""

    name: str
    title: str
    meaning: str
    tone: str
    verdict: str
    how_good: str
    why_not: str
    chart: Calibration | None


@dataclass(frozen=True)
class Page:
    """A learning in words and pictures, and its parameters by model."""

    entries: list[Entry]
    parameters: list[tuple[str, list[tuple[str, str]]]]


def page_of(run: PredictionRun) -> Page:
    """Of a learning that is done."""
    entries = [_entry(run, name, run.verdicts[name]) for name in wording.NAMES if name in run.verdicts]
    parameters = [
        (wording.name_told(name), [(one, wording.parameter_told(value)) for one, value in run.parameters[name].items()])
        for name in wording.NAMES
        if name in run.parameters
    ]
    # What has a picture first: cards without one are short, and would leave holes between the others.
    return Page(sorted(entries, key=lambda one: one.chart is None), parameters)


def chart_of(run: PredictionRun, name: str) -> Calibration | None:
    """What was foretold against what came; None where nothing was judged."""
    points = run.verdicts.get(name, {}).get("points", [])
    if not points or (name == wording.GOODS and "came" not in run.verdicts[name]["figures"]):
        # Earlier learnings kept days of these, of which more than half were cut off by the end of the trial.
        return None
    predicted, actual = _axes(name, run.verdicts[name]["figures"])
    return Calibration(
        key=f"pz-{name}",
        title=wording.name_told(name),
        predicted=predicted,
        actual=actual,
        parts=[Part(**one | {"people": int(one["people"])}) for one in points],
        told=share_told if name in (*wording.SHARES, wording.GOODS) else number_told,
        csv=reverse("admin:personalization_predictionrun_csv", args=[run.pk, name]),
    )


def _axes(name: str, figures: Mapping[str, float]) -> tuple[str, str]:
    days = {"days": round(figures.get("days", 0))}
    return {
        "leaving": (_("predicted chance to order nothing"), _("share that ordered nothing")),
        "orders": (_("predicted orders of each"), _("orders that came of each")),
        "spend": (_("predicted sum of each"), _("sum that came of each")),
        "next_order": (_("predicted days to the next order"), _("days it took")),
        "goods": (
            _("chance within %(days)s days, by the rhythm") % days,
            _("share that was bought"),
        ),
        "session": (_("predicted chance of an order"), _("share with an order")),
    }[name]


def _entry(run: PredictionRun, name: str, verdict: Mapping[str, Any]) -> Entry:
    days = run.horizon_days
    tone, word = wording.verdict_told(verdict)
    return Entry(
        name=name,
        title=wording.name_told(name),
        meaning=wording.meaning(name, days=days),
        tone=tone,
        verdict=word,
        how_good=wording.how_good(name, verdict, days=days),
        why_not=wording.why_not(name, verdict, days=days),
        chart=chart_of(run, name),
    )
