"""Blocks take part in the vocabulary of campaigns: a status in place of a switch, a name, and hours.

Servers of the version before ask for the switch that is gone: they show no blocks until they are started anew.
"""

from django.db import migrations, models

STATUS = "UPDATE personalization_block SET status = CASE WHEN is_active THEN 'live' ELSE 'paused' END"
SWITCH = "UPDATE personalization_block SET is_active = (status = 'live')"


class Migration(migrations.Migration):
    dependencies = [("personalization", "0023_segmentclock")]

    operations = [
        migrations.AddField(
            "block", "name",
            models.CharField(
                blank=True, default="", help_text="For you and your colleagues; shoppers never see it.",
                max_length=100, verbose_name="name",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "block", "status",
            models.CharField(
                choices=[("draft", "draft"), ("live", "live"), ("paused", "paused"), ("ended", "ended"),
                         ("archived", "archived")],
                default="live", max_length=16, verbose_name="status",
            ),
        ),
        migrations.AddField("block", "hours", models.JSONField(blank=True, default=dict, verbose_name="hours")),
        migrations.RunSQL(STATUS, reverse_sql=SWITCH),
        migrations.RemoveField("block", "is_active"),
    ]  # fmt: skip
