"""What the consent banner's template asks for: its words, from the one place that the ledger takes them from too."""

from typing import Any

from django import template

from personalization.conf import conf
from personalization.events.consent_words import ON_THE_BANNER, SENTENCE, TITLE, asked_for

register = template.Library()


@register.simple_tag
def consent_question() -> dict[str, Any] | None:
    """Title, sentence and purposes of the question; None where the app is switched off."""
    if not conf.ENABLED:
        return None
    return {"title": TITLE, "sentence": SENTENCE, "purposes": asked_for(ON_THE_BANNER), "all": " ".join(ON_THE_BANNER)}
