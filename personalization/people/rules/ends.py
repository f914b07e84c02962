"""From so many to so many, of which one end may be open: the form, and how it is asked and told."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personalization.chosen.stored import Values

MOST_TIMES = 1_000_000
MOST_DAYS = 3650


class EndsForm(forms.Form):
    """Two ends, of which one may be open."""

    def clean(self) -> dict[str, Any]:
        """At least one end, and the right way round."""
        cleaned = super().clean() or {}
        least, most = cleaned.get("least"), cleaned.get("most")
        if least is None and most is None and not self.errors:
            raise forms.ValidationError(_("Fill in at least one of the two."))
        if least is not None and most is not None and most < least:
            self.add_error("most", _("This is less than the first: exchange them."))
        return cleaned


class TimesForm(EndsForm):
    """How often."""

    least = forms.IntegerField(
        label=gettext_lazy("At least"), required=False, initial=1, min_value=0, max_value=MOST_TIMES,
        help_text=gettext_lazy("So many times or more; an empty end is open."),
    )  # fmt: skip
    most = forms.IntegerField(
        label=gettext_lazy("At most"), required=False, min_value=0, max_value=MOST_TIMES,
        help_text=gettext_lazy("So many times or fewer; 0 means never."),
    )  # fmt: skip


class PercentForm(EndsForm):
    """A part of a whole."""

    least = forms.IntegerField(
        label=gettext_lazy("At least, in %"), required=False, min_value=0, max_value=100,
        help_text=gettext_lazy("An empty end is open."),
    )  # fmt: skip
    most = forms.IntegerField(
        label=gettext_lazy("At most, in %"), required=False, min_value=0, max_value=100,
        help_text=gettext_lazy("An empty end is open."),
    )  # fmt: skip


class WindowForm(forms.Form):
    """How far back."""

    days = forms.IntegerField(
        label=gettext_lazy("Within the last days"), required=False, min_value=1, max_value=MOST_DAYS,
        help_text=gettext_lazy("Empty: ever, as far back as the log goes."),
    )  # fmt: skip


def window_told(values: Values) -> str:
    """How far back."""
    days = values.get("days")
    return ngettext("in the last day", "in the last %(n)s days", days) % {"n": days} if days else ""


def times_told(values: Values) -> str:
    """How often."""
    return ends_told(
        values,
        least=lambda n: ngettext("at least %(n)s time", "at least %(n)s times", n),
        most=lambda n: ngettext("at most %(n)s time", "at most %(n)s times", n),
        exactly=lambda n: ngettext("exactly %(n)s time", "exactly %(n)s times", n),
        both=_("%(least)s to %(most)s times"),
    )


def amount_told(values: Values) -> str:
    """How much, whatever it is counted in."""
    return ends_told(
        values,
        least=lambda _n: _("at least %(n)s"),
        most=lambda _n: _("at most %(n)s"),
        exactly=lambda _n: _("exactly %(n)s"),
        both=_("%(least)s to %(most)s"),
    )


def percent_told(values: Values) -> str:
    """How much of the whole."""
    return ends_told(
        values,
        least=lambda _n: _("at least %(n)s %%"),
        most=lambda _n: _("at most %(n)s %%"),
        exactly=lambda _n: _("exactly %(n)s %%"),
        both=_("%(least)s to %(most)s %%"),
    )


def ends_told(
    values: Values,
    *,
    least: Callable[[Any], str],
    most: Callable[[Any], str],
    exactly: Callable[[Any], str],
    both: str,
    names: tuple[str, str] = ("least", "most"),
) -> str:
    """The two ends, each with the words for its number."""
    low, high = values.get(names[0]), values.get(names[1])
    if high is None:
        return least(low) % {"n": number_told(low)}
    if low is None:
        return most(high) % {"n": number_told(high)}
    if low == high:
        return exactly(low) % {"n": number_told(low)}
    return both % {"least": number_told(low), "most": number_told(high)}


def number_told(number: Any) -> str:
    """A number without noughts behind its point."""
    if isinstance(number, Decimal):
        number = number.quantize(Decimal(1)) if number == number.to_integral() else number.normalize()
    return number_format(number, use_l10n=True, force_grouping=True)


def sentence(*parts: str) -> str:
    """The parts that say something, in a row."""
    return " ".join(part for part in parts if part)
