"""One narrow row for each listed product, and what became of its price."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class ProductFact(models.Model):
    """A listed product as of the last look at the catalogue. Prices are those of a stranger, by the shop's strategy."""

    product_id = models.BigIntegerField(primary_key=True)
    # The deepest category first, those above it after it.
    category_ids = ArrayField(models.BigIntegerField(), default=list)
    brand = models.CharField(max_length=255, blank=True)
    attributes = models.JSONField(default=dict)
    price = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=12, blank=True)
    # The dearest that it was within the last thirty days: what a discount is measured against.
    usual_price = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    is_buyable = models.BooleanField(default=False)
    restocked_at = models.DateTimeField(null=True)
    listed_at = models.DateTimeField()
    margin = models.FloatField(null=True)
    # Pieces that can be bought; null where the shop does not count them.
    left = models.IntegerField(null=True)
    # Which share of the goods of its deepest category is cheaper: 0 the cheapest, 1 the dearest.
    price_place = models.FloatField(null=True)
    # After how many days shoppers usually buy it again: the median over all who did.
    usual_gap_days = models.FloatField(null=True)
    looked_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["-restocked_at"], name="personalization_fact_restock"),
            models.Index(fields=["-listed_at"], name="personalization_fact_listed"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}"


class PriceChange(models.Model):
    """A price of a listed product was another one at the last look.

    It changed between two looks: `held_until` is the one that still saw the price before, `changed_at` the one that
    did not. Whoever looked in between may have seen either.
    """

    id = models.BigAutoField(primary_key=True)
    product_id = models.BigIntegerField()
    held_until = models.DateTimeField()
    changed_at = models.DateTimeField()
    before = models.DecimalField(max_digits=14, decimal_places=2)
    price = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        indexes = [models.Index(fields=["product_id", "changed_at"], name="personalization_price_product")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(held_until__lte=models.F("changed_at")), name="personalization_price_held_before"
            )
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.before} -> {self.price}"
