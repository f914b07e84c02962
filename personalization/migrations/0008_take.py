"""What browsers report is written with one look at its visitor for the whole batch.

Servers of the version before call a function that is gone: they answer 503 until they are started anew, and browsers
send again what they had to say.
"""

from django.db import migrations

# A batch has one visitor and one visit, so what they allow is looked up once, and not for each event: a visitor who was
# erased while the batch was on its way, an account that has said no on another device, an account that was erased and
# so has said no until it answers anew; what it did before stays gone. A browser is believed in nothing about its
# person: account and traffic are what the visitor's own row says, and who was found out to be a robot stays one.
LOOK = """
    SELECT known.user_id,
           CASE WHEN sent_as = 'shopper' THEN coalesce(known.traffic, sent_as) ELSE sent_as END,
           gone.subject IS NOT NULL,
           said.user_id IS NOT NULL AND NOT said.purposes && '{analytics,personalization}',
           CASE WHEN theirs.subject IS NULL THEN '-infinity'
                WHEN said.user_id IS NULL THEN 'infinity' ELSE theirs.erased_at END
      INTO account, counts_as, is_gone, has_refused, account_gone_until
      FROM (SELECT sender AS id) AS one
      LEFT JOIN personalization_visitor AS known ON known.id = one.id
      LEFT JOIN personalization_erasure AS gone ON gone.subject = sha256(uuid_send(one.id))
      LEFT JOIN personalization_accountconsent AS said ON said.user_id = known.user_id
      LEFT JOIN personalization_erasure AS theirs
             ON theirs.subject = sha256(convert_to('account:' || known.user_id, 'UTF8'));
"""

# An event that was re-dated may be stored already, under an id that it had before: `before` maps such ids to its own.
# With the ids in a variable the server looks into the months that they belong to and into no other.
HELD = """
    earlier := ARRAY(SELECT key::uuid FROM jsonb_object_keys(before) AS key);
    held := ARRAY(SELECT (before ->> id::text)::uuid FROM personalization_event WHERE id = ANY(earlier));
"""

# At most once a minute, so a fast clicker makes no dead rows.
MEET = """
    IF sender IS NOT NULL AND NOT is_gone THEN
        INSERT INTO personalization_visitor AS known
            (id, traffic, first_seen_at, last_seen_at, visit_id, visits, script_seen_at)
        VALUES (sender, sent_as, met_at, met_at, visit, (visit IS NOT NULL)::int, met_at)
        ON CONFLICT (id) DO UPDATE SET
            last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at),
            traffic = CASE WHEN excluded.traffic = 'staff' THEN 'staff' ELSE known.traffic END,
            visits = known.visits
                + (excluded.visit_id IS NOT NULL AND known.visit_id IS DISTINCT FROM excluded.visit_id)::int,
            visit_id = coalesce(excluded.visit_id, known.visit_id),
            script_seen_at = coalesce(known.script_seen_at, excluded.script_seen_at)
        WHERE known.last_seen_at < excluded.last_seen_at - interval '1 minute'
           OR known.visit_id IS DISTINCT FROM excluded.visit_id AND excluded.visit_id IS NOT NULL
           OR known.script_seen_at IS NULL
           OR excluded.traffic = 'staff' AND known.traffic <> 'staff'
        RETURNING visits INTO numbered;
    END IF;
"""

# What the shop's orders say is kept all the same, but for the name of the erased. In one order, so that two batches
# with the same events do not lock each other out.
STORE = """
    WITH arriving AS (
        SELECT *, happened_at <= account_gone_until AS account_is_gone
        FROM jsonb_to_recordset(happened) AS one (
            id uuid, kind text, happened_at timestamptz, product_id bigint, variant_id bigint, payload jsonb
        )
    ), allowed AS (
        SELECT * FROM arriving WHERE kind = 'purchased' OR NOT (is_gone OR has_refused OR account_is_gone)
    ), stored AS (
        INSERT INTO personalization_event
            (id, kind, happened_at, visitor_id, user_id, visit_id, traffic, product_id, variant_id, payload)
        SELECT id, kind, happened_at, CASE WHEN is_gone OR account_is_gone THEN NULL ELSE sender END,
               CASE WHEN account_is_gone THEN NULL ELSE account END,
               CASE WHEN is_gone OR account_is_gone THEN NULL ELSE visit END, counts_as, product_id, variant_id,
               CASE WHEN kind = 'visit_started' AND numbered IS NOT NULL
                    THEN coalesce(payload, '{}') || jsonb_build_object('number', numbered)
                    ELSE coalesce(payload, '{}') END
        FROM allowed WHERE NOT id = ANY(held)
        ORDER BY id
        ON CONFLICT (id) DO NOTHING
        RETURNING kind
    )
"""

# What came by the browser is counted in the same breath: received = stored + refused, whatever happens in between.
# Sixteen rows a day and outcome, so that many servers do not wait for one another. The visit that a batch began is an
# event of ours, not of the browser.
COUNT = """
    , sums AS (
        SELECT (SELECT count(*) FROM arriving WHERE kind <> 'visit_started') AS arrived,
               (SELECT count(*) FROM allowed WHERE kind <> 'visit_started') AS allowed,
               (SELECT count(*) FROM stored WHERE kind <> 'visit_started') AS stored
    ), outcomes (outcome, count) AS (
        SELECT one.* FROM sums,
            LATERAL (VALUES ('stored', stored), ('doubled', allowed - stored), ('erased', arrived - allowed)) AS one
        UNION ALL SELECT key, value::bigint FROM jsonb_each_text(refused)
    ), tallied AS (
        INSERT INTO personalization_tally AS known (day, outcome, shard, count)
        SELECT day_of_count, outcome, shard_of_count, sum(count) FROM outcomes GROUP BY outcome HAVING sum(count) > 0
        ORDER BY outcome
        ON CONFLICT (day, outcome, shard) DO UPDATE SET count = known.count + excluded.count
    )
    SELECT count(*) INTO fresh FROM stored;
    RETURN fresh;
"""

TAKE = """personalization_take(
    sender uuid, visit uuid, sent_as text, met_at timestamptz,
    happened jsonb, before jsonb, refused jsonb, day_of_count date, shard_of_count integer
)"""

# A function, because the server then plans its statements once for each connection.
FUNCTION = f"""
CREATE FUNCTION {TAKE} RETURNS bigint LANGUAGE plpgsql AS $function$
#variable_conflict use_column
DECLARE
    account bigint;
    counts_as text;
    is_gone boolean;
    has_refused boolean;
    account_gone_until timestamptz;
    earlier uuid[];
    held uuid[];
    numbered integer;
    fresh bigint;
BEGIN
{LOOK}{HELD}{MEET}{STORE}{COUNT}
END
$function$
"""
BEFORE = "personalization_take(jsonb, jsonb, jsonb, jsonb, date, integer)"


class Migration(migrations.Migration):
    dependencies = [("personalization", "0007_lists")]

    operations = [
        migrations.RunSQL(f"DROP FUNCTION {BEFORE}"),
        migrations.RunSQL(FUNCTION, reverse_sql=f"DROP FUNCTION {TAKE}"),
    ]
