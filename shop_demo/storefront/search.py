"""Finds goods by words with PostgreSQL's full-text search; the last word may be unfinished."""

import re
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db.models import F, Q, QuerySet
from oscar.core.loading import get_model

from shop_demo.storefront.shelves import bestsellers, place_among

# The shop's goods have English names, whatever language the shopper reads the pages in.
CONFIG = "english"
MOST_WORDS = 8
MOST_FOUND = 480


def find(words: str, *, any_word: bool = False) -> list[int]:
    """The products whose name or category has all the words (or any of them): best match first, then best seller."""
    query = _query(words, joint=" | " if any_word else " & ")
    if query is None:
        return []
    name = SearchVector("title", config=CONFIG)
    products = get_model("catalogue", "Product").objects.browsable()
    matching = products.annotate(name=name).filter(Q(name=query) | Q(pk__in=_in_categories_named(query)))
    ranked = matching.annotate(rank=SearchRank(name, query), place=place_among(bestsellers()))
    ordered = ranked.order_by("-rank", F("place").asc(nulls_last=True), "title", "pk")
    # Ids alone, and once: counting, and looking whether there are any, would each read all names again.
    return list(ordered.values_list("pk", flat=True)[:MOST_FOUND])


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
