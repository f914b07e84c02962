"""Why a pop-up does not come, in words for the owner."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    "code_gone": _("The code of what it holds, or of its moment, is gone."),
    "not_now": _("It is not live now: its state, its dates or its hours say so."),
    "elsewhere": _("It is for other pages."),
    "first_page": _("It is the first page of the visit: nobody is interrupted on arrival."),
    "not_its_moment": _("Its moment is not now: see when it comes."),
    "closed": _("They closed it, so it does not come again."),
    "clicked": _("They pressed its button, so it does not come again."),
    "answered": _("They answered it, so it does not come again."),
    "own_visit": _("It came on this visit as often as it may."),
    "own_day": _("It came within a day as often as it may."),
    "own_week": _("It came within a week as often as it may."),
    "own_total": _("It came as often as it may in all."),
    "own_gap": _("It came too short a time ago."),
    "budget_visit": _("Another pop-up came on this visit, and one a visit is enough."),
    "budget_day": _("They were interrupted often enough today."),
    "budget_week": _("They were interrupted often enough this week."),
    "budget_total": _("They were interrupted as often as anybody may be."),
    "budget_gap": _("They were interrupted too short a time ago."),
    "goal": _("Its goal is reached: they have done what it is for."),
    "other_arm": _("They are among those of a hundred people who do not get it."),
    "not_for_them": _("They are not among those whom it is for."),
    "behind": _("It may come too, but one above it comes first."),
    "empty": _("It would have nothing to show them."),
}
