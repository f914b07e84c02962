"""Looks at customers, and the name under which staff may be let to them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("personalization", "0018_clusters"),
    ]

    operations = [
        migrations.CreateModel(
            name="Customer",
            fields=[],
            options={
                "verbose_name": "customer",
                "verbose_name_plural": "customers",
                "proxy": True,
                "default_permissions": ("view",),
                "indexes": [],
                "constraints": [],
            },
            bases=("personalization.profile",),
        ),
        migrations.CreateModel(
            name="CustomerLook",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("looked_at", models.DateTimeField(verbose_name="when")),
                ("reader_id", models.BigIntegerField(verbose_name="who looked")),
                ("user_id", models.BigIntegerField(blank=True, null=True, verbose_name="account")),
                ("visitor_id", models.UUIDField(blank=True, null=True, verbose_name="visitor")),
                (
                    "found_by",
                    models.CharField(
                        choices=[
                            ("email", "e-mail"),
                            ("name", "name"),
                            ("phone", "phone"),
                            ("order", "order number"),
                            ("card", "card number"),
                            ("visitor", "number of a visitor"),
                            ("link", "a link"),
                        ],
                        default="link",
                        max_length=8,
                        verbose_name="way of finding",
                    ),
                ),
            ],
            options={
                "verbose_name": "look at a customer",
                "verbose_name_plural": "looks at customers",
                "ordering": ["-pk"],
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(fields=["user_id"], name="personalization_look_user"),
                    models.Index(fields=["visitor_id"], name="personalization_look_visitor"),
                ],
            },
        ),
    ]
