"""The tree of a segment as lines of a form: read from what was sent or stored, changed by buttons, and kept again."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import cached_property

from personalization.people.segments.node import ALL, ANY, MOTHER, NONE, Group, Node, Row

NODE, DO = "node", "_do"
ROOT = "g0"
# More than an owner keeps in mind, and few enough for a page.
MOST = 100
DEEPEST = 3
_KEY = re.compile(r"[gr]\d{1,4}")


class Builder:
    """All lines of a form. `blames`: whether it says what is wrong; not while somebody is still adding."""

    deepest = DEEPEST

    def __init__(self, data: Any = None, *, tree: Any = None) -> None:
        self.is_bound = data is not None and NODE in data
        self._taken = 0
        if self.is_bound:
            self.root = self._sent(data)
        else:
            self.root = self._group_of(tree if isinstance(tree, dict) else {}, None)
            if not self.root.children:
                self._begin(self.root)
        self.blames = self.is_bound
        # The line that whoever pressed a button goes on with.
        self.focus = ""

    def __iter__(self) -> Iterator[Node]:
        return self.root.everything()

    @cached_property
    def is_valid(self) -> bool:
        """Every line that is kept makes sense."""
        return self.root.is_valid()

    @property
    def is_empty(self) -> bool:
        """No rule is kept: it would mean nobody, or everybody."""
        return not self.root.is_kept

    def stored(self) -> dict[str, Any]:
        """The tree, as far as it is filled in."""
        return {} if self.is_empty else self.root.stored()

    def places(self) -> dict[tuple[int, ...], Node]:
        """Where each line that is kept stands in the stored tree: the turn of each group on the way to it."""
        return dict(self.root.places()) if self.root.is_kept else {}

    def rows(self) -> list[Row]:
        """The rules that are kept, as they stand on the page."""
        return [one for one in self if isinstance(one, Row) and one.is_kept and not _is_buried(one)]

    def wrong(self) -> list[tuple[str, str, str]]:
        """What is wrong, with the field's name and id, for a summary that leads there."""
        return [
            (told, f"{row.label_told}: {field.label}", str(field.id_for_label))
            for row in self.rows()
            for told, field in row.fields_told()
        ]

    def do(self, order: str) -> None:
        """What a button says: "rule:g0", "group:g0", "out:r3", "back:r3", "look:r3". Anything else changes nothing."""
        self.blames = False
        what, _colon, key = order.partition(":")
        node = next((one for one in self if one.key == key), None)
        if isinstance(node, Group) and what in ("rule", "group") and self._has_room(node, what):
            self.focus = self._add(node, what).key
        elif node is not None and node.mother is not None and what in ("out", "back"):
            node.is_out, self.focus = what == "out", key
        elif node is not None and what == "look":
            self.focus = key

    def _has_room(self, mother: Group, what: str) -> bool:
        return sum(1 for _one in self) < MOST and (what == "rule" or mother.depth < DEEPEST)

    def _add(self, mother: Group, what: str) -> Row:
        if what == "rule":
            return self._begin(mother)
        # Within "all" one wants "any", and the other way round.
        join = ANY if mother["join"].value() == ALL else ALL
        inner = Group(key=self._key("g"), mother=mother, join=join)
        mother.children.append(inner)
        return self._begin(inner)

    def _begin(self, group: Group) -> Row:
        row = Row(key=self._key("r"), mother=group)
        group.children.append(row)
        return row

    def _key(self, kind: str) -> str:
        self._taken += 1
        return f"{kind}{self._taken - 1}"

    # --- from a form that was sent ---

    def _sent(self, data: Any) -> Group:
        keys = [one for one in dict.fromkeys(data.getlist(NODE)) if _KEY.fullmatch(one)][:MOST]
        self._taken = max((int(one[1:]) for one in (*keys, ROOT)), default=0) + 1
        root = Group(data if ROOT in keys else None, key=ROOT)
        groups = {ROOT: root}
        for key in keys:
            if key == ROOT:
                continue
            # A line stands below its group, so that no group can be within itself.
            mother = groups.get(str(data.get(f"{key}-{MOTHER}", "")), root)
            if key.startswith("g"):
                groups[key] = made = Group(data, key=key, mother=mother)
                mother.children.append(made)
            else:
                mother.children.append(Row(data, key=key, mother=mother))
        return root

    # --- from a stored tree ---

    def _group_of(self, stored: Mapping[str, Any], mother: Group | None) -> Group:
        join, held = _opened(stored)
        group = Group(key=self._key("g"), mother=mother, join=join)
        for one in held:
            if "rule" in one:
                group.children.append(Row(key=self._key("r"), mother=group, leaf=one))
            elif one:
                group.children.append(self._group_of(one, group))
        return group


def _opened(stored: Mapping[str, Any]) -> tuple[str, list[Mapping[str, Any]]]:
    """How a stored group joins what it holds."""
    if "rule" in stored:
        return ALL, [stored]
    if "not" in stored:
        return NONE, _opposed(stored["not"])
    join = ANY if ANY in stored else ALL
    held = stored.get(join)
    return join, [one for one in held if isinstance(one, dict)] if isinstance(held, list) else []


def _opposed(stored: Any) -> list[Mapping[str, Any]]:
    """Of what none may hold, for the opposite of this to hold."""
    if not isinstance(stored, dict):
        return []
    join, held = _opened(stored)
    return held if join == ANY or (join == ALL and len(held) == 1) else [stored]


def _is_buried(node: Node) -> bool:
    """A group around it was taken out."""
    return node.mother is not None and (node.mother.is_out or _is_buried(node.mother))
