"""The yardstick: how recently, how often and for how much, of all customers, in one statement that writes what differs.

It is what a careful shop would run every night: one pass over the purchases, nothing in Python.
"""

from django.db import connection

from personalization.people.profiles.refresh import WORK_MEM
from shop_demo.bench.people.fill import execute

_TABLE = """
CREATE TABLE IF NOT EXISTS bench_rfm (
    user_id bigint PRIMARY KEY, last_at timestamptz NOT NULL, orders bigint NOT NULL, revenue numeric NOT NULL,
    recency int NOT NULL, frequency int NOT NULL, monetary int NOT NULL
)
"""

_COMPUTE = """
WITH sums AS (
    SELECT user_id, max(happened_at) AS last_at, count(DISTINCT payload->>'order') AS orders, sum(value) AS revenue
    FROM personalization_event WHERE kind = 'purchased' AND traffic = 'shopper' AND user_id IS NOT NULL GROUP BY user_id
), scored AS (
    SELECT user_id, last_at, orders, revenue,
           least(5, 1 + floor(5 * percent_rank() OVER (ORDER BY last_at)))::int AS recency,
           least(5, 1 + floor(5 * percent_rank() OVER (ORDER BY orders)))::int AS frequency,
           least(5, 1 + floor(5 * percent_rank() OVER (ORDER BY revenue)))::int AS monetary
    FROM sums
)
INSERT INTO bench_rfm AS known SELECT * FROM scored
ON CONFLICT (user_id) DO UPDATE SET
    last_at = excluded.last_at, orders = excluded.orders, revenue = excluded.revenue, recency = excluded.recency,
    frequency = excluded.frequency, monetary = excluded.monetary
WHERE (known.last_at, known.orders, known.revenue, known.recency, known.frequency, known.monetary) IS DISTINCT FROM
      (excluded.last_at, excluded.orders, excluded.revenue, excluded.recency, excluded.frequency, excluded.monetary)
"""


def prepare() -> None:
    """Its table."""
    execute(_TABLE, {})


def compute() -> int:
    """One pass, with the same memory of the server as ours; gives how many rows were written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, false)", [WORK_MEM])
        cursor.execute(_COMPUTE)
        written = int(cursor.rowcount)
        cursor.execute("RESET work_mem")
        return written
