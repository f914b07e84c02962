"""What lists are made from: counts of what was done with goods, nobody's name in them, and who belongs together."""

from django.db import models


class Counts(models.Model):
    """What was done with a product."""

    units = models.BigIntegerField(default=0)
    revenue = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    orders = models.BigIntegerField(default=0)
    adds = models.BigIntegerField(default=0)
    views = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


class ListScope(models.Model):
    """A number for a region or a group of shoppers, so that millions of counts stay narrow; 0 is the whole shop."""

    name = models.CharField(max_length=160, unique=True)

    def __str__(self) -> str:
        return self.name


class ListCount(Counts):
    """One product in one hour, or in one day once the hours are old; `begins` is the first moment of either."""

    pk = models.CompositePrimaryKey("begins", "scope_id", "product_id")
    begins = models.DateTimeField()
    scope_id = models.IntegerField(default=0)
    product_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.begins:%Y-%m-%d %H:%M} {self.product_id}"


class ListTotal(Counts):
    """One product in one period as of the last refresh: the sum of its counts from the period's first moment on."""

    pk = models.CompositePrimaryKey("period", "scope_id", "product_id")
    period = models.CharField(max_length=8)
    scope_id = models.IntegerField(default=0)
    product_id = models.BigIntegerField()
    # Lists that hold it are sorted anew.
    is_changed = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["period", "scope_id", "product_id"],
                name="personalization_total_changed",
                condition=models.Q(is_changed=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.product_id}"


class ListClock(models.Model):
    """How far the sums go: one row. What comes to lie before `open_since` came late, and is noted as a `LateHour`."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    open_since = models.DateTimeField()
    refreshed_at = models.DateTimeField()
    is_filled = models.BooleanField(default=False)
    # What the sums were made with; with anything else they are made again from the beginning.
    bulk_quantity = models.IntegerField()
    groupings = models.TextField(blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="personalization_list_clock_once")]

    def __str__(self) -> str:
        return f"{self.refreshed_at:%Y-%m-%d %H:%M}"


class LateHour(models.Model):
    """An hour that was summed and then changed: an event came late, an order was cancelled, a visitor was a bot.

    A trigger of the log adds the rows, whoever writes. Rows are only added, so that no page waits for a refresh.
    """

    id = models.BigAutoField(primary_key=True)
    begins = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.begins:%Y-%m-%d %H:%M}"


class ShopperGroup(models.Model):
    """An account in a group of people alike, by one of the ways of grouping; worked out overnight."""

    user_id = models.BigIntegerField()
    grouping = models.CharField(max_length=32)
    # Whoever shares it is in the same group.
    key = models.CharField(max_length=100)
    # What the group is called, in parts that the grouping puts into words.
    parts = models.JSONField(default=dict)
    grouped_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_id", "grouping"], name="personalization_group_once")]

    def __str__(self) -> str:
        return f"{self.grouping} {self.key}"
