"""What a customer will need again, and when: the habits from which "buy again" offers."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personalization import shop
from personalization.events import history
from personalization.events.person import Person
from personalization.recommend.replenishment import Habit, habits
from personalization.recommend.tables import Tables

MOST = 8


@dataclass(frozen=True)
class Needed:
    """A product, the day on which it will be needed, and from what that is known."""

    title: str
    day: str
    is_overdue: bool
    why: str


def needed(person: Person, *, now: datetime) -> list[Needed]:
    """The nearest to their day, by day; none of who may not be known. At most three queries."""
    known = habits(history.recent(person, now=now).happenings, Tables(), now=now)
    likely = sorted((one for one in known if not one.is_given_up), key=lambda one: (-one.closeness, one.product_id))
    titles = shop.titles(one.product_id for one in likely) if likely else {}
    nearest = [one for one in likely if one.product_id in titles][:MOST]
    return [
        _told(one, titles[one.product_id]) for one in sorted(nearest, key=lambda one: (one.expected, one.product_id))
    ]


def _told(habit: Habit, title: str) -> Needed:
    bought = ngettext("bought on %(n)s day", "bought on %(n)s days", len(habit.days)) % {"n": len(habit.days)}
    gap = round(habit.gap)
    rhythm = ngettext("expected after %(n)s day", "expected after %(n)s days", gap) % {"n": gap}
    last = _("the last one on %(day)s") % {"day": date_format(habit.days[-1], "j M Y")}
    return Needed(
        title, date_format(habit.expected, "j M Y"), habit.expected < habit.today, f"{bought}, {last}; {rhythm}"
    )
