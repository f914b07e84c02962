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
    "medic", "pharmac", "drugstore", "remed", "incontinen", "feminine", "menstr", "tampon", "diabet", "orthop", "laxat",
    "painkill", "vitamin", "здоров", "медиц", "медик", "лекарств", "лікарськ", "аптек", "недержан", "нетриман",
    "гигиен", "гігієн", "диабет", "діабет", "ортопед", "прокладк", "тампон", "обезбол", "знебол", "слабит", "витамин",
    "вітамін",
    # Sex life and parenthood to come.
    "contracept", "condom", "pregnan", "fertil", "intimate", "erotic", "vibrat", "lubric", "контрацеп", "презерват",
    "беремен", "вагітн", "интим", "інтим", "эрот", "ерот", "лубрик",
    # Faith, and what comes with a death.
    "religio", "bible", "koran", "quran", "kosher", "halal", "funeral", "религ", "реліг", "библи", "біблі", "коран",
    "кошер", "халял", "ритуал", "похорон",
    # Alcohol, tobacco, gambling, weight.
    "alcohol", "liquor", "whisk", "vodka", "champagne", "cognac", "brandy", "tobacco", "cigar", "vape", "vaping",
    "cannabis", "gambl", "casino", "lotter", "slimming", "алког", "виски", "віскі", "водка", "водки", "горілк",
    "шампанск", "шампанськ", "коньяк", "табак", "табач", "тютюн", "сигар", "вейп", "казино", "лотере", "азарт",
    "похуден", "схуднен",
)  # fmt: skip
# Whole words: their beginnings stand in others, too.
WORDS = frozenset((
    "health", "healthcare", "sanitary", "hearing", "pain", "sex", "sexual", "секс", "beer", "beers", "wine", "wines",
    "spirits", "gin", "rum", "cbd", "пиво", "вино", "вина", "ром", "джин", "ліки", "weight",
))  # fmt: skip
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
    """A word of it is one of those above, or begins like one."""
    return any(word in WORDS or word.startswith(STEMS) for word in _WORD.findall(name.casefold()))


def make_rule() -> int:
    """The rule, if the owner has no rules yet and the shop has such goods; gives how many were made."""
    categories = [] if ShopRule.objects.exists() else sensitive_categories()
    if not categories:
        return 0
    with override(settings.LANGUAGE_CODE):
        name = _("Sensitive goods: no word of why they are shown")
    ShopRule.objects.create(name=name, action=Action.SILENCE, condition="category", values={"categories": categories})
    return 1
