"""The page of one customer as Django's admin knows it, and who looked at whom."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from personalization.people.profiles.models import Profile


class Customer(Profile):
    """Stands for the page, with a name and a permission of its own; its rows are the profiles."""

    class Meta:
        proxy = True
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        default_permissions = ("view",)


class Way(models.TextChoices):
    """How somebody was found. `LINK`: by a link of a list, or by the address itself."""

    EMAIL = "email", _("e-mail")
    NAME = "name", _("name")
    PHONE = "phone", _("phone")
    ORDER = "order", _("order number")
    CARD = "card", _("card number")
    VISITOR = "visitor", _("number of a visitor")
    LINK = "link", _("a link")


class CustomerLook(models.Model):
    """Somebody of the staff looked at a customer. An erasure leaves the line, without the customer."""

    id = models.BigAutoField(primary_key=True)
    looked_at = models.DateTimeField(_("when"))
    # No foreign keys: the line outlives both.
    reader_id = models.BigIntegerField(_("who looked"))
    user_id = models.BigIntegerField(_("account"), null=True, blank=True)
    visitor_id = models.UUIDField(_("visitor"), null=True, blank=True)
    found_by = models.CharField(_("way of finding"), max_length=8, choices=Way, default=Way.LINK)

    class Meta:
        verbose_name = _("look at a customer")
        verbose_name_plural = _("looks at customers")
        ordering = ["-pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["user_id"], name="personalization_look_user"),
            models.Index(fields=["visitor_id"], name="personalization_look_visitor"),
        ]

    def __str__(self) -> str:
        return f"{self.looked_at:%Y-%m-%d %H:%M}"
