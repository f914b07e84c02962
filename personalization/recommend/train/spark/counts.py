"""What goes with what, in SQL: the tables that everything else is joined from.

Each is a view that later ones name. `lines` are those before `now`, so that the same SQL serves practice and the model.
"""

from typing import Any

from personalization.recommend.train.shop import LARGEST_BASKET
from personalization.recommend.train.spark.session import kept

PARTNERS = 200
USUAL = 60  # of the partners of a category: those of the product itself come first
STEADINESS = 20  # how many baskets a product needs to be believed as much as its category
HALF_LIFE, RECENT = 60, 28  # days
PEOPLE_KNOW = 60  # so many products of each shopper or visit say who is like whom

LINES = """
SELECT basket, product, first(category) AS category, min(day) AS day, min_by(shopper, day) AS shopper,
       count(*) OVER (PARTITION BY basket) AS size
FROM purchases JOIN catalogue USING (product)
WHERE day < {now} GROUP BY basket, product
"""

# Baskets that hold both, plain and fading.
PAIRS = f"""
SELECT product, other, support, fading FROM (
    SELECT one.product, two.product AS other, count(*) AS support,
           sum(pow(2, (one.day - {{now}}) / {HALF_LIFE})) AS fading,
           row_number() OVER (PARTITION BY one.product ORDER BY count(*) DESC, two.product) AS place
    FROM lines one JOIN lines two ON one.basket = two.basket AND one.product <> two.product
    WHERE one.size <= {LARGEST_BASKET} GROUP BY one.product, two.product
) WHERE place <= {PARTNERS}
"""

GOODS = f"""
SELECT product, max(catalogue.category) AS category, count(basket) AS baskets,
       coalesce(sum(pow(2, (day - {{now}}) / {HALF_LIFE})), 0) AS fading,
       count_if(day >= {{now}} - {RECENT}) AS recent,
       (count(basket) + 0.5D) / greatest((SELECT count(DISTINCT basket) FROM lines), 1) AS share
FROM catalogue LEFT JOIN lines USING (product) GROUP BY product
"""

SHELVES = "SELECT category, sum(baskets) AS baskets FROM goods GROUP BY category"

# How often each product lay beside products of each category, itself not counted.
BESIDE = f"""
WITH parts AS (SELECT basket, category, count(*) AS here FROM lines WHERE size <= {LARGEST_BASKET} GROUP BY ALL)
SELECT parts.category, product, sum(here - int(parts.category = lines.category)) AS seen
FROM parts JOIN lines USING (basket) GROUP BY parts.category, product
"""

# P(other | category), steadied by P(other): what a product that hardly sold is taken to have for companions.
PRIORS = f"""
SELECT beside.category, product, (seen + {STEADINESS} * share) / (shelves.baskets + {STEADINESS}) AS prior
FROM beside JOIN shelves ON beside.category = shelves.category JOIN goods USING (product)
"""

COMPANIONS = f"""
WITH usual AS (
    SELECT category, product FROM (
        SELECT *, row_number() OVER (PARTITION BY category ORDER BY prior DESC, product) AS place FROM priors
    ) WHERE place <= {USUAL}
), met AS (
    SELECT * FROM pairs
    UNION ALL
    SELECT goods.product, usual.product, 0, 0 FROM goods JOIN usual USING (category)
    WHERE goods.product <> usual.product
), counted AS (
    SELECT product, other, max(support) AS support, max(fading) AS fading FROM met GROUP BY product, other
), steadied AS (
    SELECT counted.*, this.baskets, this.fading AS weight, that.share, int(this.category = that.category) AS same_shelf,
           coalesce(prior, {STEADINESS} * that.share / (shelves.baskets + {STEADINESS})) AS prior
    FROM counted JOIN goods this ON this.product = counted.product JOIN goods that ON that.product = counted.other
    JOIN shelves ON shelves.category = this.category
    LEFT JOIN priors ON priors.category = this.category AND priors.product = counted.other
)
SELECT product, other, support,
       (support + {STEADINESS} * prior) / (baskets + {STEADINESS}) AS chance,
       ln((support + {STEADINESS} * prior) / (baskets + {STEADINESS}) + 1e-6) AS confidence,
       ln((fading + {STEADINESS} * prior) / (weight + {STEADINESS}) + 1e-6) AS confidence_recent,
       log1p(support) AS told_by, ln(share) AS popularity, same_shelf
FROM steadied
"""

# Bought or looked at by the same people: the cosine, shrunk where few have either.
PEOPLE = f"""
WITH had AS (
    SELECT shopper AS who, product, count(*) AS times, max(day) AS day FROM lines WHERE shopper >= 0 GROUP BY ALL
    UNION ALL
    SELECT -2 - visitor, product, count(*), max(visits.day)
    FROM visits JOIN catalogue USING (product) WHERE visits.day < {{now}} GROUP BY ALL
)
SELECT who, product FROM (
    SELECT *, row_number() OVER (PARTITION BY who ORDER BY times DESC, day DESC, product) AS place FROM had
) WHERE place <= {PEOPLE_KNOW}
"""
ALIKE = f"""
WITH known AS (SELECT product, count(*) AS people FROM people GROUP BY product), both AS (
    SELECT one.product, two.product AS other, count(*) AS together
    FROM people one JOIN people two ON one.who = two.who AND one.product <> two.product
    GROUP BY one.product, two.product
)
SELECT both.product, other, together / (sqrt(double(this.people) * that.people) + {STEADINESS}) AS score
FROM both JOIN known this ON this.product = both.product JOIN known that ON that.product = both.other
"""


def count(session: Any, *, now: float) -> None:
    """The tables of the log before `now`."""
    for name, query in (
        ("lines", LINES), ("pairs", PAIRS), ("goods", GOODS), ("shelves", SHELVES), ("beside", BESIDE),
        ("priors", PRIORS), ("companions", COMPANIONS),
    ):  # fmt: skip
        kept(session.sql(query.format(now=repr(now)))).createOrReplaceTempView(name)


def alike(session: Any, *, now: float) -> Any:
    """product, other, score."""
    session.sql(PEOPLE.format(now=repr(now))).createOrReplaceTempView("people")
    return session.sql(ALIKE)
