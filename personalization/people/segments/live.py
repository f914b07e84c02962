"""The live segments of one version, arranged by what they ask of a visit.

A rule is asked once for all visits that are alike in what it looks at. So a request costs as much with five hundred
segments of a rule as with one; only those that join several rules are gone through, and those by what is known then.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from personalization.people.rules.rule import Rule, Visit
from personalization.people.segments.parts import Left, Part, Split, holds, split
from personalization.people.segments.settled import Asked, settled
from personalization.people.segments.unfold import read_unfolded

# Answers that a process remembers of a rule. Visits differ in few ways, but for what a basket comes to.
MOST_ANSWERS = 1000


@dataclass(frozen=True)
class Answer:
    """Of a rule, with all that it is set to in any segment: which settings hold, and the segments of that alone."""

    settings: frozenset[str] = frozenset()
    segments: tuple[int, ...] = ()


@dataclass
class Asking:
    """One rule, each setting of it once, and the segments that ask for nothing else."""

    rule: Rule
    settings: dict[str, Asked] = field(default_factory=dict)
    segments: dict[str, list[int]] = field(default_factory=dict)
    answers: dict[tuple[Any, ...], Answer] = field(default_factory=dict)

    def answer(self, visit: Visit) -> Answer:
        """What holds on this visit."""
        if not self.rule.looks_at:
            return self._asked(visit)
        facts = tuple([getattr(visit, name) for name in self.rule.looks_at])
        if (found := self.answers.get(facts)) is None:
            if len(self.answers) >= MOST_ANSWERS:
                self.answers.clear()
            found = self.answers[facts] = self._asked(visit)
        return found

    def _asked(self, visit: Visit) -> Answer:
        held = [key for key, one in self.settings.items() if self.rule.holds(one.values, visit)]
        return Answer(frozenset(held), tuple(pk for key in held for pk in self.segments.get(key, ())))


@dataclass
class Live:
    """A tree is read when it is first asked for: most pages ask for few of them."""

    version: Any = field(default_factory=object)
    stored: Mapping[int, Any] = field(default_factory=dict)
    _split: dict[int, Split] = field(default_factory=dict)

    def of(self, segment_id: int) -> Split | None:
        """Its tree, taken apart as its members were counted; None for one that is not live."""
        if segment_id not in self.stored:
            return None
        if segment_id not in self._split:
            self._split[segment_id] = split(settled(read_unfolded(self.stored[segment_id])))
        return self._split[segment_id]

    def holds(self, segment_id: int, parts: Mapping[int, Collection[int]], visit: Visit) -> bool:
        """This segment, live or not, holds on this visit the person who is in these parts of each."""
        if (found := self.of(segment_id)) is None:
            return 0 in parts.get(segment_id, ())
        mine = parts.get(segment_id, ())
        return found.root is not None and holds(
            found.root, parts=mine, is_so=lambda one: one.rule.holds(one.values, visit)
        )

    def held(self, parts: Mapping[int, Collection[int]], visit: Visit) -> list[int]:
        """Those that hold on this visit the person who is in these parts of each."""
        askings, joined = self._arranged
        known: dict[str, Answer] = {}

        def answer(asking: Asking) -> Answer:
            if (found := known.get(asking.rule.name)) is None:
                found = known[asking.rule.name] = asking.answer(visit)
            return found

        def is_so(one: Asked) -> bool:
            return one.key in answer(askings[one.rule.name]).settings

        found = [pk for asking in askings.values() if asking.segments for pk in answer(asking).segments]
        return found + [pk for pk, root in joined if holds(root, parts=parts.get(pk, ()), is_so=is_so)]

    @cached_property
    def _arranged(self) -> tuple[Mapping[str, Asking], list[tuple[int, Left]]]:
        askings: dict[str, Asking] = {}
        joined: list[tuple[int, Left]] = []
        for pk in self.stored:
            root = getattr(self.of(pk), "root", None)
            if root is None:
                continue
            for one in _asked(root):
                askings.setdefault(one.rule.name, Asking(one.rule)).settings.setdefault(one.key, one)
            if isinstance(root, Asked):
                askings[root.rule.name].segments.setdefault(root.key, []).append(pk)
            else:
                joined.append((pk, root))
        return askings, joined


def _asked(node: Left) -> Iterator[Asked]:
    if isinstance(node, Asked):
        yield node
    elif not isinstance(node, Part):
        for one in node.nodes:
            yield from _asked(one)
