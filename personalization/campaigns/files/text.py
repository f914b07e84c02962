"""YAML as it is read here: texts, numbers, yes or no, lists and mappings, each with its line; and nothing else.

No tag, no anchor and no alias means anything, so a file can neither make objects nor grow while it is read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from django.utils.translation import gettext as _

MOST_BYTES, DEEPEST = 1_000_000, 40
_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN = (
    ("tag:yaml.org,2002:null", re.compile(r"null|~|"), lambda _text: None),
    ("tag:yaml.org,2002:bool", re.compile(r"true|false"), lambda text: text == "true"),
    ("tag:yaml.org,2002:int", re.compile(r"-?(0|[1-9]\d{0,17})"), int),
    ("tag:yaml.org,2002:float", re.compile(r"-?(0|[1-9]\d{0,17})\.\d{1,17}(e[+-]?\d{1,3})?"), float),
)  # fmt: skip
_TEXT = "tag:yaml.org,2002:str"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a file: where, and what to do."""

    file: str
    line: int
    key: str
    told: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key}: {self.told}" if self.key else f"{place}: {self.told}"


class Refused(ValueError):
    """It cannot be understood as it stands there; the message says what to do."""

    def __init__(self, told: str, at: "Told | None" = None) -> None:
        super().__init__(told)
        self.told, self.at = told, at


class Unreadable(Exception):
    """Something of it was refused: `faults` are all that were found."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True)
class Told:
    """What stands at a place of a file: a value, a list of such, or a mapping of them; `raw` as it was written."""

    value: Any
    line: int
    raw: str = ""

    def at(self, path: tuple[str, ...]) -> "Told":
        """What stands under these keys, as far as there is anything."""
        here = self
        for key in path:
            if not isinstance(here.value, dict) or key not in here.value:
                return here
            here = here.value[key]
        return here

    def plain(self) -> Any:
        """Without the places."""
        if isinstance(self.value, dict):
            return {key: one.plain() for key, one in self.value.items()}
        return [one.plain() for one in self.value] if isinstance(self.value, list) else self.value


def read(text: bytes, *, file: str) -> Told:
    """The whole of a file. Raises Unreadable with its first fault."""
    if len(text) > MOST_BYTES:
        raise Unreadable([Fault(file, 0, "", _("It is larger than 1 MB: divide it into several files."))])
    try:
        return _Reading(text.decode()).document()
    except UnicodeDecodeError:
        told, line = _("It is not written in UTF-8: save it so."), 0
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        told = _("It is no YAML: %(problem)s. Look at this line and the one before it.") % {
            "problem": error.problem or error.context or ""
        }
        line = mark.line + 1 if mark else 0
    except yaml.YAMLError:
        told, line = _("There are signs in it that no text has: take them out."), 0
    except Refused as refused:
        told, line = refused.told, refused.at.line if refused.at else 0
    raise Unreadable([Fault(file, line, "", told)])


def written(plain: Any) -> str:
    """The same data are the same text, key after key as they are given."""
    return yaml.dump(plain, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000, default_flow_style=False)


class _Reading:
    """Puts the events of the parser together; it stops at the first one that means more than data."""

    def __init__(self, text: str) -> None:
        self.events: Iterator[Any] = yaml.parse(text, Loader=_PARSER)

    def document(self) -> Told:
        for event in self.events:
            if isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
                continue
            if isinstance(event, yaml.StreamEndEvent):
                break
            found = self.node(event, depth=1)
            self._ends()
            return found
        return Told({}, 1)

    def node(self, event: Any, *, depth: int) -> Told:
        line = event.start_mark.line + 1
        here = Told(None, line)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Refused(_("Names for parts of a file (& and *) are not understood here: write it out."), here)
        if depth > DEEPEST:
            raise Refused(_("It is nested too deeply: take some of it out."), here)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, here)
        if event.tag:
            raise Refused(_("The tag %(tag)s is not understood here: take it out.") % {"tag": event.tag[:60]}, here)
        if isinstance(event, yaml.SequenceStartEvent):
            return Told(list(self._until(yaml.SequenceEndEvent, depth)), line)
        return Told(self._mapping(depth), line)

    def _until(self, end: type, depth: int) -> Iterator[Told]:
        for event in self.events:
            if isinstance(event, end):
                return
            yield self.node(event, depth=depth + 1)

    def _mapping(self, depth: int) -> dict[str, Told]:
        found: dict[str, Told] = {}
        ahead = self._until(yaml.MappingEndEvent, depth)
        for key in ahead:
            if isinstance(key.value, dict | list):
                raise Refused(_("A key must be a word: mend this line."), key)
            if key.raw in found:
                raise Refused(_("“%(key)s” stands here twice: take one out.") % {"key": key.raw[:60]}, key)
            value = next(ahead)
            # What is wrong with a value is looked for where its key stands.
            found[key.raw] = Told(value.value, key.line, value.raw)
        return found

    def _scalar(self, event: Any, here: Told) -> Told:
        text: str = event.value
        if event.tag and event.tag not in ("!", _TEXT):
            raise Refused(_("The tag %(tag)s is not understood here: take it out.") % {"tag": event.tag[:60]}, here)
        if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
            raise Refused(_("There are signs in it that no text has: take them out."), here)
        if event.implicit[0] and not event.style and not event.tag:
            for _tag, shape, made in _PLAIN:
                if shape.fullmatch(text):
                    return Told(made(text), here.line, text)
        return Told(text, here.line, text)

    def _ends(self) -> None:
        for event in self.events:
            if not isinstance(event, yaml.DocumentEndEvent | yaml.StreamEndEvent):
                raise Refused(_("There are several documents in it: keep one."), Told(None, event.start_mark.line + 1))


class _Dumper(yaml.SafeDumper):
    """Puts quotes round what would be read as anything but the text that it is, here or by any other reader of YAML."""

    def ignore_aliases(self, data: Any) -> bool:
        """The same thing twice is written twice."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        """What a list holds stands further in than its key."""
        return super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar(_TEXT, text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)
for _name, _shape, _made in _PLAIN:
    _Dumper.add_implicit_resolver(_name, re.compile(f"^(?:{_shape.pattern})$"), None)
