import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('personalization', '0014_history'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchClock',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('followed_until', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='personalization_search_clock_once')],
            },
        ),
        migrations.CreateModel(
            name='SearchDeed',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('visit_id', models.UUIDField()),
                ('visitor_id', models.UUIDField()),
                ('user_id', models.BigIntegerField(null=True)),
                ('words', models.CharField(max_length=200)),
                ('single', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), size=None)),
                ('product_id', models.BigIntegerField()),
                ('weight', models.FloatField()),
                ('done_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['visit_id'], name='personalization_search_visit'), models.Index(fields=['words'], name='personalization_search_words'), models.Index(fields=['done_at'], name='personalization_search_done'), models.Index(fields=['visitor_id'], name='personalization_search_visitor'), models.Index(condition=models.Q(('user_id__isnull', False)), fields=['user_id'], name='personalization_search_user'), django.contrib.postgres.indexes.GinIndex(fields=['single'], name='personalization_search_single')],
            },
        ),
        migrations.CreateModel(
            name='SearchList',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('scope', models.CharField(choices=[('words', 'the same words'), ('any_order', 'the same words in any order'), ('one_word', 'one word of it')], max_length=16)),
                ('words', models.CharField(max_length=200)),
                ('product_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('scores', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
                ('people', models.IntegerField()),
                ('refreshed_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('scope', 'words'), name='personalization_searchlist_once')],
            },
        ),
    ]
