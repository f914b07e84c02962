"""What became of prices: the dearest of late, and what somebody saw who looked at a certain moment."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Max

from personalization.conf import conf
from personalization.recommend.facts.models import PriceChange

# What a reduction is measured against, as shops in the EU have to (Directive 98/6/EC, article 6a) with the lowest one;
# an owner's rule asks how much cheaper a product became, so here it is the dearest.
USUAL_SPAN = timedelta(days=30)
CENT = Decimal("0.01")

# The first change after each look, one step in the index for each product.
_SEEN = """
SELECT looked.product_id, change.before
FROM unnest(%s::bigint[], %s::timestamptz[]) AS looked (product_id, at)
CROSS JOIN LATERAL (
    SELECT before, held_until FROM personalization_pricechange AS one
    WHERE one.product_id = looked.product_id AND one.changed_at > looked.at
    ORDER BY one.changed_at LIMIT 1
) AS change
WHERE change.held_until >= looked.at
"""


def rounded(price: Decimal) -> Decimal:
    """As prices are kept and shown: Oscar works out taxes to the hundredth of a cent."""
    return price.quantize(CENT)


def dearest(product_ids: Collection[int], *, now: datetime) -> dict[int, Decimal]:
    """The dearest that each of these products was before a change of the last thirty days: one query."""
    lately = PriceChange.objects.filter(product_id__in=product_ids, changed_at__gte=now - USUAL_SPAN)
    return dict(lately.order_by().values_list("product_id").annotate(Max("before")))


def seen(looks: Mapping[int, datetime]) -> dict[int, Decimal]:
    """What each product cost when it was looked at, if that is known for sure and has changed since: one query."""
    if not looks:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, [list(looks), list(looks.values())])
        return dict(cursor.fetchall())


def forget_old(now: datetime) -> int:
    """Lets go of changes before anything that a shopper's history still reaches; gives how many."""
    return PriceChange.objects.filter(changed_at__lt=now - max(timedelta(days=conf.HISTORY_DAYS), USUAL_SPAN)).delete()[
        0
    ]
