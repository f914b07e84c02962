"""A block is for everybody, or for people in some segments.

Made so that it may meet its own work: for a while this migration and the next bore each other's numbers, and a
database that knows them by those names has the column already.
"""

from django.db import migrations, models

_ADD = [
    "ALTER TABLE personalization_block ADD COLUMN IF NOT EXISTS audience jsonb NOT NULL DEFAULT '{}'",
    "ALTER TABLE personalization_block ALTER COLUMN audience DROP DEFAULT",
]


class Migration(migrations.Migration):
    dependencies = [("personalization", "0020_journey")]

    operations = [
        migrations.RunSQL(
            _ADD,
            "ALTER TABLE personalization_block DROP COLUMN audience",
            state_operations=[
                migrations.AddField(
                    model_name="block",
                    name="audience",
                    field=models.JSONField(blank=True, default=dict, verbose_name="to whom"),
                ),
            ],
        ),
    ]
