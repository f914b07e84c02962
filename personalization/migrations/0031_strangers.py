"""A page that a stranger looks at, as most pages are, asks for no account: its events are stored by a plain INSERT."""

from importlib import import_module

from django.db import migrations

before = import_module("personalization.migrations.0003_store")

# Nobody is met whose row would have to change, and no event is an account's: who agreed to what need not be asked. An
# erased visitor is still looked for, and leaves what the shop's orders say, without a name.
OF_STRANGERS = f"""
    IF met = '[]' AND NOT happened @? '$[*] ? (@.user_id != null)' THEN
        INSERT INTO personalization_event
            (id, kind, happened_at, visitor_id, visit_id, traffic, product_id, variant_id, quantity, value, payload)
        SELECT id, kind, happened_at, CASE WHEN is_gone THEN NULL ELSE visitor_id END,
               CASE WHEN is_gone THEN NULL ELSE visit_id END, traffic, product_id, variant_id, quantity, value, payload
        FROM (
            SELECT arriving.*, EXISTS (SELECT FROM personalization_erasure AS gone
                                       WHERE gone.subject = sha256(uuid_send(arriving.visitor_id))) AS is_gone
            FROM ({before.FROM_PAGES}) AS arriving
        ) AS judged
        WHERE kind = 'purchased' OR NOT is_gone
        ORDER BY id
        ON CONFLICT (id) DO NOTHING;
        GET DIAGNOSTICS fresh = ROW_COUNT;
        RETURN fresh;
    END IF;
"""  # noqa: S608 - words of our own

WHOLE = "".join([before.SEEN, before.FROM_PAGES, before.STORE, before.ONCE])


def _replaced(statement: str) -> str:
    made = before.FUNCTION.format(signature=before.WRITE, statement=statement)
    return made.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


class Migration(migrations.Migration):
    dependencies = [("personalization", "0030_slots")]

    operations = [migrations.RunSQL(_replaced(OF_STRANGERS + WHOLE), reverse_sql=_replaced(WHOLE))]
