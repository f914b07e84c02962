"""Doors, and the ways in that each of them has."""

from django.core.validators import FileExtensionValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from personalization.storefront.words import Told, told

TITLE = "title"
PICTURES = ("jpg", "jpeg", "png", "webp", "avif", "gif")


class InterestDoor(models.Model):
    """A question of what somebody came for, with two to four answers."""

    slot = models.SlugField(
        _("place"), max_length=64, unique=True,
        help_text=_("As the template names it, for example home: {% interest_door \"home\" %}"),
    )  # fmt: skip
    # {"en": {"title": "…"}}
    texts = models.JSONField(_("words"), default=dict, blank=True)
    is_active = models.BooleanField(
        _("open"), default=True, help_text=_("A closed door is not shown; what was chosen is kept.")
    )
    note = models.TextField(_("note"), blank=True, help_text=_("For you and your colleagues; shoppers never see it."))

    class Meta:
        verbose_name = _("interest door")
        verbose_name_plural = _("interest doors")
        ordering = ["slot"]

    def __str__(self) -> str:
        return self.title.text or self.slot

    @property
    def title(self) -> Told:
        """What is asked."""
        return told(self.texts, TITLE)


class DoorChoice(models.Model):
    """One way in: a heading, a picture, and the categories whose goods move up from then on."""

    door = models.ForeignKey(InterestDoor, models.CASCADE, related_name="choices", verbose_name=_("door"))
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    texts = models.JSONField(_("words"), default=dict, blank=True)
    picture = models.ImageField(
        _("picture"), upload_to="personalization/doors/", blank=True, max_length=200,
        validators=[FileExtensionValidator(PICTURES)], help_text=_("About 600 pixels wide."),
    )  # fmt: skip
    categories = models.JSONField(_("categories"), default=list, blank=True)

    class Meta:
        verbose_name = _("way in")
        verbose_name_plural = _("ways in")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title.text or f"#{self.pk}"

    @property
    def title(self) -> Told:
        """What it is called."""
        return told(self.texts, TITLE)

    @property
    def category_ids(self) -> tuple[int, ...]:
        """Whatever else stands there by accident is none."""
        listed = self.categories if isinstance(self.categories, list) else []
        return tuple(one for one in listed if type(one) is int)
