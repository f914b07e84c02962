from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("personalization", "0021_audience")]

    operations = [
        migrations.AddIndex(
            model_name="profile",
            index=models.Index(
                fields=["draw"], include=["person", "user_id", "revenue"], name="personalization_profile_draw"
            ),
        ),
    ]
