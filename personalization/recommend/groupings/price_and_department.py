"""Shoppers who pay alike for alike goods: how dear they buy, and the department that they buy in most."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from personalization import shop
from personalization.conf import conf
from personalization.events.identifiers import first_id
from personalization.recommend.groupings.grouping import LEAST_SHOPPERS, Grouping, groupings

LOOKED_BACK = timedelta(days=365)
# Of somebody with fewer orders nobody knows which department is theirs.
LEAST_ORDERS = 3
TIERS = {
    "low": gettext_noop("%(department)s, at low prices"),
    "middle": gettext_noop("%(department)s, at middle prices"),
    "high": gettext_noop("%(department)s, at high prices"),
}

# What somebody pays is measured against what is usual in each department: who buys only pens does not buy cheap.
_GROUPED = """
WITH bought AS MATERIALIZED (
    SELECT event.user_id, department.id AS department, payload->>'order' AS receipt, quantity, value
    FROM personalization_event AS event JOIN personalization_productfact AS fact USING (product_id)
    CROSS JOIN LATERAL (
        SELECT one AS id FROM unnest(fact.category_ids) AS one WHERE one = ANY(%(departments)s) ORDER BY 1 LIMIT 1
    ) AS department
    WHERE event.kind = 'purchased' AND event.traffic = 'shopper' AND event.user_id IS NOT NULL
      AND event.id >= %(since)s AND event.id < %(until)s AND quantity BETWEEN 1 AND %(bulk)s AND value IS NOT NULL
      AND NOT EXISTS (SELECT FROM personalization_accountconsent AS said
                      WHERE said.user_id = event.user_id AND NOT 'personalization' = ANY(said.purposes))
), usual AS (
    SELECT department, sum(value) / sum(quantity) AS price FROM bought GROUP BY department
), shoppers AS (
    SELECT user_id, sum(value) / nullif(sum(quantity * price), 0) AS dearness
    FROM bought JOIN usual USING (department) GROUP BY user_id HAVING count(DISTINCT receipt) >= %(least_orders)s
), priced AS (
    SELECT user_id, (ARRAY['low', 'middle', 'high'])[ntile(3) OVER (ORDER BY dearness, user_id)] AS tier FROM shoppers
), favourite AS (
    SELECT DISTINCT ON (user_id) user_id, department
    FROM bought GROUP BY user_id, department
    ORDER BY user_id, count(DISTINCT receipt) DESC, sum(value) DESC, department
), counted AS (
    SELECT user_id, tier, department, count(*) OVER (PARTITION BY tier, department) AS shoppers
    FROM priced JOIN favourite USING (user_id)
), grouped AS MATERIALIZED (
    SELECT user_id, tier || '-' || department AS key,
           jsonb_build_object('tier', tier, 'department', department) AS parts
    FROM counted WHERE shoppers >= %(least_shoppers)s
)
"""


@groupings.register
class PriceAndDepartment(Grouping):
    """Three tiers of what is paid, in each department."""

    name, label = "price_and_department", _("Price and favourite department")

    def assign(self, *, now: datetime) -> int:
        """By the purchases of a year."""
        values: dict[str, Any] = {
            "departments": list(shop.departments()),
            "since": first_id(now - LOOKED_BACK),
            "until": first_id(now),
            "bulk": conf.BULK_QUANTITY,
            "least_orders": LEAST_ORDERS,
            "least_shoppers": LEAST_SHOPPERS,
        }
        return self.keep(_GROUPED, values, now=now)

    def told(self, parts: Mapping[str, Any]) -> str:
        """The department's name and the tier."""
        names = shop.category_names([parts["department"]])
        return gettext(TIERS[parts["tier"]]) % {"department": names.get(parts["department"], "?")}
