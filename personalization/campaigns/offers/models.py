"""An offer, the codes that it gave to people, and the places in its budget."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from personalization.campaigns.campaign import Campaign, CampaignQuerySet
from personalization.campaigns.offers.trigger import trigger_choices

ALL_AT_ONCE = "segment"


class PersonalOfferQuerySet(CampaignQuerySet["PersonalOffer"]):
    """Named filters."""

    def by_code(self) -> "PersonalOfferQuerySet":
        """Those whose people get a code each."""
        return self.filter(way=PersonalOffer.Way.CODE)


class PersonalOffer(Campaign):
    """A lower price for some people. Oscar's ConditionalOffer of number `shop_offer_id` carries it out."""

    class Way(models.TextChoices):
        """How people come by it."""

        CODE = "code", _("by a code of their own")
        OPEN = "open", _("at once, without a code")

    class Kind(models.TextChoices):
        """What is taken off."""

        PERCENT = "percent", _("per cent of the price")
        AMOUNT = "amount", _("an amount off the basket")

    class Off(models.TextChoices):
        """Why it was switched off by itself."""

        USED_UP = "used_up", _("its budget is used up")
        NO_CODES = "no_codes", _("its codes are all given out, and none of them can be used any more")

    title = models.CharField(
        _("what shoppers read"), max_length=80, help_text=_("For example: 10 % off coffee. It stands in their basket.")
    )
    way = models.CharField(_("how they come by it"), max_length=8, choices=Way, default=Way.CODE)
    kind = models.CharField(_("taken off"), max_length=8, choices=Kind, default=Kind.PERCENT)
    value = models.DecimalField(
        _("how much"), max_digits=12, decimal_places=2, default=Decimal(10),
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("10 is 10 %, or 10 of the shop's currency off the basket."),
    )  # fmt: skip
    # {"categories": [ids], "products": [ids]}; empty is everything.
    goods = models.JSONField(_("off what"), default=dict, blank=True)
    least_basket = models.DecimalField(
        _("from a basket of"), max_digits=12, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("Only if these goods come to so much. Empty: any basket."),
    )  # fmt: skip
    days_valid = models.PositiveSmallIntegerField(
        _("a code is valid for so many days"), default=14, validators=[MinValueValidator(1), MaxValueValidator(730)],
    )  # fmt: skip

    trigger = models.CharField(
        _("who gets a code, and when"), max_length=32, choices=trigger_choices, default=ALL_AT_ONCE
    )
    parameters = models.JSONField(_("settings of that"), default=dict, blank=True)

    most_codes = models.PositiveIntegerField(
        _("give out at most so many codes"), null=True, blank=True, validators=[MinValueValidator(1)],
        help_text=_("Empty: as many as there are people for it."),
    )  # fmt: skip
    most_uses = models.PositiveIntegerField(
        _("at most so many uses"), null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1_000_000)],
        help_text=_("Orders with this offer, of all people together. Empty: any number."),
    )  # fmt: skip
    most_spent = models.DecimalField(
        _("give away at most"), max_digits=12, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("The sum of all discounts. Needs “off one order at most”, so that it always holds."),
    )  # fmt: skip
    most_off = models.DecimalField(
        _("off one order at most"), max_digits=12, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )  # fmt: skip
    most_percent = models.PositiveSmallIntegerField(
        _("never more off one product than, in %"), null=True, blank=True, default=30,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Measured against its usual price: what is reduced already is lowered no further than this."),
    )  # fmt: skip
    least_margin = models.PositiveSmallIntegerField(
        _("keep a margin of at least, in %"), null=True, blank=True, validators=[MaxValueValidator(99)],
        help_text=_("Of goods whose margin the shop tells. Empty: whatever is left."),
    )  # fmt: skip

    # --- kept by the app ---
    shop_offer_id = models.BigIntegerField(null=True, blank=True, unique=True, editable=False)
    # Counts its changes: a process that remembers an earlier one asks again.
    revision = models.PositiveIntegerField(default=0, editable=False)
    off_reason = models.CharField(max_length=16, choices=Off, default="", blank=True, editable=False)

    # Nobody is shown an offer, so nothing of a showing is counted out; its goal is an order.
    frequency = goal = None  # type: ignore[assignment]

    objects = PersonalOfferQuerySet.as_manager()

    # What may change without the offer becoming another one for Oscar.
    OWN = ("shop_offer_id", "revision", "off_reason")
    NOT_KEPT = (*Campaign.NOT_KEPT, *OWN)

    class Meta(Campaign.Meta):
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(most_spent=None) | Q(most_off__isnull=False), name="personalization_offer_budget"
            ),
            *Campaign.Meta.constraints,
        ]

    def __str__(self) -> str:
        return self.name or self.title

    @property
    def is_by_code(self) -> bool:
        """Each of its people gets a code."""
        return self.way == self.Way.CODE

    @property
    def is_limited(self) -> bool:
        """It has a budget, of uses or of money, and so places in it."""
        return self.most_uses is not None or self.most_spent is not None

    @property
    def categories(self) -> list[int]:
        """Off which categories, with those below them."""
        return _ids(self.goods, "categories")

    @property
    def products(self) -> list[int]:
        """Off which products."""
        return _ids(self.goods, "products")

    def copied(self, **changed: object) -> "PersonalOffer":
        """A copy has no codes and no offer of Oscar's yet."""
        return super().copied(**{"shop_offer_id": None, "revision": 0, "off_reason": ""} | changed)


class PersonalCode(models.Model):
    """A code and whose it is: who gave it to whom, when and why, and the order in which it was used.

    `person` is the number that the person has in profiles and segments. The voucher of Oscar's carries the discount;
    without a row here nobody can use it.
    """

    id = models.BigAutoField(primary_key=True)
    offer = models.ForeignKey(PersonalOffer, on_delete=models.CASCADE, related_name="codes", verbose_name=_("offer"))
    person = models.UUIDField(_("person"))
    code = models.CharField(_("code"), max_length=32, unique=True)
    voucher_id = models.BigIntegerField(null=True, unique=True)
    # What it was given for, once each: "once", a birthday's year, the number of an order.
    occasion = models.CharField(_("occasion"), max_length=64, default="once")
    reason = models.CharField(_("given because of"), max_length=64)
    # The login of the member of staff who gave it by hand; empty where a rule did.
    asked_by = models.CharField(_("given by"), max_length=64, default="", blank=True)
    issued_at = models.DateTimeField(_("given"))
    expires_at = models.DateTimeField(_("valid until"))
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    order_number = models.CharField(_("in the order"), max_length=128, default="", blank=True)

    class Meta:
        verbose_name = _("personal code")
        verbose_name_plural = _("personal codes")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "person", "occasion"], name="personalization_code_once"),
        ]
        indexes = [
            models.Index(fields=["person", "expires_at"], name="personalization_code_person"),
            models.Index(
                fields=["expires_at"], name="personalization_code_expires",
                condition=Q(used_at=None, withdrawn_at=None),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.code


class OfferUse(models.Model):
    """A place in an offer's budget: free, held by a basket on its way through the checkout, or used by an order.

    Of an offer without a budget there are those rows only that are held or used.
    """

    id = models.BigAutoField(primary_key=True)
    offer = models.ForeignKey(PersonalOffer, on_delete=models.CASCADE, related_name="uses", verbose_name=_("offer"))
    code = models.ForeignKey(
        PersonalCode, null=True, blank=True, on_delete=models.SET_NULL, related_name="uses", verbose_name=_("code")
    )
    basket_id = models.BigIntegerField(null=True, blank=True)
    held_until = models.DateTimeField(_("held until"), null=True, blank=True)
    order_id = models.BigIntegerField(null=True, blank=True)
    order_number = models.CharField(_("order"), max_length=128, default="", blank=True)
    amount = models.DecimalField(_("discount"), max_digits=12, decimal_places=2, null=True, blank=True)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    class Meta:
        verbose_name = _("use of an offer")
        verbose_name_plural = _("uses of offers")
        constraints = [
            # One code, one order, and one order takes one place of an offer: whatever the code above may think.
            models.UniqueConstraint(
                fields=["code"], condition=Q(order_id__isnull=False, code__isnull=False),
                name="personalization_use_code",
            ),
            models.UniqueConstraint(
                fields=["offer", "order_id"], condition=Q(order_id__isnull=False), name="personalization_use_order"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["offer", "id"], name="personalization_use_place", condition=Q(order_id=None)
            ),
            models.Index(fields=["basket_id"], name="personalization_use_basket", condition=Q(order_id=None)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.offer_id}: {self.order_number or self.basket_id or '-'}"


def _ids(goods: object, name: str) -> list[int]:
    found = goods.get(name) if isinstance(goods, dict) else None
    return [one for one in found if type(one) is int] if isinstance(found, list) else []
