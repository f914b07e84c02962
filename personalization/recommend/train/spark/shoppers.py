"""What each shopper may want, in SQL: habit that fades, what goes with what they buy, their shelves, and what sells."""

from typing import Any

from personalization.recommend.train.spark.session import kept

HABIT = 30  # days until a purchase counts half
SPEAKERS, HEARD, REACHED, POPULAR = 30, 50, 150, 100

HISTORY = f"""
SELECT shopper, product, any_value(category) AS category, count(*) AS times, max(day) AS last,
       sum(pow(2, (day - {{now}}) / {HABIT})) AS fresh
FROM lines JOIN asked USING (shopper) GROUP BY shopper, product
"""

# What they buy most, lately, speaks for its companions.
REACH = f"""
WITH speaking AS (
    SELECT shopper, product, sqrt(fresh) AS weight,
           row_number() OVER (PARTITION BY shopper ORDER BY fresh DESC, product) AS place FROM history
), heard AS (
    SELECT product, other, chance FROM (
        SELECT *, row_number() OVER (PARTITION BY product ORDER BY chance DESC, other) AS rank FROM companions
    ) WHERE rank <= {HEARD}
), spoken AS (
    SELECT shopper, other AS product, sum(weight * chance) AS reach,
           max_by(speaking.product, weight * chance) AS because
    FROM speaking JOIN heard ON heard.product = speaking.product WHERE place <= {SPEAKERS} GROUP BY shopper, other
)
SELECT shopper, product, reach, because FROM (
    SELECT *, row_number() OVER (PARTITION BY shopper ORDER BY reach DESC, product) AS place FROM spoken
) WHERE place <= {REACHED}
"""

WANTED = f"""
WITH popular AS (SELECT product FROM goods ORDER BY recent DESC, share DESC, product LIMIT {POPULAR}),
candidates AS (
    SELECT shopper, product FROM history UNION SELECT shopper, product FROM reach
    UNION SELECT shopper, product FROM asked CROSS JOIN popular
), shoppers AS (
    SELECT shopper, count(DISTINCT basket) AS orders, count(*) AS bought FROM lines JOIN asked USING (shopper)
    GROUP BY shopper
), shelf AS (SELECT shopper, category, sum(times) AS taken FROM history GROUP BY shopper, category)
SELECT candidates.shopper, candidates.product, coalesce(times, 0) AS times, coalesce(because, -1) AS because,
       coalesce(reach, 0) AS reached, coalesce(taken, 0) AS taken,
       log1p(coalesce(times, 0)) AS habit,
       ln(coalesce(fresh, 0) + 0.02D) AS habit_recent,
       ln((coalesce(times, 0) + 0.2D) / (coalesce(orders, 0) + 2)) AS habit_share,
       coalesce(log1p(greatest({{now}} - history.last, 0)), 4) AS away,
       int(times IS NOT NULL) AS known,
       ln(coalesce(reach, 0) + 0.01D) AS reach,
       ln((coalesce(taken, 0) + 0.2D) / (coalesce(bought, 0) + 5)) AS shelf,
       ln(goods.share) AS popularity,
       ln(goods.recent + 1) AS recent
FROM candidates JOIN goods ON goods.product = candidates.product
LEFT JOIN history ON history.shopper = candidates.shopper AND history.product = candidates.product
LEFT JOIN reach ON reach.shopper = candidates.shopper AND reach.product = candidates.product
LEFT JOIN shoppers ON shoppers.shopper = candidates.shopper
LEFT JOIN shelf ON shelf.shopper = candidates.shopper AND shelf.category = goods.category
"""


def wanted(session: Any, asked: Any, *, now: float) -> Any:
    """Candidates of the asked shoppers with all that is known of each pair. Wants the tables of `counts.count`."""
    asked.createOrReplaceTempView("asked")
    kept(session.sql(HISTORY.format(now=repr(now)))).createOrReplaceTempView("history")
    kept(session.sql(REACH)).createOrReplaceTempView("reach")
    return kept(session.sql(WANTED.format(now=repr(now))))
