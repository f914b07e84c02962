"""What a pop-up would have done, in words for the owner."""

from collections.abc import Iterator

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personalization.jobs.back_office import number_told
from personalization.storefront.popups.designs.design import designs
from personalization.storefront.popups.models import Popup
from personalization.storefront.popups.replay.count import Count, Counts
from personalization.storefront.popups.replay.models import PopupReplay
from personalization.storefront.popups.replay.person import CAPS

Status = PopupReplay.Status


def sentence(counts: Counts, *, days: int) -> str:
    """For example "Last 30 days: 412 showings, to 390 people, 31 visits held back by a cap, 12 % bought …"."""
    sure, most = counts.sure, counts.most
    if not most.showings:
        return _nothing(counts, days)
    held = _capped(most)
    parts = [
        ngettext("%(n)s showing", "%(n)s showings", most.showings) % {"n": between(sure.showings, most.showings)},
        ngettext("to %(n)s person", "to %(n)s people", most.people) % {"n": between(sure.people, most.people)},
        ngettext("%(n)s visit held back by a cap", "%(n)s visits held back by a cap", held) % {"n": number_told(held)},
        _("%(share)s %% bought within the hour anyway") % {"share": number_format(round(100 * bought_share(counts)))},
    ]
    last = ngettext("Last %(n)s day", "Last %(n)s days", days) % {"n": number_told(days)}
    return _("%(last)s: %(what)s.") % {"last": last, "what": ", ".join(parts)}


def between(low: int, high: int) -> str:
    """What is sure, and what may have been at the most."""
    if low == high:
        return number_told(high)
    if not low:
        return _("at most %(n)s") % {"n": number_told(high)}
    return _("%(low)s to %(high)s") % {"low": number_told(low), "high": number_told(high)}


def bought_share(counts: Counts) -> float:
    """Of the people to whom it would have come, who bought within the hour; of the sure ones, if there are any."""
    count = counts.sure if counts.sure.people else counts.most
    return count.bought / count.people if count.people else 0.0


def notes(popup: Popup, counts: Counts) -> Iterator[str]:
    """What the log does not know, and how it was taken."""
    trigger = popup.trigger_object()
    if trigger is not None and trigger.waits_for not in ("time", "scroll"):
        yield _(
            "Whether its moment came, no log knows: a mouse on its way out, a hand that rests, a call of a script. "
            "Each page on which it could have come counts as if it had: these are the figures at the most."
        )
    elif counts.sure.showings != counts.most.showings:
        yield _("Of some pages nobody knows how long they were looked at or how far down: their browser did not say "
                "so, or its owner did not agree to be counted. The lower figure leaves those out.")  # fmt: skip
    yield _("Everybody closing it at the first time, it would have come as often as there are people: whoever closed "
            "it is left alone.")  # fmt: skip
    yield _("Other pop-ups stand in the budget of interruptions as they really came in these days.")
    if popup.audience:
        yield _("People count to the segments they were in then, as far as their coming and going was noted.")
    if trigger is not None and (trigger.amounts or trigger.name == "basket_left"):
        yield _("Baskets are put together from what was put in and taken out, at the prices of today.")
    if popup.design in designs and popup.design not in ("message", "survey"):
        yield _("Whether it would have had something to show them is not looked at.")
    yield _("Only visits of shoppers who agreed to something are in the log: nobody else meets a pop-up.")


def stage_told(row: PopupReplay) -> str:
    """What the worker is at."""
    return _("waiting for the worker") if row.status == Status.WAITING else _("reading the log")


def _nothing(counts: Counts, days: int) -> str:
    last = ngettext("Last %(n)s day", "Last %(n)s days", days) % {"n": number_told(days)}
    if not counts.visits:
        return _("%(last)s: the log knows of no visit.") % {"last": last}
    if counts.moments:
        return _("%(last)s: its moment came, but something held it back each time.") % {"last": last}
    return _("%(last)s: its moment did not come once, for nobody whom it is for.") % {"last": last}


def _capped(count: Count) -> int:
    return sum(number for why, number in count.held.items() if why.startswith(CAPS))
