"""One row for each person, and how far the rows go."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class Profile(models.Model):
    """What the log says of one person. An empty column means: not enough is known.

    `person` is the visitor's id; of an account, its number as a UUID (the SQL function `personalization_person`).
    """

    person = models.UUIDField(_("person"), primary_key=True, editable=False)
    user_id = models.BigIntegerField(_("account"), null=True, blank=True, unique=True)
    # One of ten thousand, by a hash of the person: a random share of people is the same people each time.
    draw = models.SmallIntegerField(default=0, editable=False)
    first_seen_at = models.DateTimeField(_("first seen"))
    last_seen_at = models.DateTimeField(_("last seen"))

    # --- orders ---
    orders = models.IntegerField(_("orders"), default=0)
    units = models.IntegerField(_("pieces bought"), default=0)
    revenue = models.DecimalField(_("revenue"), max_digits=16, decimal_places=2, default=0)
    first_order_at = models.DateTimeField(_("first order"), null=True, blank=True)
    last_order_at = models.DateTimeField(_("last order"), null=True, blank=True)
    average_order = models.DecimalField(_("average order"), max_digits=14, decimal_places=2, null=True, blank=True)
    average_units = models.FloatField(_("pieces an order"), null=True, blank=True)
    order_gap_days = models.FloatField(_("days between orders"), null=True, blank=True)
    # 0 to 1: of the revenue, what was bought below its usual price; of the pieces bought, those that came back.
    discount_share = models.FloatField(_("bought at a discount"), null=True, blank=True)
    returns = models.IntegerField(_("pieces returned"), default=0)
    # Fifths of the shop's customers, 5 is best (Hughes 1994): how recently, how often, for how much.
    recency_score = models.SmallIntegerField(_("recency"), null=True, blank=True)
    frequency_score = models.SmallIntegerField(_("frequency"), null=True, blank=True)
    monetary_score = models.SmallIntegerField(_("monetary"), null=True, blank=True)
    # Thirds of the shop's customers by what they pay against what is usual in each category: 1 low, 2 middle, 3 high.
    price_tier = models.SmallIntegerField(_("price tier"), null=True, blank=True)
    price_tiers = models.JSONField(_("price tier by category"), default=dict, blank=True)
    # What the tiers are made from: each department, the pieces bought there, and what was paid for them.
    departments = ArrayField(models.BigIntegerField(), verbose_name=_("departments"), default=list, blank=True)
    department_units = ArrayField(models.BigIntegerField(), verbose_name=_("pieces in each"), default=list, blank=True)
    department_paid = ArrayField(
        models.DecimalField(max_digits=16, decimal_places=2), verbose_name=_("paid in each"), default=list, blank=True
    )

    # --- tastes: shares of one, newer deeds count more; {"category id": share}, {"brand": share} ---
    categories = models.JSONField(_("categories"), default=dict, blank=True)
    brands = models.JSONField(_("brands"), default=dict, blank=True)

    # --- behaviour ---
    visits = models.IntegerField(_("visits"), default=0)
    visit_gap_days = models.FloatField(_("days between visits"), null=True, blank=True)
    views = models.IntegerField(_("products viewed"), default=0)
    viewed_at = models.DateTimeField(_("last view"), null=True, blank=True)
    searches = models.IntegerField(_("searches"), default=0)
    searched_at = models.DateTimeField(_("last search"), null=True, blank=True)
    # The last thing put into the basket that was neither bought nor taken out since.
    left_in_basket_at = models.DateTimeField(_("left in the basket"), null=True, blank=True)
    device = models.CharField(_("device"), max_length=16, default="", blank=True)
    language = models.CharField(_("language"), max_length=16, default="", blank=True)
    source = models.CharField(_("came first from"), max_length=100, default="", blank=True)
    region = models.CharField(_("region"), max_length=100, default="", blank=True)
    store = models.CharField(_("favourite store"), max_length=100, default="", blank=True)
    # Monday is 0; in the shop's time zone.
    weekday = models.SmallIntegerField(_("usual weekday"), null=True, blank=True)
    hour = models.SmallIntegerField(_("usual hour"), null=True, blank=True)
    # What the shop itself knows of its customers, by the hook PERSONALIZATION_DEMOGRAPHICS.
    demographics = models.JSONField(_("demographics"), default=dict, blank=True)

    # --- predictions, within PERSONALIZATION_HORIZON ---
    expected_orders = models.FloatField(_("expected orders"), null=True, blank=True)
    expected_revenue = models.FloatField(_("expected revenue"), null=True, blank=True)
    # 0 to 1: the chance that no order comes within the horizon.
    churn_risk = models.FloatField(_("churn risk"), null=True, blank=True)
    next_order_at = models.DateTimeField(_("next order expected"), null=True, blank=True)
    predicted_at = models.DateTimeField(_("predicted"), null=True, blank=True)

    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        indexes = [
            # A count of many people looks at those whose draw is low, and of all at nothing but these columns.
            models.Index(
                fields=["draw"], name="personalization_profile_draw", include=["person", "user_id", "revenue"]
            ),
            models.Index(fields=["last_seen_at"], name="personalization_profile_seen"),
            models.Index(
                fields=["last_order_at"],
                name="personalization_profile_order",
                condition=models.Q(last_order_at__isnull=False),
            ),
            GinIndex(fields=["demographics"], name="personalization_profile_known"),
        ]

    def __str__(self) -> str:
        return str(self.user_id or str(self.person)[:8])


class ProfileClock(models.Model):
    """How far the rows go: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    # The next refreshment reads the log from this id on; what enters it below the other one is noted (`ProfileNote`).
    # Between the two lies the time of a refreshment: a writer who still saw the clock of before is read all the same.
    read_from = models.UUIDField()
    noted_before = models.UUIDField()
    # Where the shop's fifths and thirds lie: see `scores`.
    borders = models.JSONField(default=dict)
    refreshed_at = models.DateTimeField()
    # Empty until everybody was gone through for the first time.
    rebuilt_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="personalization_profile_clock")]

    def __str__(self) -> str:
        return f"{self.refreshed_at:%Y-%m-%d %H:%M}"


class ProfileNote(models.Model):
    """Somebody whose past has changed: written by a trigger of the log, taken off by the next refreshment."""

    id = models.BigAutoField(primary_key=True)
    user_id = models.BigIntegerField(_("account"), null=True)
    visitor_id = models.UUIDField(_("visitor"), null=True)

    class Meta:
        verbose_name = _("note of a changed past")
        verbose_name_plural = _("notes of changed pasts")

    def __str__(self) -> str:
        return str(self.user_id or self.visitor_id)
