"""Rules for goods in files: those of a block, and those of the whole shop."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.campaigns.files.kind import FileKind, Path, kinds
from personalization.campaigns.files.naming import Names
from personalization.campaigns.files.parts import (
    Around,
    Chosen,
    Part,
    Settings,
    listed,
    mapping,
    meant,
    settings_meant,
    settings_told,
    words,
    wrong_settings,
)
from personalization.campaigns.files.text import Refused, Told
from personalization.jobs.versions import Versions
from personalization.recommend.rules.condition import conditions
from personalization.recommend.rules.models import ShopRule
from personalization.recommend.rules.rule import Action, Rule, rules_from
from personalization.recommend.rules.wording import names_in, sentence

KEYS = ("action", "condition", "values", "strength", "place", "where", "regions")


class RulesOf(Part):
    """The rules of a block, each with its goods by name."""

    needs_names = True

    def write(self, row: Any, names: Names) -> Any:
        """What is usual of a rule is left out."""
        return [_written(rule, names) for rule in rules_from(getattr(row, self.name))]

    def read(self, told: Told, row: Any, around: Around) -> Any:
        """One after the other."""
        return [_read(one, around.names) for one in listed(told)]


def _written(rule: Rule, names: Names) -> dict[str, Any]:
    usual = Rule(rule.action, rule.condition)
    found: dict[str, Any] = {
        "action": str(rule.action), "condition": rule.condition,
        "values": settings_told(_form(rule.condition), dict(rule.values), names),
    }  # fmt: skip
    found |= {} if rule.strength == usual.strength else {"strength": rule.strength}
    found |= {} if rule.place == usual.place else {"place": rule.place}
    found |= {"where": [names.told("category", one) for one in rule.where]} if rule.where else {}
    return found | ({"regions": list(rule.regions)} if rule.regions else {})


def _read(told: Told, names: Names) -> dict[str, Any]:
    by_key = mapping(told, KEYS)
    plain = {key: one.plain() for key, one in by_key.items()}
    condition = plain.get("condition", "")
    if "values" in by_key:
        plain["values"] = settings_meant(_form(condition), by_key["values"], names)
    if "where" in by_key:
        plain["where"] = meant(by_key["where"], "category", names)
    if "regions" in by_key:
        plain["regions"] = [words(one) for one in listed(by_key["regions"])]
    found = rules_from([plain])
    if not found:
        known = ", ".join(Action.values)
        raise Refused(_("A rule needs an action, one of %(known)s.") % {"known": known}, by_key.get("action", told))
    kept = found[0].stored()
    for key in ("strength", "place"):
        if key in plain and plain[key] != kept[key]:
            raise Refused(_("“%(value)s” can't stand here.") % {"value": str(plain[key])[:60]}, by_key[key])
    return kept


def wrong_rule(stored: Mapping[str, Any]) -> str:
    """What is wrong with a rule as it is stored, in one line."""
    name = stored.get("condition", "")
    if name not in conditions:
        known = ", ".join(one.name for one in conditions)
        return _("it needs a condition, one of %(known)s.") % {"known": known}
    return wrong_settings(conditions.get(name).Form, stored.get("values", {}))


def _form(condition: Any) -> Any:
    return conditions.get(condition).Form if condition in conditions else None


@kinds.register
class ShopRulesInFiles(FileKind):
    """Rules of the whole shop."""

    name, label, model, is_campaign = "shop_rules", gettext_lazy("rules for the whole shop"), ShopRule, False
    parts = (
        Part("name"), Part("action"), Part("condition"),
        Settings("values", chosen_by="condition", registry=conditions), Part("strength"),
        Chosen("where", "category"), Chosen("regions", "region"), Part("position"), Part("is_active"),
    )  # fmt: skip

    def called(self, row: Any) -> str:
        """By its name."""
        return str(row.name)

    def rows(self) -> Any:
        """In their order."""
        return ShopRule.objects.order_by("position", "pk")

    def sentence(self, row: Any, *, now: datetime) -> str:
        """As the list says it."""
        rules = row.rules()
        return " ".join(sentence(one, names_in(rules)) for one in rules)

    def wrong(self, row: Any) -> Iterable[tuple[Path, str]]:
        """As its row of the form says it."""
        if found := wrong_rule({"condition": row.condition, "values": row.values}):
            yield ("values",), found

    @property
    def versions(self) -> Versions | None:
        """The history names the change, and keeps nothing of it."""
        return None
