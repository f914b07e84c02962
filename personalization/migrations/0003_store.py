"""The two functions that write to the log. Functions, because the server then plans them once for each connection:
planning this statement anew takes four times as long as carrying it out."""

from django.db import migrations

# One round trip for all. A visitor's row is touched at most once a minute, so a fast clicker makes no dead rows.
# Two last looks belong in the statement itself, because no cookie knows of them: a visitor who was erased while a page
# was on its way, and an account that has said no on another device. What the shop's orders say is kept all the same,
# but for the name of the erased. An erased account has said no until it answers anew; what it did before stays gone.
SEEN = """
WITH seen AS (
    SELECT * FROM jsonb_to_recordset(met) AS one (
        id uuid, user_id bigint, traffic text, seen_at timestamptz, visit_id uuid, follows uuid, has_script boolean
    )
    WHERE NOT EXISTS (SELECT FROM personalization_erasure AS gone WHERE gone.subject = sha256(uuid_send(one.id)))
      AND NOT EXISTS (SELECT FROM personalization_accountconsent AS said WHERE said.user_id = one.user_id
                      AND NOT said.purposes && '{analytics,personalization}')
      AND NOT EXISTS (SELECT FROM personalization_erasure AS gone
                      WHERE gone.subject = sha256(convert_to('account:' || one.user_id, 'UTF8'))
                        AND (one.seen_at <= gone.erased_at OR NOT EXISTS (
                            SELECT FROM personalization_accountconsent AS anew WHERE anew.user_id = one.user_id)))
), visitors AS (
    INSERT INTO personalization_visitor AS known
        (id, user_id, traffic, first_seen_at, last_seen_at, linked_at, visit_id, visits, script_seen_at)
    SELECT seen.id, seen.user_id, seen.traffic, coalesce(before.first_seen_at, seen.seen_at), seen.seen_at,
           CASE WHEN seen.user_id IS NOT NULL THEN seen.seen_at END, seen.visit_id,
           coalesce(before.visits, 0)
               + (seen.visit_id IS NOT NULL AND before.visit_id IS DISTINCT FROM seen.visit_id)::int,
           CASE WHEN seen.has_script THEN seen.seen_at ELSE before.script_seen_at END
    FROM seen LEFT JOIN personalization_visitor AS before ON before.id = seen.follows
    ON CONFLICT (id) DO UPDATE SET
        last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at),
        user_id = coalesce(known.user_id, excluded.user_id),
        linked_at = coalesce(known.linked_at, excluded.linked_at),
        traffic = CASE WHEN excluded.traffic = 'staff' THEN 'staff' ELSE known.traffic END,
        visits = known.visits
            + (excluded.visit_id IS NOT NULL AND known.visit_id IS DISTINCT FROM excluded.visit_id)::int,
        visit_id = coalesce(excluded.visit_id, known.visit_id),
        script_seen_at = coalesce(known.script_seen_at, excluded.script_seen_at)
    WHERE known.last_seen_at < excluded.last_seen_at - interval '1 minute'
       OR known.user_id IS NULL AND excluded.user_id IS NOT NULL
       OR known.visit_id IS DISTINCT FROM excluded.visit_id AND excluded.visit_id IS NOT NULL
       OR known.script_seen_at IS NULL AND excluded.script_seen_at IS NOT NULL
       OR excluded.traffic = 'staff' AND known.traffic <> 'staff'
    RETURNING id, visits
), arriving AS (
"""

FROM_PAGES = """
    SELECT * FROM jsonb_to_recordset(happened) AS one (
        id uuid, kind text, happened_at timestamptz, visitor_id uuid, user_id bigint, visit_id uuid, traffic text,
        product_id bigint, variant_id bigint, quantity integer, value numeric, payload jsonb
    )
"""

# A browser is believed in nothing about its person: account and traffic are what the visitor's own row says. That costs
# no query, where the session would cost two, and the account's consent counts for what its browsers report.
FROM_BROWSERS = """
    SELECT sent.id, sent.kind, sent.happened_at, sent.visitor_id, known.user_id, sent.visit_id,
           CASE WHEN sent.traffic = 'shopper' THEN coalesce(known.traffic, 'shopper') ELSE sent.traffic END AS traffic,
           sent.product_id, sent.variant_id, sent.quantity, sent.value, sent.payload
    FROM jsonb_to_recordset(happened) AS sent (
        id uuid, kind text, happened_at timestamptz, visitor_id uuid, user_id bigint, visit_id uuid, traffic text,
        product_id bigint, variant_id bigint, quantity integer, value numeric, payload jsonb
    )
    LEFT JOIN personalization_visitor AS known ON known.id = sent.visitor_id
"""

STORE = """
), judged AS (
    SELECT arriving.*,
        EXISTS (SELECT FROM personalization_erasure AS gone
                WHERE gone.subject = sha256(uuid_send(arriving.visitor_id))) AS is_gone,
        EXISTS (SELECT FROM personalization_accountconsent AS said WHERE said.user_id = arriving.user_id
                AND NOT said.purposes && '{analytics,personalization}') AS has_refused,
        EXISTS (SELECT FROM personalization_erasure AS gone
                WHERE gone.subject = sha256(convert_to('account:' || arriving.user_id, 'UTF8'))
                  AND (arriving.happened_at <= gone.erased_at OR NOT EXISTS (
                      SELECT FROM personalization_accountconsent AS anew WHERE anew.user_id = arriving.user_id
                  ))) AS account_is_gone
    FROM arriving
), allowed AS (
    SELECT id, kind, happened_at, traffic, product_id, variant_id, quantity, value, payload,
           CASE WHEN account_is_gone THEN NULL ELSE user_id END AS user_id,
           CASE WHEN is_gone OR account_is_gone THEN NULL ELSE visitor_id END AS visitor_id,
           CASE WHEN is_gone OR account_is_gone THEN NULL ELSE visit_id END AS visit_id
    FROM judged
    WHERE kind = 'purchased' OR NOT (is_gone OR has_refused OR account_is_gone)
), stored AS (
    INSERT INTO personalization_event
        (id, kind, happened_at, visitor_id, user_id, visit_id, traffic,
         product_id, variant_id, quantity, value, payload)
    SELECT id, kind, happened_at, visitor_id, user_id, visit_id, traffic, product_id, variant_id, quantity, value,
           CASE WHEN kind = 'visit_started'
                THEN payload || coalesce(
                    (SELECT jsonb_build_object('number', visits) FROM visitors WHERE visitors.id = visitor_id), '{}')
                ELSE payload END
    FROM allowed
"""

# In one order, so that two batches with the same events do not lock each other out.
ONCE = """
    ORDER BY id
    ON CONFLICT (id) DO NOTHING
    RETURNING kind
)
"""

# An event that was re-dated may be stored already, under an id that it had before.
UNLESS_THERE = """
    WHERE NOT EXISTS (
        SELECT FROM jsonb_to_recordset(before) AS known (id uuid, earlier uuid)
        JOIN held ON held.id = known.earlier WHERE known.id = allowed.id
    )
"""

HELD = """
WITH held AS MATERIALIZED (
    SELECT id FROM personalization_event WHERE id = ANY(ARRAY(
        SELECT earlier FROM jsonb_to_recordset(before) AS one (earlier uuid)
    ))
), seen AS ("""

# What came by the browser is counted in the same breath: received = stored + refused, whatever happens in between.
# Sixteen rows a day and outcome, so that many servers do not wait for one another. The visit that a batch began is an
# event of ours, not of the browser.
COUNTED = """
, outcomes (outcome, count) AS (
    SELECT 'stored', (SELECT count(*) FROM stored WHERE kind <> 'visit_started')
    UNION ALL SELECT 'doubled', (SELECT count(*) FROM allowed WHERE kind <> 'visit_started')
                              - (SELECT count(*) FROM stored WHERE kind <> 'visit_started')
    UNION ALL SELECT 'erased', (SELECT count(*) FROM arriving WHERE kind <> 'visit_started')
                             - (SELECT count(*) FROM allowed WHERE kind <> 'visit_started')
    UNION ALL SELECT key, value::bigint FROM jsonb_each_text(refused)
), tallied AS (
    INSERT INTO personalization_tally AS known (day, outcome, shard, count)
    SELECT day_of_count, outcome, shard_of_count, sum(count) FROM outcomes GROUP BY outcome HAVING sum(count) > 0
    ORDER BY outcome
    ON CONFLICT (day, outcome, shard) DO UPDATE SET count = known.count + excluded.count
)
"""

FUNCTION = """
CREATE FUNCTION {signature} RETURNS bigint LANGUAGE plpgsql AS $function$
#variable_conflict use_column
DECLARE
    fresh bigint;
BEGIN
    {statement}
    SELECT count(*) INTO fresh FROM stored;
    RETURN fresh;
END
$function$
"""
WRITE = "personalization_write(met jsonb, happened jsonb)"
TAKE = "personalization_take(met jsonb, happened jsonb, before jsonb, refused jsonb, day_of_count date, shard_of_count integer)"


def _function(signature: str, *parts: str) -> migrations.RunSQL:
    made = FUNCTION.format(signature=signature, statement="".join(parts))
    return migrations.RunSQL(made, reverse_sql=f"DROP FUNCTION {signature}")


class Migration(migrations.Migration):
    dependencies = [("personalization", "0002_capture")]

    operations = [
        _function(WRITE, SEEN, FROM_PAGES, STORE, ONCE),
        _function(TAKE, SEEN.replace("WITH seen AS (", HELD, 1), FROM_BROWSERS, STORE, UNLESS_THERE, ONCE, COUNTED),
    ]
