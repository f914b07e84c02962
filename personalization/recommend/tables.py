"""Reads what training wrote. One object serves one page: every block of it sees the same version, and nothing twice."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from django.db import connection

from personalization.conf import conf
from personalization.recommend import ahead
from personalization.recommend.ahead import Ahead
from personalization.recommend.bundles.models import Bundle
from personalization.recommend.facts import fact
from personalization.recommend.facts.fact import Fact, Label, Labelled
from personalization.recommend.groupings.grouping import groupings, scope_of
from personalization.recommend.lists.models import ShopperGroup
from personalization.recommend.models import ShopperList

WHOLE_SHOP = 0
WHOLE_LIST = 2**31 - 1
NONE_SERVED = (None, False)
# Whose list it is: a region's or a group's name or an empty one, and a category's id or that of the whole shop.
Place = tuple[str, int]
T = TypeVar("T")
# The row of product -1 holds how much each step back in a visit counts.
_SERVED = """
SELECT run_id, EXISTS (
    SELECT FROM personalization_neighbourlist
    WHERE run_id = served.run_id AND relation = 'viewed' AND product_id = -1
) AS tells FROM (SELECT COALESCE(%(version)s, (SELECT run_id FROM personalization_servedmodel)) AS run_id) served
"""
# With the version, which is nearly always asked for along with it; no more of a list than is looked at.
_NEIGHBOURS = f"""
SELECT one.*, product_id, neighbour_ids[:%(most)s], scores[:%(most)s], supports[:%(most)s]
FROM ({_SERVED}) AS one
LEFT JOIN personalization_neighbourlist AS list
ON list.run_id = one.run_id AND relation = %(relation)s AND product_id = ANY(%(ids)s)
"""  # noqa: S608 - words of our own
_LISTS = f"""
SELECT one.*, task, product_ids[:%(most)s], scores[:%(most)s], reasons[:%(most)s], because_ids[:%(most)s]
FROM ({_SERVED}) AS one
LEFT JOIN personalization_shopperlist AS list ON list.run_id = one.run_id AND user_id = %(user_id)s
"""  # noqa: S608 - words of our own
_RANKED = """
SELECT scope, category_id, product_ids FROM personalization_rankedlist
WHERE measure = %s AND period = %s AND (scope, category_id) IN (SELECT * FROM unnest(%s::text[], %s::bigint[]))
"""


class Neighbour(NamedTuple):
    """A product close to another one."""

    product_id: int
    of_id: int
    score: float
    support: int


class Asked(NamedTuple):
    """Whose neighbours are wanted, in which relation, and how many of each."""

    relation: str
    product_ids: Sequence[int]
    most: int = WHOLE_LIST

    def places(self) -> list[tuple[str, int, int]]:
        """Under these they are kept."""
        return [(self.relation, one, self.most) for one in self.product_ids]


class Listed(NamedTuple):
    """A product in a shopper's nightly list."""

    product_id: int
    score: float
    reason: int
    because_id: int


@dataclass
class Tables:
    """The tables of the served version, or of a given one; each look-up is one query and is kept for the page."""

    version: int | None = None
    _neighbours: dict[tuple[str, int, int], list[Neighbour]] = field(default_factory=dict)
    _ranked: dict[tuple[str, str, Place], list[int]] = field(default_factory=dict)
    _groups: dict[int, list[str]] = field(default_factory=dict)
    _lists: dict[int, dict[str, list[Listed]]] = field(default_factory=dict)
    _facts: dict[int, Fact] = field(default_factory=dict)
    _labels: dict[int, Label] = field(default_factory=dict)
    _ahead: Ahead | None = None
    _bundles: dict[int, Bundle | None] = field(default_factory=dict)
    _kept: dict[str, Any] = field(default_factory=dict)

    @property
    def run_id(self) -> int | None:
        """The version in use; None before the first training."""
        return self._served[0] if self.version is None else self.version

    @property
    def tells_the_next_click(self) -> bool:
        """The version holds what is looked at next, with the weight of each step back."""
        return self._served[1]

    @cached_property
    def _served(self) -> tuple[int | None, bool]:
        # By hand, like the other look-ups: putting such a query together takes the ORM longer than answering it.
        with connection.cursor() as cursor:
            cursor.execute(_SERVED, {"version": self.version})
            run_id, tells = cursor.fetchone()
        return run_id, tells

    def version_read(self) -> int | None:
        """The version that the page has read from; None if no block needed one. Asks nothing of the database."""
        return self._version_known()[0] if "_served" in self.__dict__ else None

    def neighbours(self, relation: str, product_ids: Sequence[int], *, most: int = WHOLE_LIST) -> list[Neighbour]:
        """The neighbours of all these products, product by product, best first; of each at most so many."""
        asked = list(dict.fromkeys(product_ids))
        missing = [one for one in asked if (relation, one, most) not in self._neighbours]
        if missing and self._version_known() != NONE_SERVED:
            self._fetch_neighbours(relation, missing, most)
        return [neighbour for one in asked for neighbour in self._neighbours.get((relation, one, most), [])]

    def ranked(self, *, measure: str, period: str, category_id: int | None = None) -> list[int]:
        """A best-seller or trend list, best first; empty for a category without one."""
        place = ("", category_id or WHOLE_SHOP)
        return self.lists(measure=measure, period=period, places=[place])[place]

    def lists(self, *, measure: str, period: str, places: Sequence[Place]) -> dict[Place, list[int]]:
        """The list of each of these places, empty where there is none: at most one query."""
        missing = [one for one in places if (measure, period, one) not in self._ranked]
        if missing:
            self._ranked.update({(measure, period, one): [] for one in missing})
            scopes, category_ids = zip(*missing, strict=True)
            with connection.cursor() as cursor:
                cursor.execute(_RANKED, [measure, period, list(scopes), list(category_ids)])
                for scope, category_id, ids in cursor.fetchall():
                    self._ranked[measure, period, (scope, category_id)] = ids
        return {one: list(self._ranked[measure, period, one]) for one in places}

    def groups(self, user_id: int | None) -> list[str]:
        """The names of the groups that this account is in, in the order in which their groupings are registered."""
        if user_id is None:
            return []
        if user_id not in self._groups:
            found = dict(ShopperGroup.objects.filter(user_id=user_id).values_list("grouping", "key"))
            self._groups[user_id] = [scope_of(one.name, found[one.name]) for one in groupings if one.name in found]
        return self._groups[user_id]

    def shopper_list(self, user_id: int | None, *, task: str = ShopperList.Task.NEXT) -> list[Listed]:
        """What was thought out for this account overnight: one query for the lists of all tasks."""
        if user_id is None or self._version_known() == NONE_SERVED:
            return []
        if user_id not in self._lists:
            told = {"most": conf.CANDIDATES, "version": self._version_known()[0], "user_id": user_id}
            with connection.cursor() as cursor:
                cursor.execute(_LISTS, told)
                rows = cursor.fetchall()
            self.__dict__["_served"] = rows[0][:2]
            self._lists[user_id] = {name: _listed(*columns) for _, _, name, *columns in rows if name is not None}
        return self._lists[user_id].get(task, []) if self.run_id is not None else []

    def read_ahead(self, user_id: int | None, *, first: Asked, otherwise: Asked) -> None:
        """The nightly lists of this account, if there is one, the neighbours, and where all of these belong: one query.

        The neighbours are those of `first` where the version tells the next click, and else those of `otherwise`; the
        look-ups for them find them at hand. Reads nothing where one of these was looked up before.
        """
        is_nothing = user_id is None and not otherwise.product_ids
        is_known = user_id in self._lists or self._version_known() == NONE_SERVED
        if is_nothing or is_known or any(one in self._neighbours for one in (*first.places(), *otherwise.places())):
            return
        found = ahead.read(
            _SERVED, self._version_known()[0], user_id=user_id, most=conf.CANDIDATES,
            first=first, otherwise=otherwise,
        )  # fmt: skip
        self.__dict__["_served"] = found.served
        self._ahead = found
        if user_id is not None:
            self._lists[user_id] = {name: _listed(*columns) for name, columns in found.lists.items()}
        asked = first if found.served[1] else otherwise
        for key in asked.places():
            _, one, _ = key
            self._neighbours[key] = _near(one, *found.near[one]) if one in found.near else []

    def bundle(self, product_id: int) -> Bundle | None:
        """What goes together with this product."""
        if product_id not in self._bundles:
            self._bundles[product_id] = Bundle.objects.filter(pk=product_id).first()
        return self._bundles[product_id]

    def facts(self, product_ids: Iterable[int]) -> Mapping[int, Fact]:
        """What is known of these products, and of all that were asked for before."""
        missing = {one for one in product_ids if one not in self._facts}
        if missing:
            self._facts.update({one: Fact(one) for one in missing} | fact.read(missing))
        return self._facts

    def labels(self, product_ids: Iterable[int]) -> Mapping[int, Labelled]:
        """Where these products belong, and all that were asked for before."""
        missing = {one for one in product_ids if one not in self._facts and one not in self._labels}
        if missing and self._ahead:
            self._labels.update(self._ahead.labels(missing))
            missing -= self._labels.keys()
        if missing:
            self._labels.update({one: Label(one) for one in missing} | fact.read_labels(missing))
        return {**self._labels, **self._facts}

    def once(self, name: str, read: Callable[[], T]) -> T:
        """Whatever else a page needs to know: read when it is first asked for."""
        if name not in self._kept:
            self._kept[name] = read()
        found: T = self._kept[name]
        return found

    def _version_known(self) -> tuple[int | None, bool | None]:
        # What the page has read already, without asking the database: (None, None) is "nothing yet".
        known: tuple[int | None, bool | None] = self.__dict__.get("_served", (self.version, None))
        return known

    def _fetch_neighbours(self, relation: str, product_ids: list[int], most: int) -> None:
        self._neighbours.update({(relation, one, most): [] for one in product_ids})
        with connection.cursor() as cursor:
            told = {"most": most, "version": self._version_known()[0], "relation": relation, "ids": product_ids}
            cursor.execute(_NEIGHBOURS, told)
            found = cursor.fetchall()
        self.__dict__["_served"] = found[0][:2]
        for _, _, product_id, *columns in found:
            if product_id is not None:
                self._neighbours[relation, product_id, most] = _near(product_id, *columns)


def _near(of_id: int, *columns: Sequence[Any]) -> list[Neighbour]:
    return [Neighbour(one, of_id, score, support) for one, score, support in zip(*columns, strict=True)]


def _listed(*columns: Sequence[Any]) -> list[Listed]:
    return [Listed(*values) for values in zip(*columns, strict=True)]
