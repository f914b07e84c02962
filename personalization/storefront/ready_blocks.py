"""Blocks to start from: each is the form of a new block, filled in."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from personalization.recommend.strategies.strategy import strategies


@dataclass(frozen=True)
class ReadyBlock:
    """A kind of list in the place where shops mostly have it."""

    strategy: str
    slot: str
    label: str | Promise
    about: str | Promise
    limit: int = 6

    @property
    def url(self) -> str:
        """The form of a new block with this in it."""
        told = {"strategy": self.strategy, "slot": self.slot, "limit": self.limit, "name": str(self.label)}
        return f"{reverse('admin:personalization_block_add')}?{urlencode(told)}"


_READY = (
    ReadyBlock("for_you", "home-1", _("For you, on the home page"),
               _("What each shopper is likely to want next; whoever is new sees what sells best.")),
    ReadyBlock("bestsellers", "home-2", _("Best sellers of the week"),
               _("Works from the first order on, and is the same for everybody.")),
    ReadyBlock("recently_viewed", "home-3", _("Recently viewed"),
               _("Leads people back to where they were, without any training.")),
    ReadyBlock("bought_together", "product-1", _("Bought together, on the page of a product"),
               _("What others took along with the product that is looked at.")),
    ReadyBlock("goes_with_basket", "basket-1", _("Goes with the basket"),
               _("Before the checkout: what is missing beside what already lies there."), limit=4),
)  # fmt: skip


def ready_blocks() -> list[ReadyBlock]:
    """Those whose kind of list is there."""
    return [one for one in _READY if one.strategy in strategies]
