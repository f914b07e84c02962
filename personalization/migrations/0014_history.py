"""What a page reads of a person's history, as a function: the server then plans it once for each connection, and not
for each page. Planning over a year of months takes longer than reading fifty events."""

from django.db import migrations

# Ordered walks, each backwards over one index and stopping early, whatever the size of the log. One visitor at a time:
# of several at once the planner expects so much that it rather walks through the whole log.
WALK = """
    SELECT log.id, log.kind, log.product_id, log.happened_at, log.quantity, log.variant_id
      FROM personalization_event AS log
     WHERE {whose} AND log.id >= {since} AND log.id < {until} AND log.product_id IS NOT NULL AND log.kind = ANY(wanted)
     ORDER BY log.id DESC LIMIT {most}
"""
OF_STRANGER = "log.visitor_id = visitor AND log.user_id IS NULL"
# A visitor's events count for an account only if no other account made them: two people may share a browser.
OF_DEVICE = "log.visitor_id = device.id AND (log.user_id IS NULL OR log.user_id = account)"


def _found(since: str, until: str, most: str) -> str:
    span = {"since": since, "until": until, "most": most}
    return f"""
    IF account IS NULL THEN
        RETURN QUERY {WALK.format(whose=OF_STRANGER, **span)};
    ELSE
        RETURN QUERY
        ({WALK.format(whose="log.user_id = account", **span)})
        UNION
        (SELECT walked.* FROM unnest(devices) AS device (id) CROSS JOIN LATERAL (
            {WALK.format(whose=OF_DEVICE, **span)}
        ) AS walked)
        ORDER BY 1 DESC LIMIT {most};
    END IF;
"""  # noqa: S608 - words of our own


HISTORY = """personalization_history(
    visitor uuid, account bigint, oldest uuid, lately uuid, newest uuid, wanted text[], most integer
)"""

# An account that has said no on any of its devices has no history anywhere. What was done lately is mostly all that a
# page wants; only if it is not are the months before looked into.
FUNCTION = f"""
CREATE FUNCTION {HISTORY}
RETURNS TABLE (id uuid, kind varchar, product_id bigint, happened_at timestamptz, quantity integer, variant_id bigint)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $function$
#variable_conflict use_column
DECLARE
    devices uuid[];
    found_lately integer;
BEGIN
    IF account IS NOT NULL THEN
        PERFORM FROM personalization_accountconsent AS said
          WHERE said.user_id = account AND NOT 'personalization' = ANY(said.purposes);
        IF FOUND THEN
            RETURN QUERY SELECT NULL::uuid, 'refused'::varchar, 0::bigint, now(), 0, NULL::bigint;
            RETURN;
        END IF;
        devices := ARRAY(SELECT known.id FROM personalization_visitor AS known WHERE known.user_id = account
                         UNION SELECT visitor);
    END IF;
{_found("lately", "newest", "most")}
    GET DIAGNOSTICS found_lately = ROW_COUNT;
    IF found_lately < most THEN
{_found("oldest", "lately", "most - found_lately")}
    END IF;
END
$function$
"""  # noqa: S608 - words of our own


class Migration(migrations.Migration):
    dependencies = [("personalization", "0013_take_quickly")]

    operations = [migrations.RunSQL(FUNCTION, reverse_sql=f"DROP FUNCTION {HISTORY}")]
