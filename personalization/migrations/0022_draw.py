"""Random shares of everybody are read from an index.

Made so that it may meet its own work, as the one before.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("personalization", "0021_audience")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX IF NOT EXISTS personalization_profile_draw"
            " ON personalization_profile (draw) INCLUDE (person, user_id, revenue)",
            "DROP INDEX personalization_profile_draw",
            state_operations=[
                migrations.AddIndex(
                    model_name="profile",
                    index=models.Index(
                        fields=["draw"], include=["person", "user_id", "revenue"], name="personalization_profile_draw"
                    ),
                ),
            ],
        ),
    ]
