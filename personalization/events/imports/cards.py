"""Customers whom a till knows by their card: the shop says whose it is."""

from collections.abc import Collection

from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from personalization.conf import conf
from personalization.events.imports.faults import ImportFault
from personalization.events.imports.identity import UNIT

# Before the number of a card, where others are known by e-mail or account.
CARD = f"card{UNIT}"


def holders(cards: Collection[str]) -> dict[str, int]:
    """The account of each card that is exactly one customer's. Raises ImportFault if the shop cannot say."""
    if not cards:
        return {}
    try:
        ask = import_string(str(conf.FIND_CUSTOMER))
        found = {card: {int(one) for one in ask(card.removeprefix(CARD))} for card in sorted(cards)}
    except Exception as error:  # the shop's own code may raise anything
        told = _("PERSONALIZATION_FIND_CUSTOMER failed: %(error)s. Mend it, and run the same command again.")
        raise ImportFault(told % {"error": error}) from error
    return {card: accounts.pop() for card, accounts in found.items() if len(accounts) == 1}
