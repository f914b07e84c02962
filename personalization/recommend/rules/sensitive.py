"""Goods of which nobody wants to read why they are shown: a shop begins with a rule that gives no reason for them.

Which these are is told by the names of categories, in the three languages of the app: what is about health, sex life or
faith (the special categories of Article 9 (1) of the GDPR), and alcohol, tobacco, gambling and weight loss (Google Ads,
policy on personalized advertising, sensitive interests). The owner sees the rule and changes it.
"""

import re

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from personalization import shop
from personalization.recommend.rules.models import ShopRule
from personalization.recommend.rules.rule import Action

# Beginnings of words.
STEMS = (
    # Health and body.
    "health", "medic", "pharmac", "drugstore", "remed", "incontinen", "feminine", "menstr", "tampon", "diabet",
    "здоров", "медиц", "медич", "лекарств", "лік", "аптек", "недержан", "нетриман", "гигиен", "гігієн", "диабет",
    "діабет", "ортопед", "orthop",
    # Sex life and parenthood to come.
    "contracept", "condom", "pregnan", "fertil", "intimate", "erotic", "adult", "sex", "контрацеп", "презерват",
    "беремен", "вагітн", "интим", "інтим", "эрот", "ерот", "секс",
    # Faith, and what comes with a death.
    "religio", "funeral", "религ", "реліг", "ритуал", "похорон",
    # Alcohol, tobacco, gambling, weight.
    "alcohol", "beer", "wine", "liquor", "spirits", "tobacco", "cigar", "vape", "vaping", "gambl", "lotter", "slimming",
    "weight", "алког", "пиво", "вино", "вина", "табак", "тютюн", "сигар", "вейп", "лотере", "азарт", "похуден",
    "схуднен",
)  # fmt: skip
_WORD = re.compile(r"\w+")


def sensitive_categories() -> list[int]:
    """Those whose name says it, in the order of the tree: one query. What stands below one of them goes with it."""
    found: dict[int, str] = {}
    for pk, line in shop.category_lines().items():
        is_below = any(line.startswith(f"{above} › ") for above in found.values())
        if not is_below and is_sensitive(line.rsplit(" › ", 1)[-1]):
            found[pk] = line
    return list(found)


def is_sensitive(name: str) -> bool:
    """A word of it begins like one of those above."""
    return any(word.startswith(STEMS) for word in _WORD.findall(name.casefold()))


def make_rule() -> int:
    """The rule, if the owner has no rules yet and the shop has such goods; gives how many were made."""
    categories = [] if ShopRule.objects.exists() else sensitive_categories()
    if not categories:
        return 0
    with override(settings.LANGUAGE_CODE):
        name = _("Sensitive goods: no word of why they are shown")
    ShopRule.objects.create(name=name, action=Action.SILENCE, condition="category", values={"categories": categories})
    return 1
