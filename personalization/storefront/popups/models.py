"""The owner's pop-ups, and the ledger of what interrupted whom."""

import uuid
from typing import Any

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from personalization.campaigns.audience import Audience
from personalization.campaigns.campaign import Campaign, CampaignQuerySet
from personalization.storefront.popups.designs.design import Design, design_choices, designs
from personalization.storefront.triggers.trigger import Trigger, trigger_choices, triggers
from personalization.storefront.words import told

TITLE, TEXT, BUTTON, THANKS, ANSWERS, AGREE = PARTS = ("title", "text", "button", "thanks", "answers", "agree")


def seldom() -> dict[str, int]:
    """How often a new pop-up comes, until its owner says otherwise: see `campaigns/frequency.py`."""
    return {"visit": 1, "day": 1, "week": 2, "total": 5, "gap": 24}


class PopupQuerySet(CampaignQuerySet["Popup"]):
    """Named filters."""


class Popup(Campaign):
    """Something that comes up over a page, once its moment has come."""

    class Where(models.TextChoices):
        """On which pages; never in the checkout."""

        ANYWHERE = "", _("on any page")
        HOME = "home", _("on the home page")
        PRODUCT = "product", _("on the pages of products")
        CATEGORY = "category", _("on the pages of categories")
        SEARCH = "search", _("on the results of a search")
        BASKET = "basket", _("on the page of the basket")

    class Look(models.TextChoices):
        """How much room it takes; on phones it is a sheet at the foot of the screen."""

        DIALOG = "dialog", _("in the middle, over the page")
        CORNER = "corner", _("a card in the corner; the page stays usable")

    design = models.CharField(_("what it holds"), max_length=32, choices=design_choices, default="message")
    design_parameters = models.JSONField(_("settings of what it holds"), default=dict, blank=True)
    # {"en": {"title": "…", "text": "…", "button": "…", "thanks": "…"}}, drawn by `text.py`.
    texts = models.JSONField(_("words"), default=dict, blank=True)
    link = models.CharField(
        _("the button leads to"), max_length=200, blank=True,
        help_text=_("A page of this shop, for example /catalogue/. Empty: the button only closes the pop-up."),
    )  # fmt: skip
    look = models.CharField(_("look"), max_length=8, choices=Look, default=Look.DIALOG)
    trigger = models.CharField(_("when it comes"), max_length=32, choices=trigger_choices, default="visit_number")
    trigger_parameters = models.JSONField(_("settings of the moment"), default=dict, blank=True)
    where = models.CharField(_("where"), max_length=16, choices=Where, default=Where.ANYWHERE, blank=True)
    frequency = models.JSONField(_("how often"), default=seldom, blank=True)

    objects = PopupQuerySet.as_manager()

    class Meta(Campaign.Meta):
        verbose_name = _("pop-up")
        verbose_name_plural = _("pop-ups")
        ordering = ["priority", "pk"]

    def __str__(self) -> str:
        return self.name or self.words(TITLE) or str(_("pop-up"))

    def words(self, part: str) -> str:
        """What was written, in the reader's language; else in the shop's own, else in any."""
        return told(self.texts, part).text

    @cached_property
    def moment(self) -> dict[str, Any]:
        """The settings of its trigger, clean; a form for each of hundreds would cost more than all the rest."""
        trigger = self.trigger_object()
        return {} if trigger is None else trigger.clean(self.trigger_parameters)

    @cached_property
    def meant(self) -> Audience:
        """Whom it is for, read once: a process keeps the pop-ups, and each page asks all of them."""
        return self.for_whom

    @property
    def held(self) -> dict[str, Any]:
        """What its design goes by: its settings, its number, and words that are more than read."""
        return {**self.design_parameters, "popup": self.pk, ANSWERS: self.words(ANSWERS), AGREE: self.words(AGREE)}

    def design_object(self) -> Design | None:
        """The design behind the stored name, if its code is there."""
        return designs.get(self.design) if self.design in designs else None

    def trigger_object(self) -> Trigger | None:
        """The trigger behind the stored name, if its code is there."""
        return triggers.get(self.trigger) if self.trigger in triggers else None


class PopupShowing(models.Model):
    """A line of the ledger: a pop-up interrupted somebody, and what became of it."""

    class Outcome(models.TextChoices):
        """What the person did."""

        SHOWN = "", _("shown")
        CLOSED = "closed", _("closed")
        CLICKED = "clicked", _("button pressed")
        ANSWERED = "answered", _("answered")

    # Drawn by lot: the browser says it back, and it leads to nobody.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    popup = models.ForeignKey(Popup, models.CASCADE, verbose_name=_("pop-up"), related_name="showings")
    visitor_id = models.UUIDField(_("visitor"), null=True, blank=True)
    user_id = models.BigIntegerField(_("account"), null=True, blank=True)
    visit_id = models.UUIDField(_("visit"), null=True, blank=True)
    shown_at = models.DateTimeField(_("shown at"))
    outcome = models.CharField(
        _("what became of it"), max_length=16, choices=Outcome, default=Outcome.SHOWN, blank=True
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    # The number of the answer that was chosen in a survey.
    answer = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    # What staff see is shown to no shopper, and stands in no figure.
    is_counted = models.BooleanField(_("counted"), default=True)

    class Meta:
        verbose_name = _("showing of a pop-up")
        verbose_name_plural = _("showings of pop-ups")
        indexes = [
            models.Index(
                fields=["visitor_id"], name="personalization_popup_visitor",
                condition=models.Q(visitor_id__isnull=False),
            ),
            models.Index(
                fields=["user_id"], name="personalization_popup_user", condition=models.Q(user_id__isnull=False)
            ),
            models.Index(fields=["popup", "shown_at"], name="personalization_popup_shown"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.popup_id}, {self.shown_at:%Y-%m-%d %H:%M}"
