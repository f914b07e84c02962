from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("personalization", "0009_smaller_indexes")]

    operations = [
        migrations.RemoveConstraint(model_name="shopperlist", name="personalization_shopperlist_once"),
        migrations.AddField(
            model_name="shopperlist",
            name="task",
            field=models.CharField(
                choices=[("next", "to buy next"), ("novel", "to buy for the first time")],
                db_default="next",
                default="next",
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="shopperlist",
            constraint=models.UniqueConstraint(
                fields=("run", "user_id", "task"), name="personalization_shopperlist_once"
            ),
        ),
    ]
