"""What is known of a search: of the same words, else of the same in any order, else of its single words."""

from dataclasses import dataclass

from django.db.models import Q

from personalization.recommend.searches.models import SearchList
from personalization.recommend.searches.words import normal, single_words

Scope = SearchList.Scope


@dataclass(frozen=True)
class Found:
    """Goods of one list, and for what of the search it is."""

    scope: str
    words: str
    product_ids: tuple[int, ...]
    scores: tuple[float, ...]


def look(text: str) -> list[Found]:
    """The lists to offer from, the nearest to what was searched for first: one query, none for an empty search."""
    words = normal(text)
    if not words:
        return []
    single = single_words(words)
    asked = Q(scope=Scope.WORDS, words=words) | Q(scope=Scope.ANY_ORDER, words=" ".join(single))
    asked |= Q(scope=Scope.ONE_WORD, words__in=single)
    near = list(Scope)
    rows = sorted(SearchList.objects.filter(asked), key=lambda row: (near.index(Scope(row.scope)), row.people))
    return [Found(row.scope, row.words, tuple(row.product_ids), tuple(row.scores)) for row in rows]
