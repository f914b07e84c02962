"""The owner's banners."""

from django.core.validators import FileExtensionValidator, MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from personalization.campaigns.campaign import Campaign, CampaignQuerySet
from personalization.storefront.words import Told, own_language, told

__all__ = ["ALT", "BUTTON", "PARTS", "TEXT", "TITLE", "Banner", "Told", "own_language"]

TITLE, TEXT, BUTTON, ALT = PARTS = ("title", "text", "button", "alt")
PICTURES = ("jpg", "jpeg", "png", "webp", "avif", "gif")


class BannerQuerySet(CampaignQuerySet["Banner"]):
    """Named filters."""


class Banner(Campaign):
    """What a slot of the shop's pages shows to some people: words, a picture and a link."""

    slot = models.SlugField(
        _("place"), max_length=64,
        help_text=_("The place in the shop's pages, as the template names it, for example home-hero."),
    )  # fmt: skip
    # {"en": {"title": "…", "text": "…", "button": "…", "alt": "…"}}
    texts = models.JSONField(_("words"), default=dict, blank=True)
    picture = models.ImageField(
        _("picture"), upload_to="personalization/banners/", blank=True, max_length=200,
        validators=[FileExtensionValidator(PICTURES)],
        help_text=_("Wide, about 1600 pixels. It is cropped to fit: press on what must stay in sight."),
    )  # fmt: skip
    focus_x = models.PositiveSmallIntegerField(
        _("from the left, in %"), default=50, validators=[MaxValueValidator(100)]
    )
    focus_y = models.PositiveSmallIntegerField(_("from the top, in %"), default=50, validators=[MaxValueValidator(100)])
    link = models.CharField(
        _("leads to"), max_length=200, blank=True,
        help_text=_("A page of this shop, for example /catalogue/. Empty: it is there to be read."),
    )  # fmt: skip

    # A banner is part of the page: it interrupts nobody, so nothing is counted out to a person.
    frequency = goal = None  # type: ignore[assignment]

    objects = BannerQuerySet.as_manager()

    class Meta(Campaign.Meta):
        verbose_name = _("banner")
        verbose_name_plural = _("banners")
        ordering = ["slot", "priority", "pk"]

    def __str__(self) -> str:
        return self.name or self.words(TITLE).text or str(_("banner"))

    def words(self, part: str) -> Told:
        """What was written, in the reader's language; else in the shop's own, else in any."""
        return told(self.texts, part)
