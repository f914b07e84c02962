"""All that the taste page says about somebody."""

from datetime import datetime
from functools import partial
from typing import Any

from personalization import shop
from personalization.conf import conf
from personalization.events import history
from personalization.events.history import History
from personalization.events.person import Person
from personalization.events.regions import regions_seen
from personalization.guard import guarded
from personalization.people.forms import TasteForm
from personalization.people.interests import known
from personalization.people.models import Preference
from personalization.people.tell import ANSWERS

What = Preference.What
LONGEST_LIST = 200
# As many brands are offered while somebody types; any other of the shop's is found by its name.
BRANDS_OFFERED = 1000


def read(person: Person, *, now: datetime, here: str = "", data: Any = None) -> dict[str, Any]:
    """What is known, what was said, and the form to say more; of a stranger nothing is known yet.

    `here` is the region in which the shop thinks that this person is.
    """
    look_back = partial(history.recent, person, now=now)
    departments = shop.departments()
    facts = known(guarded(look_back, doing="reading a history", fallback=History()), departments=departments)
    told = list(Preference.objects.of(person).values_list("what", "subject_id", "value")) if person.is_known else []
    form = TasteForm(
        data,
        departments=departments,
        places=shop.category_lines(only_public=True),
        brands=facts.brands,
        find_brand=shop.brand_named if shop.attribute_name(conf.BRAND_ATTRIBUTE) else None,
        sizes=facts.sizes,
        regions=_regions(here),
        told=told,
        label_suffix="",
    )
    return {
        "known": facts,
        "answers": answers(told),
        "form": form,
        "brands_of_the_shop": _brands(),
        "size_name": shop.attribute_name(conf.SIZE_ATTRIBUTE) if "sizes" in form.fields else "",
    }


def _brands() -> list[str]:
    offered: list[str] = []
    read = partial(shop.brand_names, most=BRANDS_OFFERED)
    return guarded(read, doing="reading the shop's brands", fallback=offered)


def _regions(here: str) -> list[str]:
    seen: list[str] = guarded(regions_seen, doing="reading the regions", fallback=[])
    known = {region.casefold() for region in seen}
    return seen if not here or here.casefold() in known else sorted([*seen, here], key=str.casefold)


def answers(told: list[tuple[str, int, str]]) -> list[tuple[str, list[tuple[int, str]]]]:
    """For each answer that was given, in words, the products it was given to."""
    mine = {what: [subject for kind, subject, _ in told if kind == what][:LONGEST_LIST] for what in ANSWERS}
    titles = shop.titles(one for ids in mine.values() for one in ids)
    return [
        (str(What(what).label), [(one, titles.get(one, f"#{one}")) for one in ids]) for what, ids in mine.items() if ids
    ]
