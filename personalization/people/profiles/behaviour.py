"""What people do in the shop: when they come, from where, with what, and what they leave in the basket."""

from personalization.people.profiles.part import Part

# What befell an order is no sign of its owner.
BEFELL = "'order_status_changed', 'line_status_changed'"
# So many moments say when somebody usually comes.
LEAST_MOMENTS = 3


def _told(best: str, name: str, longest: int) -> str:
    """What the first ("min") or the last ("max") visit that says it says. An id sorts by its time."""
    told = f"{best}((id::text || (payload->>'{name}')) COLLATE \"C\")"
    found = f"{told} FILTER (WHERE kind = 'visit_started' AND payload->>'{name}' <> '')"
    return f"left(coalesce(substr({found}, 37), ''), {longest}) AS {name}"


def _count(kind: str, counted: str, last: str = "") -> str:
    which = f"FILTER (WHERE kind = '{kind}')"
    return f"count(*) {which} AS {counted}" + (f", max(happened_at) {which} AS {last}" if last else "")


_PEOPLE = f"""
CREATE TEMPORARY TABLE pz_people ON COMMIT DROP AS
SELECT personalization_person(account, stranger) AS person, one.*,
       round(extract(epoch FROM last_visit_at - first_visit_at) / 86400 / nullif(visits - 1, 0), 4)::float8
           AS visit_gap_days
FROM (
    SELECT account, stranger, min(happened_at) AS first_seen_at, max(happened_at) AS last_seen_at,
           {_count("visit_started", "visits", "last_visit_at")},
           min(happened_at) FILTER (WHERE kind = 'visit_started') AS first_visit_at,
           {_count("product_viewed", "views", "viewed_at")}, {_count("searched", "searches", "searched_at")},
           {_told("max", "device", 16)}, {_told("max", "language", 16)}, {_told("max", "region", 100)},
           {_told("min", "source", 100)}
    FROM {{deeds}} WHERE kind NOT IN ({BEFELL}) GROUP BY account, stranger
) AS one
"""  # noqa: S608 - words of our own

_BASKETS = """
CREATE TEMPORARY TABLE pz_basket ON COMMIT DROP AS
SELECT personalization_person(account, stranger) AS person, max(added_at) AS left_in_basket_at
FROM (
    SELECT account, stranger, max(happened_at) FILTER (WHERE kind = 'basket_added') AS added_at,
           max(happened_at) FILTER (WHERE kind <> 'basket_added') AS gone_at
    FROM {deeds} WHERE kind IN ('basket_added', 'basket_removed', 'purchased')
    GROUP BY account, stranger, coalesce(variant_id, product_id)
) AS one
WHERE added_at > coalesce(gone_at, '-infinity') GROUP BY account, stranger
"""

# Visits and orders alike, by the shop's clock.
_HABITS = f"""
CREATE TEMPORARY TABLE pz_habit ON COMMIT DROP AS
SELECT personalization_person(account, stranger) AS person, mode() WITHIN GROUP (ORDER BY weekday) AS weekday,
       mode() WITHIN GROUP (ORDER BY hour) AS hour
FROM (
    SELECT account, stranger, (extract(isodow FROM at) - 1)::smallint AS weekday,
           extract(hour FROM at)::smallint AS hour
    FROM (
        SELECT account, stranger, happened_at AT TIME ZONE %(zone)s AS at FROM {{deeds}} WHERE kind = 'visit_started'
        UNION ALL SELECT account, stranger, placed_at AT TIME ZONE %(zone)s FROM pz_order
    ) AS moment
) AS habit
GROUP BY account, stranger HAVING count(*) >= {LEAST_MOMENTS}
"""  # noqa: S608

PEOPLE = Part(
    tables=("pz_people",),
    columns={
        "first_seen_at": "NULL", "last_seen_at": "NULL", "visits": "0", "visit_gap_days": "NULL", "views": "0",
        "viewed_at": "NULL", "searches": "0", "searched_at": "NULL", "device": "''", "language": "''",
        "region": "''", "source": "''",
    },
    steps=(_PEOPLE, "ANALYZE pz_people"),
)  # fmt: skip
BASKETS = Part(("pz_basket",), {"left_in_basket_at": "NULL"}, (_BASKETS,))
HABITS = Part(("pz_habit",), {"weekday": "NULL", "hour": "NULL"}, (_HABITS,))
