"""Lists of what was chosen after a search: only of what several people searched for and several chose."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from personalization.events.models import AccountConsent
from personalization.recommend.searches.models import SearchDeed, SearchList
from personalization.recommend.searches.words import single_words

# Fewer could be one person at home and at work: what they searched for stays theirs.
LEAST_PEOPLE = 3
# What only one of them chose says something of that one, and little of the search.
LEAST_FOR_A_PRODUCT = 2
# Of one person the strongest few count: nobody fills a list alone.
MOST_OF_ONE_PERSON = 5
LENGTH = 48

# Each person counts once for a product, however often they came. Bots that were found out since, and accounts that said
# no since, count no more.
_LISTS = """
WITH asked AS MATERIALIZED (
    SELECT {key} AS words, deed.product_id, deed.weight,
           coalesce('a' || coalesce(deed.user_id, visitor.user_id), 'v' || deed.visitor_id) AS person
    FROM personalization_searchdeed AS deed {tokens}
    LEFT JOIN personalization_visitor AS visitor ON visitor.id = deed.visitor_id
    WHERE {chosen} AND deed.done_at >= %(oldest)s AND coalesce(visitor.traffic, 'shopper') = 'shopper'
      AND NOT EXISTS (SELECT FROM personalization_accountconsent AS said
                      WHERE said.user_id = coalesce(deed.user_id, visitor.user_id)
                        AND NOT 'personalization' = ANY(said.purposes))
), once AS (
    SELECT words, person, product_id, max(weight) AS weight,
           row_number() OVER (PARTITION BY words, person ORDER BY max(weight) DESC, product_id) AS place
    FROM asked GROUP BY 1, 2, 3
), enough AS (
    SELECT words, count(DISTINCT person) AS people FROM asked GROUP BY 1 HAVING count(DISTINCT person) >= %(people)s
), scored AS (
    SELECT words, product_id, sum(weight) AS score,
           row_number() OVER (PARTITION BY words ORDER BY sum(weight) DESC, product_id) AS place
    FROM once WHERE place <= %(of_one)s
    GROUP BY 1, 2 HAVING count(*) >= %(for_a_product)s
)
INSERT INTO personalization_searchlist (scope, words, product_ids, scores, people, refreshed_at)
SELECT %(scope)s, words, array_agg(product_id ORDER BY place), array_agg(score ORDER BY place), people, %(now)s
FROM scored JOIN enough USING (words) WHERE place <= %(length)s GROUP BY words, people
"""
Scope = SearchList.Scope
_PARTS = {
    Scope.WORDS: {"key": "deed.words", "tokens": "", "chosen": "deed.words = ANY(%(words)s)"},
    Scope.ANY_ORDER: {
        "key": "array_to_string(deed.single, ' ')",
        "tokens": "",
        # The index answers for the overlap; what is the same in any order is the whole.
        "chosen": "deed.single && %(words)s::varchar[] AND array_to_string(deed.single, ' ') = ANY(%(bags)s)",
    },
    Scope.ONE_WORD: {
        "key": "token",
        "tokens": "CROSS JOIN LATERAL unnest(deed.single) AS token",
        "chosen": "deed.single && %(words)s::varchar[] AND token = ANY(%(words)s)",
    },
}


def list_again(searched: Collection[str], *, oldest: datetime, now: datetime) -> None:
    """Makes the lists of these searches anew, and of their single words; what too few searched for has none."""
    singles = {one: single_words(one) for one in searched}
    bags = sorted({" ".join(found) for found in singles.values() if found})
    tokens = sorted({token for found in singles.values() for token in found})
    asked: dict[str, Sequence[str]] = {
        Scope.WORDS: sorted(searched), Scope.ANY_ORDER: bags, Scope.ONE_WORD: tokens,
    }  # fmt: skip
    with transaction.atomic():
        for scope, keys in asked.items():
            if keys:
                SearchList.objects.filter(scope=scope, words__in=keys).delete()
                words = keys if scope == Scope.WORDS else tokens
                _insert(scope, {"words": words, "bags": bags, "oldest": oldest, "now": now})


def list_all_again(*, oldest: datetime, now: datetime) -> None:
    """Makes every list anew; lets go of what became too old, and of accounts that said no."""
    with transaction.atomic():
        SearchList.objects.all().delete()
        refused = AccountConsent.objects.exclude(purposes__contains=["personalization"]).values("user_id")
        SearchDeed.objects.filter(Q(done_at__lt=oldest) | Q(user_id__in=refused)).delete()
        for scope in _PARTS:
            _insert(scope, {"oldest": oldest, "now": now}, is_all=True)


def _insert(scope: str, values: dict[str, Any], *, is_all: bool = False) -> None:
    parts = _PARTS[Scope(scope)] | ({"chosen": "true"} if is_all else {})
    limits = {
        "people": LEAST_PEOPLE, "for_a_product": LEAST_FOR_A_PRODUCT, "of_one": MOST_OF_ONE_PERSON, "length": LENGTH,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_LISTS.format(**parts), {"scope": str(scope), **limits, **values})
