"""A block may lean towards goods with more margin, or more in stock."""

import django.core.validators
from django.db import migrations, models


def dial(told: str, meaning: str) -> "models.PositiveSmallIntegerField[int, int]":
    """From 0 to 100."""
    return models.PositiveSmallIntegerField(
        db_default=0, default=0, help_text=meaning, validators=[django.core.validators.MaxValueValidator(100)],
        verbose_name=told,
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("personalization", "0024_campaign")]

    operations = [
        migrations.AddField(
            "block",
            "lean_margin",
            dial("towards margin", "How far goods of which you keep more move up. 0: not at all."),
        ),
        migrations.AddField(
            "block",
            "lean_stock",
            dial("towards full shelves", "How far goods of which much is left move up. 0: not at all."),
        ),
    ]
