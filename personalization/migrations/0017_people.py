"""Profiles, segments and predictions, and the one number that a person has in all of them."""

from importlib import import_module

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

# An account's number as a UUID, or the visitor's id. Immutable: an index may be built on it.
PERSON = """
CREATE FUNCTION personalization_person(user_id bigint, visitor_id uuid) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $function$
    SELECT CASE WHEN user_id IS NULL THEN visitor_id ELSE lpad(to_hex(user_id), 32, '0')::uuid END
$function$
"""

# Profiles are made anew of people who did something of late. Whose past changed is noted, whoever writes: a file, the
# sweep, a browser that was offline, the search for bots. An event of now costs one more look at one row, and writes
# nothing. The kinds left out are many, soon forgotten, and say nothing of a person. What was deleted or changed is
# always noted: nobody finds it by its id.
before = import_module("personalization.migrations.0007_lists")
MATTERS = """
one.traffic = 'shopper' AND (one.user_id IS NOT NULL OR one.visitor_id IS NOT NULL)
AND one.kind NOT IN ('block_shown', 'block_seen', 'page_left')
"""
NOTE = """
INSERT INTO personalization_profilenote (user_id, visitor_id)
SELECT DISTINCT one.user_id, one.visitor_id FROM {source}, personalization_profileclock AS clock WHERE {which};
"""
NOTE_FRESH = NOTE.format(source="fresh AS one", which=f"one.id < clock.noted_before AND {MATTERS}")
NOTE_GONE = NOTE.format(source="gone AS one", which=MATTERS)
# What stands in both tables alike has not changed.
NOTE_CHANGED = NOTE.format(which=MATTERS, source="""(
    SELECT id, kind, traffic, user_id, visitor_id FROM (
        SELECT id, kind, traffic, user_id, visitor_id, product_id, quantity, value, payload FROM fresh
        UNION ALL SELECT id, kind, traffic, user_id, visitor_id, product_id, quantity, value, payload FROM gone) AS two
    GROUP BY id, kind, traffic, user_id, visitor_id, product_id, quantity, value, payload HAVING count(*) = 1) AS one""")


def _noting(name: str, deed: str, tables: str, action: str, note: str) -> migrations.RunSQL:
    function = f"personalization_note_{name}"
    made = [
        before.LATE.replace("CREATE FUNCTION personalization_note_late", f"CREATE OR REPLACE FUNCTION {function}")
        .replace("{action}", actions) for actions in (action + note, action)]
    return migrations.RunSQL(made[0], reverse_sql=made[1])


class Migration(migrations.Migration):

    dependencies = [
        ('personalization', '0016_viewed'),
    ]

    operations = [
        migrations.RunSQL(PERSON, reverse_sql="DROP FUNCTION personalization_person(bigint, uuid)"),
        migrations.CreateModel(
            name='PredictionRun',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('status', models.CharField(choices=[('waiting', 'waiting for the worker'), ('running', 'running'), ('done', 'done'), ('failed', 'failed')], default='waiting', max_length=16, verbose_name='status')),
                ('asked_by', models.CharField(max_length=64, verbose_name='asked by')),
                ('asked_at', models.DateTimeField(verbose_name='asked for')),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='started')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished')),
                ('customers', models.BigIntegerField(default=0, verbose_name='customers')),
                ('horizon_days', models.IntegerField(default=0, verbose_name='horizon')),
                ('parameters', models.JSONField(blank=True, default=dict, verbose_name='parameters')),
                ('verdicts', models.JSONField(blank=True, default=dict, verbose_name='how good')),
                ('error', models.TextField(blank=True, default='', verbose_name='error')),
            ],
            options={
                'verbose_name': 'learning of predictions',
                'verbose_name_plural': 'predictions',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'waiting')), fields=('status',), name='personalization_prediction_one_waits')],
            },
        ),
        migrations.CreateModel(
            name='Segment',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100, unique=True, verbose_name='name')),
                ('tree', models.JSONField(default=dict, verbose_name='who belongs to it')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                ('origin', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('is_live', models.BooleanField(default=False, editable=False)),
                ('counted_tree', models.JSONField(blank=True, editable=False, null=True)),
                ('settled_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('size', models.BigIntegerField(blank=True, editable=False, null=True, verbose_name='people')),
                ('counted_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='counted')),
                ('took_ms', models.IntegerField(blank=True, editable=False, null=True)),
                ('error', models.TextField(blank=True, default='', editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='made')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
            ],
            options={
                'verbose_name': 'segment',
                'verbose_name_plural': 'segments',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Profile',
            fields=[
                ('person', models.UUIDField(editable=False, primary_key=True, serialize=False, verbose_name='person')),
                ('user_id', models.BigIntegerField(blank=True, null=True, unique=True, verbose_name='account')),
                ('draw', models.SmallIntegerField(default=0, editable=False)),
                ('first_seen_at', models.DateTimeField(verbose_name='first seen')),
                ('last_seen_at', models.DateTimeField(verbose_name='last seen')),
                ('orders', models.IntegerField(default=0, verbose_name='orders')),
                ('units', models.IntegerField(default=0, verbose_name='pieces bought')),
                ('revenue', models.DecimalField(decimal_places=2, default=0, max_digits=16, verbose_name='revenue')),
                ('first_order_at', models.DateTimeField(blank=True, null=True, verbose_name='first order')),
                ('last_order_at', models.DateTimeField(blank=True, null=True, verbose_name='last order')),
                ('average_order', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='average order')),
                ('average_units', models.FloatField(blank=True, null=True, verbose_name='pieces an order')),
                ('order_gap_days', models.FloatField(blank=True, null=True, verbose_name='days between orders')),
                ('discount_share', models.FloatField(blank=True, null=True, verbose_name='bought at a discount')),
                ('returns', models.IntegerField(default=0, verbose_name='pieces returned')),
                ('recency_score', models.SmallIntegerField(blank=True, null=True, verbose_name='recency')),
                ('frequency_score', models.SmallIntegerField(blank=True, null=True, verbose_name='frequency')),
                ('monetary_score', models.SmallIntegerField(blank=True, null=True, verbose_name='monetary')),
                ('price_tier', models.SmallIntegerField(blank=True, null=True, verbose_name='price tier')),
                ('price_tiers', models.JSONField(blank=True, default=dict, verbose_name='price tier by category')),
                ('departments', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None, verbose_name='departments')),
                ('department_units', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None, verbose_name='pieces in each')),
                ('department_paid', django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=2, max_digits=16), blank=True, default=list, size=None, verbose_name='paid in each')),
                ('categories', models.JSONField(blank=True, default=dict, verbose_name='categories')),
                ('brands', models.JSONField(blank=True, default=dict, verbose_name='brands')),
                ('visits', models.IntegerField(default=0, verbose_name='visits')),
                ('visit_gap_days', models.FloatField(blank=True, null=True, verbose_name='days between visits')),
                ('views', models.IntegerField(default=0, verbose_name='products viewed')),
                ('viewed_at', models.DateTimeField(blank=True, null=True, verbose_name='last view')),
                ('searches', models.IntegerField(default=0, verbose_name='searches')),
                ('searched_at', models.DateTimeField(blank=True, null=True, verbose_name='last search')),
                ('left_in_basket_at', models.DateTimeField(blank=True, null=True, verbose_name='left in the basket')),
                ('device', models.CharField(blank=True, default='', max_length=16, verbose_name='device')),
                ('language', models.CharField(blank=True, default='', max_length=16, verbose_name='language')),
                ('source', models.CharField(blank=True, default='', max_length=100, verbose_name='came first from')),
                ('region', models.CharField(blank=True, default='', max_length=100, verbose_name='region')),
                ('store', models.CharField(blank=True, default='', max_length=100, verbose_name='favourite store')),
                ('weekday', models.SmallIntegerField(blank=True, null=True, verbose_name='usual weekday')),
                ('hour', models.SmallIntegerField(blank=True, null=True, verbose_name='usual hour')),
                ('demographics', models.JSONField(blank=True, default=dict, verbose_name='demographics')),
                ('expected_orders', models.FloatField(blank=True, null=True, verbose_name='expected orders')),
                ('expected_revenue', models.FloatField(blank=True, null=True, verbose_name='expected revenue')),
                ('churn_risk', models.FloatField(blank=True, null=True, verbose_name='churn risk')),
                ('next_order_at', models.DateTimeField(blank=True, null=True, verbose_name='next order expected')),
                ('predicted_at', models.DateTimeField(blank=True, null=True, verbose_name='predicted')),
                ('changed_at', models.DateTimeField(verbose_name='changed')),
            ],
            options={
                'verbose_name': 'profile',
                'verbose_name_plural': 'profiles',
                'indexes': [models.Index(fields=['last_seen_at'], name='personalization_profile_seen'), models.Index(condition=models.Q(('last_order_at__isnull', False)), fields=['last_order_at'], name='personalization_profile_order'), django.contrib.postgres.indexes.GinIndex(fields=['demographics'], name='personalization_profile_known')],
            },
        ),
        migrations.CreateModel(
            name='ProfileClock',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('read_from', models.UUIDField()),
                ('noted_before', models.UUIDField()),
                ('borders', models.JSONField(default=dict)),
                ('refreshed_at', models.DateTimeField()),
                ('rebuilt_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='personalization_profile_clock')],
            },
        ),
        migrations.CreateModel(
            name='ProfileNote',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('user_id', models.BigIntegerField(null=True, verbose_name='account')),
                ('visitor_id', models.UUIDField(null=True, verbose_name='visitor')),
            ],
            options={
                'verbose_name': 'note of a changed past',
                'verbose_name_plural': 'notes of changed pasts',
            },
        ),
        *(_noting(*one, note) for one, note in zip(before.TRIGGERS, (NOTE_FRESH, NOTE_CHANGED, NOTE_GONE))),
        migrations.CreateModel(
            name='MembershipChange',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('person', models.UUIDField()),
                ('is_entry', models.BooleanField(verbose_name='entered')),
                ('happened_at', models.DateTimeField(verbose_name='when')),
                ('segment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='personalization.segment')),
            ],
            options={
                'verbose_name': 'change of membership',
                'verbose_name_plural': 'changes of membership',
                'indexes': [models.Index(fields=['segment', 'happened_at'], name='personalization_change_segment'), models.Index(fields=['person'], name='personalization_change_person')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('pk', models.CompositePrimaryKey('segment_id', 'part', 'person', blank=True, editable=False, primary_key=True, serialize=False)),
                ('part', models.SmallIntegerField(default=0)),
                ('person', models.UUIDField()),
                ('since', models.DateTimeField(verbose_name='since')),
                ('segment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='personalization.segment')),
            ],
            options={
                'verbose_name': 'membership',
                'verbose_name_plural': 'memberships',
                'indexes': [models.Index(fields=['person', 'segment', 'part'], name='personalization_member_person')],
            },
        ),
    ]
