import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("personalization", "0010_novel")]

    operations = [
        migrations.CreateModel(
            name="Bundle",
            fields=[
                ("product_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("run_id", models.BigIntegerField()),
                ("composed_at", models.DateTimeField()),
                (
                    "companion_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                ("scores", django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
                (
                    "priced_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("full_price", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("reduced_price", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("currency", models.CharField(blank=True, max_length=12)),
                ("offers_key", models.CharField(blank=True, max_length=64)),
                ("priced_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["run_id"], name="personalization_bundle_run")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reduced_price", None),
                            ("reduced_price__lt", models.F("full_price")),
                            _connector="OR",
                        ),
                        name="personalization_bundle_saves",
                    )
                ],
            },
        ),
    ]
