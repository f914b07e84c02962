"""Finds goods by words with PostgreSQL's full-text search; the last word may be unfinished."""

import re
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db.models import Q, QuerySet
from oscar.core.loading import get_model

# The shop's goods have English names, whatever language the shopper reads the pages in.
CONFIG = "english"
MOST_WORDS = 8


def find(found: QuerySet[Any], *, words: str, any_word: bool = False) -> QuerySet[Any]:
    """The goods whose name, description or category has all the words (or any of them), best first."""
    query = _query(words, joint=" | " if any_word else " & ")
    if query is None:
        return found.none()
    text = SearchVector("title", weight="A", config=CONFIG) + SearchVector("description", weight="C", config=CONFIG)
    ranked = found.annotate(text=text, rank=SearchRank(text, query))
    matching: QuerySet[Any] = ranked.filter(Q(text=query) | Q(pk__in=_in_categories_named(query)))
    return matching.order_by("-rank", "title", "pk")


def _query(words: str, *, joint: str) -> SearchQuery | None:
    """The words as a search query; letters and digits only, so that nothing in them is an operator."""
    terms = re.findall(r"\w+", words.lower().replace("_", " "))[:MOST_WORDS]
    if not terms:
        return None
    terms[-1] += ":*"
    return SearchQuery(joint.join(terms), search_type="raw", config=CONFIG)


def _in_categories_named(query: SearchQuery) -> QuerySet[Any]:
    named = get_model("catalogue", "Category").objects.annotate(words=SearchVector("name", config=CONFIG))
    placements = get_model("catalogue", "ProductCategory").objects.filter(category__in=named.filter(words=query))
    return placements.values("product_id")  # type: ignore[no-any-return]
