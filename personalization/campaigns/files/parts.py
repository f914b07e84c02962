"""How each field of a campaign stands in a file, and how it is read back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from personalization.campaigns.audience import AMONG, BUT
from personalization.campaigns.files.naming import Names, link_meant, link_told, namings
from personalization.campaigns.files.text import Refused, Told
from personalization.chosen.field import ChosenField
from personalization.people.rules.named import AccountsField
from personalization.registry import Registry

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STAYS = "kept in the shop"


@dataclass
class Around:
    """What a part may look at: the names of this shop, the pictures beside the file, and the row as it was."""

    names: Names
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    former: Any = None


class Part:
    """A field that is kept as it is written: a text, a number, yes or no, an amount, a moment."""

    needs_names: ClassVar[bool] = False

    def __init__(self, name: str) -> None:
        self.name = name

    def write(self, row: Any, names: Names) -> Any:
        """As it stands in a file."""
        value = getattr(row, self.name)
        if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat()
        places = getattr(row._meta.get_field(self.name), "decimal_places", None)
        return value if value is None or places is None else f"{Decimal(value):.{places}f}"

    def read(self, told: Told, row: Any, around: Around) -> Any:
        """As the row keeps it. Raises Refused with what to do."""
        kind = row._meta.get_field(self.name)
        if told.value is None and kind.null:
            return None
        for wanted, read in _BY_FIELD:
            if isinstance(kind, wanted):
                return read(told)
        raise Refused(_("It can't be kept in a file."))

    def default(self, row: Any) -> Any:
        """What is meant where the file says nothing."""
        return row._meta.get_field(self.name).get_default()

    def put(self, row: Any, value: Any) -> None:
        """Gives it to the row."""
        setattr(row, self.name, value)


def mapping(told: Told, known: Iterable[str] | None = None) -> dict[str, Told]:
    """What stands under its keys. Raises Refused for anything else, and for a key that means nothing there."""
    if not isinstance(told.value, dict):
        raise Refused(_("Keys with values belong here."), told)
    allowed = None if known is None else list(known)
    for key, one in told.value.items():
        if allowed is not None and key not in allowed:
            words = {"key": key[:60], "known": ", ".join(allowed) or _("none")}
            raise Refused(_("“%(key)s” means nothing here: take it out. Known are: %(known)s.") % words, one)
    return told.value


def listed(told: Told) -> list[Told]:
    """What stands one under the other. Raises Refused."""
    if not isinstance(told.value, list):
        raise Refused(_("A list belongs here: one to a line, each after a dash."), told)
    return told.value


def words(told: Told) -> str:
    """A text. Raises Refused; what looks like a number is a text here."""
    if isinstance(told.value, bool | dict | list) or told.value is None:
        raise Refused(_("A text belongs here; put it in quotes."))
    return told.raw


class Words(Part):
    """{"en": {"title": "…"}}, by language and part; `parts` empty: {"en": "…"}."""

    def __init__(self, name: str, parts: tuple[str, ...] = ()) -> None:
        super().__init__(name)
        self.parts = parts

    def write(self, row: Any, names: Names) -> Any:
        """Languages by their code, parts in their order."""
        stored = getattr(row, self.name)
        codes = sorted(code for code, told in stored.items() if told) if isinstance(stored, dict) else []
        if not self.parts:
            return {code: stored[code] for code in codes}
        return {code: {part: stored[code][part] for part in self.parts if part in stored[code]} for code in codes}

    def read(self, told: Told, row: Any, around: Around) -> Any:
        """Texts only."""
        by_code = mapping(told)
        if not self.parts:
            return {code: words(one) for code, one in by_code.items()}
        return {
            code: {part: words(text) for part, text in mapping(one, self.parts).items()}
            for code, one in by_code.items()
        }


class Settled(Part):
    """Kept as JSON of a small shape: what its own reading makes of it must be what was written."""

    def __init__(self, name: str, settled: Callable[[Any], Any], keys: tuple[str, ...]) -> None:
        super().__init__(name)
        self.settled, self.keys = settled, keys

    def write(self, row: Any, names: Names) -> Any:
        """Keys in their order."""
        kept = self.settled(getattr(row, self.name))
        return {key: kept[key] for key in self.keys if key in kept}

    def read(self, told: Told, row: Any, around: Around) -> Any:
        """Each key by itself, so that the wrong one is named."""
        plain = {key: one.plain() for key, one in mapping(told, self.keys).items()}
        kept = self.settled(plain)
        for key, value in plain.items():
            if value and kept.get(key) != value:
                raise Refused(_("“%(value)s” can't stand here.") % {"value": str(value)[:60]}, told.value[key])
        return kept


class WeekHours(Settled):
    """With the days of the week by name."""

    def write(self, row: Any, names: Names) -> Any:
        """Days as mon, tue, …"""
        found = super().write(row, names)
        return found | ({"days": [DAYS[day] for day in found["days"]]} if "days" in found else {})

    def read(self, told: Told, row: Any, around: Around) -> Any:
        """Likewise."""
        by_key = dict(mapping(told, self.keys))
        if "days" in by_key:
            by_key["days"] = Told([self._day(one) for one in listed(by_key["days"])], by_key["days"].line)
        return super().read(Told(by_key, told.line), row, around)

    def _day(self, told: Told) -> Told:
        if told.value not in DAYS:
            raise Refused(_("A day is one of %(days)s.") % {"days": ", ".join(DAYS)}, told)
        return Told(DAYS.index(told.value), told.line, told.raw)


class Chosen(Part):
    """A list of things of one kind, by their names."""

    needs_names = True

    def __init__(self, name: str, kind: str) -> None:
        super().__init__(name)
        self.kind = kind

    def write(self, row: Any, names: Names) -> Any:
        """In their order."""
        stored = getattr(row, self.name)
        return [names.told(self.kind, one) for one in stored] if isinstance(stored, list) else []

    def read(self, told: Told, row: Any, around: Around) -> Any:
        """Each must be there."""
        return meant(told, self.kind, around.names)


class ChosenOf(Part):
    """{"categories": [ids], "products": [ids]}: lists of things, by their names."""

    needs_names = True

    def __init__(self, name: str, kinds: Mapping[str, str]) -> None:
        super().__init__(name)
        self.kinds = kinds

    def write(self, row: Any, names: Names) -> Any:
        """Those that there are."""
        stored = getattr(row, self.name) or {}
        return {
            key: [names.told(kind, one) for one in stored[key]] for key, kind in self.kinds.items() if stored.get(key)
        }

    def read(self, told: Told, row: Any, around: Around) -> Any:
        """Each must be there."""
        by_key = mapping(told, self.kinds)
        return {key: meant(one, self.kinds[key], around.names) for key, one in by_key.items() if one.value}


def for_whom(name: str = "audience") -> ChosenOf:
    """The segments of an audience."""
    return ChosenOf(name, {AMONG: "segment", BUT: "segment"})


class Link(Part):
    """A page of the shop: of a category or a product by its name, any other by its address."""

    needs_names = True

    def write(self, row: Any, names: Names) -> Any:
        """As it is meant in any shop."""
        return link_told(getattr(row, self.name), names)

    def read(self, told: Told, row: Any, around: Around) -> Any:
        """The address here."""
        return link_meant(told.plain(), around.names)


class Settings(Part):
    """The settings of what another field names: as its own form has them."""

    needs_names = True

    def __init__(self, name: str, *, chosen_by: str, registry: Registry[Any]) -> None:
        super().__init__(name)
        self.chosen_by, self.registry = chosen_by, registry

    def write(self, row: Any, names: Names) -> Any:
        """In the order of the form."""
        return settings_told(self._form(row), getattr(row, self.name), names)

    def read(self, told: Told, row: Any, around: Around) -> Any:
        """Only what the form knows."""
        return settings_meant(self._form(row), told, around.names)

    def _form(self, row: Any) -> type[forms.Form] | None:
        name = getattr(row, self.chosen_by)
        return self.registry.get(name).Form if name in self.registry else None


def settings_told(form: type[forms.Form] | None, stored: Any, names: Names) -> dict[str, Any]:
    """With names in place of numbers."""
    if not isinstance(stored, dict):
        return {}
    if form is None:
        return dict(sorted(stored.items()))
    return {name: _told(one, stored[name], names) for name, one in form.base_fields.items() if name in stored}


def settings_meant(
    form: type[forms.Form] | None, told: Told, names: Names, *, former: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The other way round. Raises Refused."""
    if form is None:
        return dict(told.plain()) if isinstance(told.value, dict) else {}
    found = {}
    for name, one in mapping(told, form.base_fields).items():
        try:
            found[name] = _meant(form.base_fields[name], one, names, (former or {}).get(name))
        except Refused as refused:
            raise Refused(refused.told, refused.at or one) from refused
    return found


def wrong_settings(form: type[forms.Form], stored: Mapping[str, Any]) -> str:
    """What its form says is wrong with them, in one line."""
    defaults = {name: one.initial() if callable(one.initial) else one.initial for name, one in form.base_fields.items()}
    bound = form(defaults | dict(stored))
    return " ".join(
        f"{form.base_fields[name].label}: {one}" if name in form.base_fields else str(one)
        for name, errors in bound.errors.items() for one in errors
    )  # fmt: skip


def meant(told: Told, kind: str, names: Names) -> list[Any]:
    """A list of names as ids. Raises Refused at the line of the name that means nothing."""
    found = []
    for one in listed(told):
        try:
            found.append(names.meant(kind, one.value if type(one.value) is int and kind not in namings else words(one)))
        except Refused as refused:
            raise Refused(refused.told, one) from refused
    return found


def _told(one: forms.Field, value: Any, names: Names) -> Any:
    if isinstance(one, AccountsField):
        return STAYS
    kind = getattr(one, "kind", None)
    if kind is None or value is None:
        return value
    return [names.told(kind, key) for key in value] if isinstance(one, ChosenField) else names.told(kind, value)


def _meant(one: forms.Field, told: Told, names: Names, former: Any) -> Any:
    if isinstance(one, AccountsField):
        if former is None:
            raise Refused(_("Who is on this list is kept in the shop, not in files: make the segment there first."))
        return former
    kind = getattr(one, "kind", None)
    if kind is None:
        return told.plain()
    if isinstance(one, ChosenField):
        return meant(told, kind, names)
    return None if told.value is None else names.meant(kind, words(told))


# --- values as they are ---


def _whole(told: Told) -> int:
    if type(told.value) is not int:
        raise Refused(_("A whole number belongs here."))
    return told.value


def _number(told: Told) -> float:
    if type(told.value) not in (int, float):
        raise Refused(_("A number belongs here."))
    return float(told.value)


def _amount(told: Told) -> Decimal:
    try:
        found = Decimal(told.raw)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise Refused(_("An amount belongs here, for example '9.90'."))
    return found


def _moment(told: Told) -> datetime:
    try:
        found = datetime.fromisoformat(told.raw)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Refused(_("A moment with its zone belongs here, for example 2027-01-31T09:00:00+00:00."))
    return found


def _yes_or_no(told: Told) -> bool:
    if not isinstance(told.value, bool):
        raise Refused(_("Write true or false."))
    return told.value


_BY_FIELD: tuple[tuple[Any, Callable[[Told], Any]], ...] = (
    ((models.CharField, models.TextField), words), (models.BooleanField, _yes_or_no),
    (models.IntegerField, _whole), (models.DecimalField, _amount), (models.FloatField, _number),
    (models.DateTimeField, _moment),
)  # fmt: skip


def one_message(error: ValidationError) -> str:
    """All that it says, in one line."""
    return " ".join(error.messages)
