"""Groups that the machine finds, and who is in them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("personalization", "0017_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Cluster",
            fields=[
                ("number", models.PositiveSmallIntegerField(primary_key=True, serialize=False, verbose_name="number")),
                ("people", models.BigIntegerField(default=0, verbose_name="people")),
                ("found_at", models.DateTimeField(verbose_name="first found")),
                ("seen_at", models.DateTimeField(blank=True, null=True, verbose_name="last found")),
                ("facts", models.JSONField(blank=True, default=dict, verbose_name="what sets them apart")),
            ],
            options={
                "verbose_name": "group of people alike",
                "verbose_name_plural": "groups of people alike",
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="ClusterMember",
            fields=[
                ("person", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField(verbose_name="group")),
                ("since", models.DateTimeField(verbose_name="since")),
            ],
            options={
                "verbose_name": "person in a group",
                "verbose_name_plural": "people in groups",
                "indexes": [models.Index(fields=["number"], name="personalization_cluster_number")],
            },
        ),
    ]
