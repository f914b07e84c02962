"""A block is for everybody, or for people in some segments."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("personalization", "0020_journey")]

    operations = [
        migrations.AddField(
            model_name="block",
            name="audience",
            field=models.JSONField(blank=True, default=dict, verbose_name="to whom"),
        ),
    ]
