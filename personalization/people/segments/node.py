"""What a segment is built of on its form: groups that hold rules and groups, each with its own fields."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.field import ChosenField, Picked
from personalization.people.rules.rule import Rule, rules

ALL, ANY, NONE = "all", "any", "none"
JOINS = (
    (ALL, gettext_lazy("all of these hold")),
    (ANY, gettext_lazy("any of these holds")),
    (NONE, gettext_lazy("none of these holds")),
)
OUT, MOTHER, KEPT = "out", "in", "kept"


class Node(forms.Form):
    """A line of the builder. `is_out`: taken out, and still there to be put back."""

    use_required_attribute = False
    is_group = False

    def __init__(self, data: Any = None, *, key: str, mother: "Group | None" = None, **more: Any) -> None:
        super().__init__(data, prefix=key, **more)
        self.key, self.mother = key, mother
        self.is_out = bool(data.get(f"{key}-{OUT}")) if data is not None else False
        self.told, self.warnings = "", list[str]()

    @property
    def depth(self) -> int:
        """The outermost group has the depth of one."""
        return self.mother.depth + 1 if self.mother else 1

    @property
    def is_kept(self) -> bool:
        """It says something, and is to stay."""
        raise NotImplementedError

    def stored(self) -> dict[str, Any]:
        """As it stands in the segment's tree, as far as it is filled in."""
        raise NotImplementedError


class Row(Node):
    """A rule with its settings, which are a form of their own; without a rule it is a row that was not taken."""

    rule = forms.ChoiceField(label=gettext_lazy("Rule"), required=False)

    def __init__(self, data: Any = None, *, leaf: Mapping[str, Any] | None = None, **more: Any) -> None:
        name = str((leaf or {}).get("rule", ""))
        super().__init__(data, initial={"rule": name}, **more)
        self.fields["rule"].choices = choices_with(str(self["rule"].value() or ""))  # type: ignore[attr-defined]
        self.kept_params = self._params_of_lost_rule(leaf)
        self.settings = self._settings(leaf)

    @property
    def name(self) -> str:
        """Of the rule chosen, or nothing."""
        return str(self["rule"].value() or "")

    @property
    def label_told(self) -> str:
        """What it is about, while nobody has said it in full."""
        return str(rules.get(self.name).label) if self.name in rules else self.name

    @property
    def offered(self) -> list[tuple[str, list[tuple[str, Any]]]]:
        """The rules as the page draws them: under their headings, and first what stands under none."""
        choices: Any = self.fields["rule"].choices  # type: ignore[attr-defined]
        alone = [(name, label) for name, label in choices if not isinstance(label, list)]
        return [("", alone), *((heading, held) for heading, held in choices if isinstance(held, list))]

    @property
    def is_lost(self) -> bool:
        """The rule's code is gone; it is kept as it was, so that opening the form loses nothing."""
        return bool(self.name) and self.name not in rules

    @property
    def is_kept(self) -> bool:
        """A rule was chosen, and not taken out."""
        return bool(self.name) and not self.is_out

    def is_valid(self) -> bool:
        """With its settings; what is not kept may be as it likes."""
        return not self.is_kept or (super().is_valid() and (self.settings is None or self.settings.is_valid()))

    def stored(self) -> dict[str, Any]:
        """Its name and whatever of its settings makes sense."""
        return {"rule": self.name, "params": self._params()}

    def fields_told(self) -> Iterator[tuple[str, forms.BoundField]]:
        """What is wrong with it, each with its field; what is wrong with the whole leads to its rule."""
        for form in (self, *([self.settings] if self.settings else [])):
            for name, errors in form.errors.items():
                field = form[name] if name in form.fields else self["rule"]
                yield from ((str(error), field) for error in errors)

    def always(self) -> list[forms.BoundField]:
        """The fields that everybody looks at."""
        return [one for one in self.settings or () if not _is_finer(one)]

    def finer(self) -> list[forms.BoundField]:
        """Those that narrow it down to certain things, and mostly stay empty."""
        return [one for one in self.settings or () if _is_finer(one)]

    @property
    def is_narrowed(self) -> bool:
        """Something in these is chosen, or wrong."""
        return any(_is_filled(one.value()) or one.errors for one in self.finer())

    def _params(self) -> dict[str, Any]:
        if self.settings is None:
            return dict(self.kept_params)
        if not self.settings.is_bound:
            return dict(self.settings.initial)
        self.settings.is_valid()
        cleaned: dict[str, Any] = json.loads(json.dumps(self.settings.cleaned_data, cls=DjangoJSONEncoder))
        return cleaned

    def _settings(self, leaf: Mapping[str, Any] | None) -> forms.Form | None:
        rule = rules.get(self.name) if self.name in rules else None
        if rule is None:
            return None
        prefix = f"{self.key}-{rule.name}"
        if not self.is_bound:
            return _drawn(rule, prefix, leaf)
        data = self.data
        if not any(one.startswith(prefix + "-") for one in data):
            # Without a script, a rule chosen a moment ago sends no settings yet: the usual ones are meant.
            data = {f"{prefix}-{field}": value for field, value in usual(rule).items()}
        return _calm(rule.Form(data, prefix=prefix))

    def _params_of_lost_rule(self, leaf: Mapping[str, Any] | None) -> dict[str, Any]:
        if leaf is not None:
            return dict(leaf.get("params") or {})
        try:
            found = json.loads(self.data.get(f"{self.key}-{KEPT}") or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def kept_json(self) -> str:
        """The settings of a rule that is gone, to be sent along."""
        return json.dumps(self.kept_params)


class Group(Node):
    """People for whom all, any or none of what it holds is true."""

    is_group = True
    join = forms.ChoiceField(label=gettext_lazy("People for whom"), choices=JOINS, initial=ALL)

    def __init__(self, data: Any = None, *, join: str = ALL, **more: Any) -> None:
        super().__init__(data, initial={"join": join}, **more)
        self.children: list[Node] = []

    @property
    def is_kept(self) -> bool:
        """Something in it is kept."""
        return not self.is_out and any(one.is_kept for one in self.children)

    def is_valid(self) -> bool:
        """With all that it holds; every one is asked, so that every one says what it lacks."""
        if not self.is_kept:
            return True
        found = [one.is_valid() for one in self.children]
        return super().is_valid() and all(found)

    def stored(self) -> dict[str, Any]:
        """As the tree keeps it: "none" is the opposite of "any"."""
        kept = [one.stored() for one in self.children if one.is_kept]
        join = str(self["join"].value())
        return {"not": {ANY: kept}} if join == NONE else {join if join == ANY else ALL: kept}

    def places(self, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Node]]:
        """Itself and what it keeps, each with its way in the stored tree; "none" stands there as two groups."""
        yield path, self
        if str(self["join"].value()) == NONE:
            path = (*path, 0)
            yield path, self
        for turn, one in enumerate(one for one in self.children if one.is_kept):
            if isinstance(one, Group):
                yield from one.places((*path, turn))
            else:
                yield (*path, turn), one

    def everything(self) -> Iterator[Node]:
        """Itself and all below it, as it stands on the page."""
        yield self
        for one in self.children:
            if isinstance(one, Group):
                yield from one.everything()
            else:
                yield one


def choices_with(name: str) -> list[Any]:
    """The rules under their headings; one that is gone is still shown."""
    headings: dict[str, list[tuple[str, Any]]] = {}
    for rule in rules:
        headings.setdefault(str(rule.group), []).append((rule.name, rule.label))
    lost = [(name, _("%(rule)s (gone)") % {"rule": name})] if name and name not in rules else []
    return [("", _("choose a rule")), *headings.items(), *lost]


def usual(rule: Rule) -> dict[str, Any]:
    """What the fields of a rule begin with."""
    fields = rule.Form.base_fields.items()
    return {name: field.initial for name, field in fields if field.initial is not None and not callable(field.initial)}


def _drawn(rule: Rule, prefix: str, leaf: Mapping[str, Any] | None) -> forms.Form:
    params = (leaf or {}).get("params")
    # What was stored without a field's value says so: the usual value was not meant then.
    initial = dict.fromkeys(rule.Form.base_fields) | dict(params) if params else usual(rule)
    return _calm(rule.Form(prefix=prefix, initial=initial))


def _is_finer(field: forms.BoundField) -> bool:
    return isinstance(field.field, ChosenField) and not field.field.required


def _is_filled(value: Any) -> bool:
    return bool(value.keys or value.typed) if isinstance(value, Picked) else bool(value)


def _calm(form: forms.Form) -> forms.Form:
    # A row that was taken out keeps its fields, hidden: a browser would refuse to send them empty.
    form.use_required_attribute = False
    return form
