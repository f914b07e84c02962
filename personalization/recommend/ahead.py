"""All that a list for one person is made of, in one look: what a further one costs a page is more than its answer."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection

from personalization.recommend.facts.fact import Label

# Rows of one shape: the version, the nightly lists, what each of the last deeds leads to, and where all that belongs.
# Categories come as text, for arrays of arrays would have to be of one length.
_READ = """
WITH one AS (
    SELECT run_id, tells, CASE WHEN tells THEN %(first)s ELSE %(otherwise)s END AS relation,
        CASE WHEN tells THEN %(first_ids)s ELSE %(other_ids)s END::bigint[] AS asked,
        CASE WHEN tells THEN %(first_most)s ELSE %(other_most)s END AS most
    FROM ({served}) AS served
), list AS (
    SELECT task, product_ids[:%(most)s] AS ids, scores[:%(most)s] AS scores,
        reasons[:%(most)s]::int[] AS third, because_ids[:%(most)s] AS fourth
    FROM personalization_shopperlist WHERE run_id = (SELECT run_id FROM one) AND user_id = %(user_id)s
), near AS (
    SELECT product_id, neighbour_ids[:most] AS ids, scores[:most] AS scores, supports[:most] AS third
    FROM one JOIN personalization_neighbourlist USING (run_id, relation) WHERE product_id = ANY(asked)
)
SELECT 'one' AS what, run_id, tells, NULL AS name, NULL::bigint AS of_id, NULL::bigint[] AS ids,
    NULL::float8[] AS scores, NULL::int[] AS third, NULL::bigint[] AS fourth, NULL::text[] AS categories,
    NULL::text[] AS brands
FROM one
UNION ALL SELECT 'list', NULL, NULL, task, NULL, ids, scores, third, fourth, NULL, NULL FROM list
UNION ALL SELECT 'near', NULL, NULL, NULL, product_id, ids, scores, third, NULL, NULL, NULL FROM near
UNION ALL SELECT 'place', NULL, NULL, NULL, NULL, array_agg(product_id), NULL, NULL, NULL,
    array_agg(array_to_string(category_ids, ',')), array_agg(brand)
FROM (SELECT unnest(ids) FROM list UNION SELECT unnest(ids) FROM near) AS any_of(product_id)
LEFT JOIN personalization_productfact USING (product_id)
"""
Columns = tuple[Sequence[Any], ...]
# A relation, whose neighbours in it, and how many of each.
Lookup = tuple[str, Sequence[int], int]


class Row(NamedTuple):
    """One row of the answer."""

    what: str
    run_id: Any
    tells: Any
    name: Any
    of_id: Any
    ids: Any
    scores: Any
    third: Any
    fourth: Any
    categories: Any
    brands: Any


class Ahead(NamedTuple):
    """What was found, in one state of the database: of lists the columns as they are stored."""

    served: tuple[int | None, bool]
    lists: dict[str, Columns]
    near: dict[int, Columns]
    places: Mapping[int, tuple[str | None, str | None]]

    def labels(self, product_ids: Iterable[int]) -> dict[int, Label]:
        """Those of these products that were read; most that are read are never asked for."""
        return {one: _label(one, *self.places[one]) for one in product_ids if one in self.places}


def read(
    served: str, version: int | None, *, user_id: int | None, first: Lookup, otherwise: Lookup, most: int
) -> Ahead:
    """One query. `served` gives run_id and tells of `version`: whether `first` is looked up, or `otherwise`.

    Of each nightly list `most` are read.
    """
    told: dict[str, Any] = {"version": version, "user_id": user_id, "most": most}
    told["first"], told["first_ids"], told["first_most"] = first[0], list(first[1]), first[2]
    told["otherwise"], told["other_ids"], told["other_most"] = otherwise[0], list(otherwise[1]), otherwise[2]
    found: dict[str, list[Row]] = {"one": [], "list": [], "near": [], "place": []}
    with connection.cursor() as cursor:
        cursor.execute(_READ.format(served=served), told)
        for row in map(Row._make, cursor.fetchall()):
            found[row.what].append(row)
    (one,), (place,) = found["one"], found["place"]
    return Ahead(
        served=(one.run_id, one.tells),
        lists={row.name: (row.ids, row.scores, row.third, row.fourth) for row in found["list"]},
        near={row.of_id: (row.ids, row.scores, row.third) for row in found["near"]},
        places=dict(zip(place.ids or (), zip(place.categories or (), place.brands or (), strict=True), strict=True)),
    )


def _label(product_id: int, categories: str | None, brand: str | None) -> Label:
    return Label(product_id, tuple(map(int, categories.split(","))) if categories else (), brand or "")
