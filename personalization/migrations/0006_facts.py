import datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("personalization", "0005_rule_scope"),
    ]

    operations = [
        migrations.AddField(
            model_name="productfact",
            name="usual_gap_days",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="pricechange",
            name="held_until",
            # Nothing has written such a row before; of one, nobody would know what a shopper saw.
            field=models.DateTimeField(default=datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="pricechange",
            constraint=models.CheckConstraint(
                condition=models.Q(("held_until__lte", models.F("changed_at"))),
                name="personalization_price_held_before",
            ),
        ),
    ]
