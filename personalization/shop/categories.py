"""Where goods stand in the shop's tree of categories."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, QuerySet, Subquery
from oscar.core.loading import get_model


def categories_of_products() -> Mapping[int, tuple[int, ...]]:
    """For each product every category that it stands in, those above included."""
    ids = dict(get_model("catalogue", "Category").objects.values_list("path", "pk"))
    steplen = get_model("catalogue", "Category").steplen
    found: dict[int, dict[int, None]] = defaultdict(dict)
    links = get_model("catalogue", "ProductCategory").objects.values_list("product_id", "category__path")
    for product_id, path in links.iterator():
        for end in range(steplen, len(path) + 1, steplen):
            found[product_id][ids[path[:end]]] = None
    return {product_id: tuple(above) for product_id, above in found.items()}


def departments() -> dict[int, str]:
    """The top of the public catalogue, in its order; where all of it hangs on one root, what hangs there."""
    rows = get_model("catalogue", "Category").objects.browsable().filter(depth__lte=2).order_by("path")
    found = list(rows.values_list("pk", "name", "depth"))
    roots = [row for row in found if row[2] == 1]
    tops = roots if len(roots) != 1 else [row for row in found if row[2] == 2] or roots
    return {pk: name for pk, name, _ in tops}


def category_names(category_ids: Iterable[int]) -> dict[int, str]:
    """The name of each of these categories that the shop still has: one query."""
    wanted = set(category_ids)
    categories = get_model("catalogue", "Category").objects.filter(pk__in=wanted)
    return dict(categories.values_list("pk", "name")) if wanted else {}


def category_with_those_above(category_id: int) -> frozenset[int]:
    """The category and every one above it: one query; empty for one that is gone."""
    return frozenset(_with_those_above(category_id).values_list("pk", flat=True))


def categories_above(category_id: int) -> dict[int, str]:
    """The name of every category above this one, the nearest first: one query."""
    above = _with_those_above(category_id).exclude(pk=category_id)
    return dict(above.order_by("-depth").values_list("pk", "name"))


def category_lines(*, only_public: bool = False) -> dict[int, str]:
    """Every category by its whole line, "Food › Dairy", in the order of the tree: one query.

    A root that all others hang on goes without saying.
    """
    model = get_model("catalogue", "Category")
    listed = model.objects.browsable() if only_public else model.objects.all()
    rows = list(listed.order_by("path").values_list("pk", "path", "name"))
    names = {path: name for _, path, name in rows}
    roots = [path for path in names if len(path) == model.steplen]
    first = 2 if len(roots) == 1 and len(rows) > 1 else 1
    return {pk: " › ".join(names[path[:end]] for end in _ends(path, first, model.steplen)) for pk, path, _ in rows}


def _with_those_above(category_id: int) -> QuerySet[Any, Any]:
    categories = get_model("catalogue", "Category").objects
    path = Subquery(categories.filter(pk=category_id).values("path")[:1])
    found: QuerySet[Any, Any] = categories.alias(asked=path).filter(asked__startswith=F("path"))
    return found


def _ends(path: str, first: int, step: int) -> range:
    return range(min(first * step, len(path)), len(path) + 1, step)
