"""Who was erased, or said no, while a training ran: it read of them before, so its lists of them go at once."""

from django.db import connection

_GONE = """
DELETE FROM personalization_shopperlist AS list USING personalization_trainingrun AS run
WHERE list.run_id = %s AND run.id = list.run_id AND (
    EXISTS (SELECT FROM personalization_erasure AS gone
            WHERE gone.subject = sha256(convert_to('account:' || list.user_id, 'UTF8'))
              AND gone.erased_at >= coalesce(run.data_until, run.asked_at))
    OR EXISTS (SELECT FROM personalization_accountconsent AS said
               WHERE said.user_id = list.user_id AND NOT 'personalization' = ANY(said.purposes)))
"""


def drop_lists_of_the_gone(run_id: int) -> int:
    """Removes what this version holds about them; gives how many lists."""
    with connection.cursor() as cursor:
        cursor.execute(_GONE, [run_id])
        return int(cursor.rowcount)
