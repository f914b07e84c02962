"""What stands in the lists of campaigns, in each of them alike."""

from collections.abc import Iterable

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from personalization.campaigns.audience import Audience
from personalization.campaigns.audience_words import Known
from personalization.jobs.back_office import number_told


def headed(title: str, url: str, *, told: str, name: str = "", problems: Iterable[str] = ()) -> SafeString:
    """What it is called, as a link; under it the owner's own name for it, what it does, and what is wrong."""
    wrong = format_html_join("", '<span class="pz-problem">{}</span>', ((one,) for one in problems))
    under = format_html('<span class="pz-under">{}</span>', name) if name else ""
    layout = '<a class="pz-heading" href="{}">{}</a>{}<span class="pz-quiet">{}</span>{}'
    return format_html(layout, url, title, under, told, wrong)


def figured(number: int, unit: str) -> SafeString:
    """A figure with what it counts."""
    # On a phone the rows become cards, and a figure without its column's head would say nothing.
    return format_html('{} <span class="pz-only-phone">{}</span>', number_told(number), unit)


def rated(rate: float, under: str) -> SafeString:
    """A share of a hundred, and what it was worked out from."""
    return format_html('{} % <span class="pz-under">{}</span>', number_format(rate, 1), under)


def people_told(audience: Audience, known: Known) -> str:
    """The segments by name, with how many they are."""
    named = [known[one] for one in audience.among if one in known]
    if not named:
        return _("everybody") if audience.is_everybody else _("everybody but some")
    told, sizes = ", ".join(one.name for one in named), [one.size for one in named if one.size is not None]
    return f"{told} · {number_told(sum(sizes))}" if sizes else told
