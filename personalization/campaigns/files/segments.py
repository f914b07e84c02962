"""Segments in files, by their names; who is in them is worked out in each shop."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.campaigns.files.kind import FileKind, Path, kinds
from personalization.campaigns.files.naming import Names
from personalization.campaigns.files.parts import (
    Around,
    Part,
    listed,
    mapping,
    settings_meant,
    settings_told,
    words,
    wrong_settings,
)
from personalization.campaigns.files.text import Refused, Told
from personalization.jobs.versions import Versions
from personalization.people.rules.rule import rules
from personalization.people.segments.models import Segment
from personalization.people.segments.sentence import sentence
from personalization.people.segments.tree import leaves, read
from personalization.people.segments.versions import KEPT

ANY_JOIN = ("all", "any", "not")


class Tree(Part):
    """Groups of rules, and groups of groups; the things that rules name by their names."""

    needs_names = True

    def write(self, row: Any, names: Names) -> Any:
        """As it is kept, in a stated order."""
        return _written(read(row.tree).json(), names)

    def read(self, told: Told, row: Any, around: Around) -> Any:
        """A list of people stays the one that the shop has there."""
        former = (
            iter([one.params for one in leaves(read(around.former.tree)) if one.rule == "named"])
            if around.former
            else iter(())
        )
        found = _read(told, around.names, former)
        if read(found).json() != found:
            raise Refused(_("It has more groups or rules than a segment may have: make two of it."))
        return found

    def default(self, row: Any) -> Any:
        """Nobody."""
        return {}


def _written(node: Mapping[str, Any], names: Names) -> dict[str, Any]:
    if "rule" in node:
        form = rules.get(node["rule"]).Form if node["rule"] in rules else None
        return {"rule": node["rule"], "params": settings_told(form, dict(node["params"]), names)}
    if "not" in node:
        return {"not": _written(node["not"], names)}
    return {join: [_written(one, names) for one in held] for join, held in node.items()}


def _read(told: Told, names: Names, former: Iterator[Mapping[str, Any]]) -> dict[str, Any]:
    by_key = mapping(told, (*ANY_JOIN, "rule", "params"))
    if "rule" in by_key:
        name = words(by_key["rule"])
        if name not in rules:
            known = ", ".join(one.name for one in rules)
            raise Refused(
                _("There is no rule “%(name)s”. Known are: %(known)s.") % {"name": name, "known": known}, by_key["rule"]
            )
        kept = next(former, None) if name == "named" else None
        params = by_key.get("params", Told({}, told.line))
        return {"rule": name, "params": settings_meant(rules.get(name).Form, params, names, former=kept)}
    if len(by_key) != 1:
        raise Refused(_("A group is one of all, any and not."), told)
    join, held = next(iter(by_key.items()))
    if join == "not":
        return {"not": _read(held, names, former)}
    return {join: [_read(one, names, former) for one in listed(held)]}


@kinds.register
class SegmentsInFiles(FileKind):
    """People who belong together."""

    name, label, model = "segments", gettext_lazy("segments"), Segment
    naming, comes_along, is_campaign = "segment", True, False
    parts = (Part("name"), Tree("tree"), Part("is_active"), Part("origin"), Part("note"))

    def called(self, row: Any) -> str:
        """By its name."""
        return str(row.name)

    def rows(self) -> Any:
        """By their names."""
        return Segment.objects.order_by("name", "pk")

    def sentence(self, row: Any, *, now: datetime) -> str:
        """As its page says it."""
        return sentence(read(row.tree))

    def wrong(self, row: Any) -> Iterable[tuple[Path, str]]:
        """As its builder says it."""
        found = list(leaves(read(row.tree)))
        if not found:
            yield ("tree",), _("Say who belongs to it: choose at least one rule.")
        for one in found:
            if one.rule in rules and (told := wrong_settings(rules.get(one.rule).Form, one.params)):
                yield ("tree",), f"{one.rule}: {told}"

    def save(self, row: Any) -> None:
        """A count that ended meanwhile is not undone."""
        row.save(update_fields=None if row._state.adding else (*Segment.DECIDED, "origin"))

    @property
    def versions(self) -> Versions | None:
        """As its page keeps them."""
        return Versions(Segment, KEPT, "segment")
