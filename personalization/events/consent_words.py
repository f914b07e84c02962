"""The words in which consent is asked for. Banner and page show them from here, and so the ledger keeps what was shown.

Whoever changes a sentence here raises the version: a test holds the two together.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from personalization.events.consent import STORING, Purpose

TITLE = _("May we remember your visit?")
SENTENCE = _(
    "We would count visits and show goods that fit you. The shop works without it. "
    "You can change your mind at any time."
)
MEANINGS: dict[str, str | Promise] = {
    Purpose.ANALYTICS: _("Which pages and goods you open and buy is counted under a random number kept in a cookie."),
    Purpose.PERSONALIZATION: _(
        "What you look at, put into the basket and buy decides which goods you are shown, here and when you come back."
    ),
    Purpose.EMAIL: _("We may write to you about goods and offers that fit you, to the e-mail of your account."),
    Purpose.SMS: _("We may send you text messages about your basket and about offers."),
    Purpose.PUSH: _("We may tell you of offers and of goods that are back, through your browser."),
}
ON_THE_BANNER = tuple(purpose for purpose in Purpose.LABELS if purpose in STORING)


@dataclass(frozen=True)
class Asked:
    """A purpose as a person is asked for it."""

    name: str
    label: str | Promise
    meaning: str | Promise


def asked_for(purposes: Iterable[str]) -> list[Asked]:
    """Those purposes in their words, always in the same order."""
    wanted = set(purposes)
    return [Asked(name, label, MEANINGS[name]) for name, label in Purpose.LABELS.items() if name in wanted]


def banner_words(language: str | None = None) -> str:
    """All that the banner says, in the language in force or in another."""
    with override(language or get_language()):
        return "\n".join([str(TITLE), str(SENTENCE), *(str(one.label) for one in asked_for(ON_THE_BANNER))])


def page_words(purposes: Iterable[str]) -> str:
    """All that the page of settings says of those purposes, in the language in force."""
    return "\n".join([str(SENTENCE), *(f"{one.label}: {one.meaning}" for one in asked_for(purposes))])
