"""The owner's blocks."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from personalization.campaigns.campaign import Campaign, CampaignQuerySet
from personalization.conf import conf
from personalization.recommend.rules.rule import Rule, Rules, rules_from
from personalization.recommend.strategies.strategy import Strategy, strategies, strategy_choices


class BlockQuerySet(CampaignQuerySet["Block"]):
    """Named filters."""


class Block(Campaign):
    """A row of products in a place of the shop: which products, how many, when, and what if there are too few."""

    class Fallback(models.TextChoices):
        """What happens when the strategy finds too few products."""

        STAND_INS = "stand_ins", _("fill it with what suits the strategy best")
        BESTSELLERS = "bestsellers", _("fill it with best sellers")
        ANY_BESTSELLERS = "any_bestsellers", _("fill it with best sellers, whatever “show only” asks for")
        HIDE = "hide", _("hide the block")

    slot = models.SlugField(
        _("place"),
        max_length=64,
        help_text=_("The place in the shop's pages, as the template names it, for example home-1."),
    )
    position = models.PositiveSmallIntegerField(
        _("order"), default=1, help_text=_("Blocks in the same place stand in this order.")
    )
    strategy = models.CharField(_("which products"), max_length=32, choices=strategy_choices)
    parameters = models.JSONField(_("settings of the strategy"), default=dict, blank=True)
    titles = models.JSONField(_("heading"), default=dict, blank=True)
    limit = models.PositiveSmallIntegerField(
        _("how many products"),
        default=6,
        validators=[MinValueValidator(1), MaxValueValidator(48)],
        help_text=_("At most so many are shown."),
    )
    minimum = models.PositiveSmallIntegerField(
        _("at least"), default=3, validators=[MinValueValidator(1), MaxValueValidator(48)],
        help_text=_("With fewer products than this the block is filled up or hidden."),
    )  # fmt: skip
    fallback = models.CharField(_("if there are too few"), max_length=16, choices=Fallback, default=Fallback.STAND_INS)
    rules = models.JSONField(_("rules"), default=list, blank=True)
    most_of_category = models.PositiveSmallIntegerField(
        _("of one category at most"), null=True, blank=True,
        help_text=_("As long as there are others. Empty: as suits the kind of list. 0: any number."),
    )  # fmt: skip
    most_of_brand = models.PositiveSmallIntegerField(
        _("of one brand at most"), default=0, help_text=_("As long as there are others. 0: any number.")
    )
    tires_after = models.PositiveSmallIntegerField(
        _("tired of it after"), null=True, blank=True,
        help_text=_(
            "What somebody saw so often and never clicked moves behind others. Empty: as the shop is set. 0: never."
        ),
    )  # fmt: skip
    lean_margin = models.PositiveSmallIntegerField(
        _("towards margin"), default=0, db_default=0, validators=[MaxValueValidator(100)],
        help_text=_("How far goods of which you keep more move up. 0: not at all."),
    )  # fmt: skip
    lean_stock = models.PositiveSmallIntegerField(
        _("towards full shelves"), default=0, db_default=0, validators=[MaxValueValidator(100)],
        help_text=_("How far goods of which much is left move up. 0: not at all."),
    )  # fmt: skip

    # A block is part of the page: it interrupts nobody, so nothing is counted out to a person, and `position` says its
    # turn.
    frequency = goal = arm = None  # type: ignore[assignment]

    objects = BlockQuerySet.as_manager()

    class Meta(Campaign.Meta):
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        ordering = ["slot", "position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(minimum__lte=F("limit")), name="personalization_block_minimum"),
            *Campaign.Meta.constraints,
        ]

    def __str__(self) -> str:
        return f"{self.slot}: {self.heading()}"

    @property
    def priority(self) -> int:  # type: ignore[override]
        """Its turn among the blocks of its place."""
        return self.position

    def heading(self) -> str:
        """The title in the reader's language; where the owner wrote none, the strategy's own."""
        if own := self.own_heading():
            return own
        # The code of a strategy may be gone; the owner's list must open all the same.
        return str(self.strategy_object().title) if self.strategy in strategies else self.strategy

    def own_heading(self) -> str:
        """The title that the owner wrote for the reader's language, if any."""
        language = (get_language() or "").split("-")[0]
        return str(self.titles.get(language, "")).strip()

    def strategy_object(self) -> Strategy:
        """The strategy behind the stored name. Raises UnknownName when its code is gone."""
        return strategies.get(self.strategy)

    @property
    def needs(self) -> tuple[str, ...]:
        """What its strategy can't do without; nothing where its code is gone."""
        return self.strategy_object().needs if self.strategy in strategies else ()

    def stand_ins(self) -> tuple[str, ...] | None:
        """The strategies that may fill it up; None leaves it to the strategy."""
        best = ("bestsellers",)
        named = {self.Fallback.HIDE: (), self.Fallback.BESTSELLERS: best, self.Fallback.ANY_BESTSELLERS: best}
        return named.get(self.Fallback(self.fallback))

    def rules_with(self, of_the_shop: tuple[Rule, ...]) -> Rules:
        """The rules of the whole shop, then its own."""
        return Rules(
            rules=of_the_shop + rules_from(self.rules),
            most_of_category=self.most_of_category,
            most_of_brand=self.most_of_brand,
            tires_after=conf.TIRES_AFTER if self.tires_after is None else self.tires_after,
            lean_margin=self.lean_margin,
            lean_stock=self.lean_stock,
            frees_stand_ins=self.fallback == self.Fallback.ANY_BESTSELLERS,
        )
