"""What browsers report is stored by a plain INSERT, and only what is doubled or not allowed costs a second look.

Servers of the version before call a function that is gone: they answer 503 until they are started anew, and browsers
send again what they had to say.
"""

from importlib import import_module

from django.db import migrations

before = import_module("personalization.migrations.0008_take")

# An event that was re-dated may be stored already, under an id that it had before: of another time, but with the same
# random bits. Between the first and the last of them, which the server may know when it begins: without these it looks
# into every month, or plans anew for each batch.
HELD = """
    earlier := ARRAY(SELECT one FROM unnest(earlier) AS one ORDER BY one);
    first := earlier[1];
    last := earlier[cardinality(earlier)];
    held := ARRAY(SELECT substring(uuid_send(id) FROM 7) FROM personalization_event
                   WHERE id = ANY(earlier) AND id BETWEEN first AND last);
"""

ARRIVING = """jsonb_to_recordset(happened) AS one (
            id uuid, kind text, happened_at timestamptz, product_id bigint, variant_id bigint, payload jsonb
        )"""
COLUMNS = "id, kind, happened_at, visitor_id, user_id, visit_id, traffic, product_id, variant_id, payload"
PAYLOAD = """CASE WHEN kind = 'visit_started' AND numbered IS NOT NULL
                    THEN coalesce(payload, '{}') || jsonb_build_object('number', numbered)
                    ELSE coalesce(payload, '{}') END"""

# Nearly every batch: nobody was erased, nobody has refused, nothing is there already. Asking of each row whether it is
# there before it is written takes a third longer than writing it; the one that is there says so by itself. In one
# order, so that two batches with the same events do not lock each other out.
STORE_ALL = f"""
    IF NOT (is_gone OR has_refused) AND account_gone_until = '-infinity' AND cardinality(held) = 0 THEN
        BEGIN
            INSERT INTO personalization_event ({COLUMNS})
            SELECT id, kind, happened_at, sender, account, visit, counts_as, product_id, variant_id, {PAYLOAD}
            FROM {ARRIVING}
            ORDER BY id;
            GET DIAGNOSTICS fresh = ROW_COUNT;
            stored_count := fresh - (happened @> '[{{"kind": "visit_started"}}]')::int;
            arrived_count := stored_count;
            allowed_count := stored_count;
        EXCEPTION WHEN unique_violation THEN
            NULL;
        END;
    END IF;
"""  # noqa: S608 - words of our own

# What the shop's orders say is kept all the same, but for the name of the erased.
STORE_SOME = f"""
    IF fresh IS NULL THEN
        WITH arriving AS (
            SELECT *, happened_at <= account_gone_until AS account_is_gone FROM {ARRIVING}
        ), allowed AS (
            SELECT * FROM arriving WHERE kind = 'purchased' OR NOT (is_gone OR has_refused OR account_is_gone)
        ), stored AS (
            INSERT INTO personalization_event ({COLUMNS})
            SELECT id, kind, happened_at, CASE WHEN is_gone OR account_is_gone THEN NULL ELSE sender END,
                   CASE WHEN account_is_gone THEN NULL ELSE account END,
                   CASE WHEN is_gone OR account_is_gone THEN NULL ELSE visit END, counts_as, product_id, variant_id,
                   {PAYLOAD}
            FROM allowed WHERE NOT substring(uuid_send(id) FROM 7) = ANY(held)
            ORDER BY id
            ON CONFLICT (id) DO NOTHING
            RETURNING kind
        )
        SELECT (SELECT count(*) FROM stored),
               (SELECT count(*) FROM arriving WHERE kind <> 'visit_started'),
               (SELECT count(*) FROM allowed WHERE kind <> 'visit_started'),
               (SELECT count(*) FROM stored WHERE kind <> 'visit_started')
          INTO fresh, arrived_count, allowed_count, stored_count;
    END IF;
"""  # noqa: S608 - words of our own

# What came by the browser is counted in the same breath: received = stored + refused, whatever happens in between.
# Sixteen rows a day and outcome, so that many servers do not wait for one another. The visit that a batch began is an
# event of ours, not of the browser.
COUNT = """
    INSERT INTO personalization_tally AS known (day, outcome, shard, count)
    SELECT day_of_count, outcome, shard_of_count, sum(count) FROM (
        VALUES ('stored', stored_count), ('doubled', allowed_count - stored_count),
               ('erased', arrived_count - allowed_count)
        UNION ALL SELECT key, value::bigint FROM jsonb_each_text(refused)
    ) AS outcomes (outcome, count)
    GROUP BY outcome HAVING sum(count) > 0
    ORDER BY outcome
    ON CONFLICT (day, outcome, shard) DO UPDATE SET count = known.count + excluded.count;
    RETURN fresh;
"""

TAKE = """personalization_take(
    sender uuid, visit uuid, sent_as text, met_at timestamptz,
    happened jsonb, earlier uuid[], refused jsonb, day_of_count date, shard_of_count integer
)"""

# A function, because the server then plans its statements once for each connection.
FUNCTION = f"""
CREATE FUNCTION {TAKE} RETURNS bigint LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $function$
#variable_conflict use_column
DECLARE
    account bigint;
    counts_as text;
    is_gone boolean;
    has_refused boolean;
    account_gone_until timestamptz;
    first uuid;
    last uuid;
    held bytea[];
    numbered integer;
    fresh bigint;
    arrived_count bigint;
    allowed_count bigint;
    stored_count bigint;
BEGIN
{before.LOOK}{HELD}{before.MEET}{STORE_ALL}{STORE_SOME}{COUNT}
END
$function$
"""


class Migration(migrations.Migration):
    dependencies = [("personalization", "0012_scorecard")]

    operations = [
        migrations.RunSQL(f"DROP FUNCTION {before.TAKE}", reverse_sql=before.FUNCTION),
        migrations.RunSQL(FUNCTION, reverse_sql=f"DROP FUNCTION {TAKE}"),
    ]
