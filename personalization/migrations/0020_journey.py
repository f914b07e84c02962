"""A row for each visit: how far it went, and by which touchpoints."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('personalization', '0019_looks'),
    ]

    operations = [
        migrations.CreateModel(
            name='Journey',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('visitor_id', models.UUIDField(verbose_name='visitor')),
                ('user_id', models.BigIntegerField(blank=True, null=True, verbose_name='account')),
                ('started_at', models.DateTimeField(verbose_name='began')),
                ('source', models.CharField(blank=True, default='', max_length=100, verbose_name='source')),
                ('medium', models.CharField(blank=True, default='', max_length=100, verbose_name='medium')),
                ('device', models.CharField(blank=True, default='', max_length=16, verbose_name='device')),
                ('deepest', models.SmallIntegerField(choices=[(0, 'Visit'), (1, 'Product viewed'), (2, 'Put into the basket'), (3, 'Checkout begun'), (4, 'Order placed')], verbose_name='came as far as')),
                ('viewed_at', models.DateTimeField(blank=True, null=True)),
                ('added_at', models.DateTimeField(blank=True, null=True)),
                ('checkout_at', models.DateTimeField(blank=True, null=True)),
                ('ordered_at', models.DateTimeField(blank=True, null=True)),
                ('path', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), blank=True, default=list, size=None, verbose_name='way')),
            ],
            options={
                'verbose_name': 'journey',
                'verbose_name_plural': 'journey',
                'default_permissions': (),
                'indexes': [models.Index(fields=['visitor_id'], name='personalization_journey_vis'), models.Index(condition=models.Q(('user_id__isnull', False)), fields=['user_id'], name='personalization_journey_user')],
            },
        ),
        migrations.CreateModel(
            name='JourneyClock',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('followed_until', models.DateTimeField()),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='personalization_journey_clock')],
            },
        ),
    ]
