"""What goes with a product, and what the set costs together."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Bundle(models.Model):
    """The companions of one product, best first: any of them go together with it and with each other."""

    product_id = models.BigIntegerField(primary_key=True)
    # The version of the model that it was composed from.
    run_id = models.BigIntegerField()
    composed_at = models.DateTimeField()
    companion_ids = ArrayField(models.BigIntegerField())
    scores = ArrayField(models.FloatField())
    # For which goods exactly Oscar was asked, and what it said; empty and null where no offer makes them cheaper.
    priced_ids = ArrayField(models.BigIntegerField(), default=list)
    full_price = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    reduced_price = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=12, blank=True)
    # What all offers of the shop said at that time.
    offers_key = models.CharField(max_length=64, blank=True)
    priced_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["run_id"], name="personalization_bundle_run")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reduced_price=None) | models.Q(reduced_price__lt=models.F("full_price")),
                name="personalization_bundle_saves",
            )
        ]

    def __str__(self) -> str:
        return f"{self.product_id} + {len(self.companion_ids)}"
