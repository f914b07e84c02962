"""Rules as rows of a form: what each does, to which goods, where and for whom."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.field import ChosenField
from personalization.recommend.rules.condition import Condition, conditions
from personalization.recommend.rules.pins import BY_NAME
from personalization.recommend.rules.rule import LAST_PLACE, STRENGTH, Action, Rule
from personalization.recommend.rules.wording import ALL_THE_WAY

PREFIX, COUNT = "rules", "rules-count"
# More than an owner keeps in mind, and few enough for a page.
MOST = 50
MOVED = (Action.BOOST, Action.BURY)
STRENGTHS = (
    (1.5, gettext_lazy("a little")), (STRENGTH, gettext_lazy("clearly")), (5.0, gettext_lazy("strongly")),
    (float(ALL_THE_WAY), gettext_lazy("all the way")),
)  # fmt: skip


class RuleForm(forms.Form):
    """One rule. Its settings are a form of their own, that of its condition; without a condition it is no rule."""

    action = forms.ChoiceField(label=gettext_lazy("What it does"), choices=Action.choices, initial=Action.NEVER)
    condition = forms.ChoiceField(label=gettext_lazy("Which goods"), required=False)
    strength = forms.TypedChoiceField(
        label=gettext_lazy("How strongly"), choices=STRENGTHS, coerce=float, initial=STRENGTH, required=False,
        empty_value=None,
    )  # fmt: skip
    place = forms.IntegerField(
        label=gettext_lazy("Place"), min_value=1, max_value=LAST_PLACE, initial=1, required=False,
        help_text=gettext_lazy("1 is the first. Of several products the others stand next to it."),
    )  # fmt: skip
    where = ChosenField(
        "category", label=gettext_lazy("Only on pages about"), required=False,
        help_text=gettext_lazy("The pages of these categories, of all below them, and of their goods."),
    )  # fmt: skip
    regions = ChosenField(
        "region", label=gettext_lazy("Only for shoppers from"), required=False,
        help_text=gettext_lazy("As the shopper or the shop says. Whose region nobody knows is not meant."),
    )  # fmt: skip
    order = forms.IntegerField(label=gettext_lazy("Turn"), required=False, min_value=1, max_value=999)
    remove = forms.BooleanField(label=gettext_lazy("Take this rule out"), required=False)

    def __init__(self, data: Any = None, *, prefix: str, rule: Rule | None = None, for_shop: bool = False) -> None:
        self._stored, kept = rule, rule.stored() if rule else {}
        super().__init__(data, prefix=prefix, initial={name: kept[name] for name in kept if name != "values"})
        if for_shop:
            # One place can't be promised in every block at once.
            field = self.fields["action"]
            field.choices = [one for one in Action.choices if one[0] != Action.PIN]  # type: ignore[attr-defined]
        self.is_of_shop = for_shop
        self.fields["condition"].choices = [  # type: ignore[attr-defined]
            ("", _("choose which goods")), *conditions.choices(), *_gone(kept.get("condition"))
        ]  # fmt: skip
        if (own := kept.get("strength")) and own not in dict(STRENGTHS):
            self.fields["strength"].choices = [*STRENGTHS, (own, _("%(n)s times") % {"n": own})]  # type: ignore[attr-defined]
        self.settings = self._settings(data, kept)

    @property
    def action_in_hand(self) -> str:
        """As sent, or as stored."""
        return str(self["action"].value() or Action.NEVER)

    @property
    def is_moved(self) -> bool:
        """It has a strength."""
        return self.action_in_hand in MOVED

    @property
    def is_pinned(self) -> bool:
        """It has a place."""
        return self.action_in_hand == Action.PIN

    @property
    def has_scope(self) -> bool:
        """It is for some pages or some shoppers only."""
        return any(_is_filled(self[name].value()) or self[name].errors for name in ("where", "regions"))

    @property
    def is_blank(self) -> bool:
        """Nothing was chosen: a row that was offered and not taken."""
        return not self["condition"].value()

    @property
    def is_out(self) -> bool:
        """It is to be no rule of the block any more."""
        return self.is_blank or bool(self.is_bound and self["remove"].value())

    def is_valid(self) -> bool:
        """With its settings; what is to go may be as it likes."""
        return self.is_out or (super().is_valid() and (self.settings is None or self.settings.is_valid()))

    def clean(self) -> dict[str, Any]:
        """Only goods that are named can stand in a fixed place."""
        cleaned = super().clean() or {}
        if cleaned.get("action") == Action.PIN and cleaned.get("condition") not in ("", BY_NAME):
            self.add_error("condition", _("Only certain products can be put in a fixed place: choose those."))
        return cleaned

    def rule(self) -> Rule:
        """As far as it is filled in."""
        if not self.is_bound:
            return self._stored or Rule(Action.NEVER, "")
        self.full_clean()
        cleaned: dict[str, Any] = self.cleaned_data
        return Rule(
            action=str(cleaned.get("action") or Action.NEVER),
            condition=str(cleaned.get("condition") or self["condition"].value() or ""),
            values=self._values(),
            strength=cleaned.get("strength") or STRENGTH,
            place=cleaned.get("place") or 1,
            where=tuple(cleaned.get("where") or ()),
            regions=tuple(cleaned.get("regions") or ()),
        )

    def turn(self) -> int:
        """Where it stands among the rules; behind all others, if nobody says."""
        told = str(self["order"].value() or "")
        return int(told) if told.isdecimal() and len(told) < 5 else 10_000

    def _values(self) -> dict[str, Any]:
        if self.settings is None:
            return {}
        self.settings.is_valid()
        stored: dict[str, Any] = json.loads(json.dumps(self.settings.cleaned_data, cls=DjangoJSONEncoder))
        return stored

    def _settings(self, data: Any, kept: Mapping[str, Any]) -> forms.Form | None:
        name = self["condition"].value()
        condition = conditions.get(name) if name in conditions else None
        if condition is None:
            return None
        prefix = f"{self.prefix}-{condition.name}"
        if data is None:
            return condition.Form(prefix=prefix, initial={**kept.get("values", {})})
        if not any(one.startswith(prefix + "-") for one in data):
            # Without a script, goods chosen a moment ago send no settings yet: the usual ones are meant.
            data = {f"{prefix}-{field}": value for field, value in _defaults(condition).items()}
        return condition.Form(data, prefix=prefix)


class RuleRows:
    """All rows of a form, in their order, with empty ones for what is to come."""

    def __init__(self, data: Any = None, *, rules: Iterable[Rule] = (), spare: int = 1, for_shop: bool = False) -> None:
        self.is_bound = data is not None
        if data is not None:
            sent = [RuleForm(data, prefix=f"{PREFIX}-{n}", for_shop=for_shop) for n in range(_count(data))]
            self.forms = sorted(sent, key=RuleForm.turn)
        else:
            stored = [RuleForm(prefix=f"{PREFIX}-{n}", rule=one, for_shop=for_shop) for n, one in enumerate(rules)]
            for turn, one in enumerate(stored, 1):
                one.initial["order"] = turn
            start = len(stored)
            blank = [RuleForm(prefix=f"{PREFIX}-{start + n}", for_shop=for_shop) for n in range(spare)]
            self.forms = [*stored, *blank]

    def __iter__(self) -> Iterator[RuleForm]:
        return iter(self.forms)

    def __len__(self) -> int:
        return len(self.forms)

    def is_valid(self) -> bool:
        """All of them are; every one is asked, so that every one says what it lacks."""
        found = [one.is_valid() for one in self.forms]
        return all(found)

    def kept(self) -> list[RuleForm]:
        """Without those that are blank or to go."""
        return [one for one in self.forms if not one.is_out]

    def rules(self) -> list[Rule]:
        """As far as they are filled in, in their order."""
        return [one.rule() for one in self.kept()]


def rows_sent(data: Any, **more: Any) -> RuleRows | None:
    """The rows of a form that was sent; None where it had none."""
    return RuleRows(data, **more) if data is not None and COUNT in data else None


def _count(data: Any) -> int:
    told = str(data.get(COUNT, ""))
    return min(int(told), MOST) if told.isdecimal() and len(told) < 5 else 0


def _defaults(condition: Condition) -> dict[str, Any]:
    fields = condition.Form.base_fields.items()
    return {name: field.initial for name, field in fields if field.initial is not None and not callable(field.initial)}


def _gone(name: str | None) -> list[tuple[str, str]]:
    # What can't be chosen any more is still shown, so that opening the form loses nothing.
    return [(name, name)] if name and name not in conditions else []


def _is_filled(value: Any) -> bool:
    return bool(value.keys or value.typed) if hasattr(value, "typed") else bool(value)
