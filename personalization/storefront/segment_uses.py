"""Blocks that would change if a segment went: those that it is the audience of, and those with a rule about it."""

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.people.segments.uses import Use, Uses, uses
from personalization.recommend.rules.rule import rules_from
from personalization.recommend.rules.segment_uses import segments_of
from personalization.storefront.models import Block
from personalization.storefront.overview import heading_of


@uses.register
class OfBlocks(Uses):
    """Blocks."""

    name, label = "block", gettext_lazy("blocks")

    def of(self, wanted: Collection[int]) -> Mapping[int, list[Use]]:
        """Each with what it would mean then."""
        found: dict[int, list[Use]] = {}
        for block in Block.objects.exclude(audience={}, rules=[]):
            for pk, told in _told(block).items():
                if pk in wanted:
                    url = reverse("admin:personalization_block_change", args=[block.pk])
                    found.setdefault(pk, []).append(Use(_called(block), told, url))
        return found


def _told(block: Block) -> dict[int, str]:
    words, audience = {"name": _called(block)}, block.for_whom
    by_rule = _("The block %(name)s has a rule about it, and that rule will do nothing.")
    told = {pk: by_rule % words for rule in rules_from(block.rules) for pk in segments_of(rule)}
    told |= dict.fromkeys(audience.but, _("The block %(name)s is not for these people; then they will see it.") % words)
    if len(audience.among) == 1:
        only = _("The block %(name)s is only for these people; then nobody will see it.")
    else:
        only = _("The block %(name)s is for these people among others; then they will not see it.")
    return told | dict.fromkeys(audience.among, only % words)


def _called(block: Block) -> str:
    return _("“%(heading)s” in %(place)s") % {"heading": heading_of(block), "place": block.slot}
