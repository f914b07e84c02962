"""Do the owner's blocks show?"""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personalization.campaigns.state import State
from personalization.insight.finding import Examination, Finding, examinations, fine, note, warning
from personalization.storefront.health import health, surroundings
from personalization.storefront.models import Block


@examinations.register
class Blocks(Examination):
    """Live blocks and what is wrong with them."""

    name, label = "blocks", gettext_lazy("Blocks")

    def findings(self, now: datetime) -> Iterable[Finding]:
        """One line for each block in trouble, and the number of those that are well."""
        around = surroundings(now=now)
        blocks = list(Block.objects.all())
        found = [(block, health(block, around, now=now)) for block in blocks]
        well = [block for block, state in found if state.state == State.LIVE and not state.problems]
        if well:
            told = ngettext("%(n)s block is live and well.", "%(n)s blocks are live and well.", len(well))
            yield fine(told % {"n": len(well)})
        elif not blocks:
            yield note(
                _("There is no block yet."), fix=_("Add one."), url=reverse("admin:personalization_block_changelist")
            )
        for block, state in found:
            for problem in state.problems:
                url = reverse("admin:personalization_block_change", args=[block.pk])
                yield warning(f"{block.slot}: {problem}", fix=_("Open the block."), url=url)
