"""The tree of departments, read once a minute: every page draws it, no page should pay for it."""

from dataclasses import dataclass, field

from django.core.cache import cache
from django.db.models.functions import Left
from django.urls import reverse
from django.utils.translation import get_language
from oscar.core.loading import get_model

SECONDS_KEPT = 60


@dataclass
class Department:
    """One category with its place in the tree."""

    id: int
    name: str
    url: str
    picture: str
    trail: list[tuple[str, str]]
    children: list["Department"] = field(default_factory=list)


def departments() -> list[Department]:
    """The top of the tree, each department with its children."""
    return [department for department in _tree().values() if not department.trail]


def department(pk: int) -> Department | None:
    """One public category anywhere in the tree; None if there is none such."""
    return _tree().get(pk)


def _tree() -> dict[int, Department]:
    # Category addresses depend on nothing but the language, so that is the only key.
    tree: dict[int, Department] = cache.get_or_set(f"shop_demo.departments.{get_language()}", _read, SECONDS_KEPT) or {}
    return tree


def _read() -> dict[int, Department]:
    """All public categories by id, in the order of the tree."""
    pictures = _pictures()
    found: dict[int, Department] = {}
    slugs: dict[str, str] = {}
    by_path: dict[str, Department] = {}
    category_model = get_model("catalogue", "Category")
    for row in category_model.objects.browsable().order_by("path"):
        above = row.path[: -category_model.steplen]
        slugs[row.path] = f"{slugs[above]}/{row.slug}" if above else row.slug
        url = reverse("catalogue:category", kwargs={"category_slug": slugs[row.path], "pk": row.pk})
        parent = by_path.get(above)
        trail = [*parent.trail, (parent.name, parent.url)] if parent else []
        picture = row.image.name if row.image else pictures.get(row.path, "")
        found[row.pk] = by_path[row.path] = Department(row.pk, row.name, url, picture, trail)
        if parent:
            parent.children.append(found[row.pk])
    return found


def _pictures() -> dict[str, str]:
    """For each top department, by its path, the picture of one of its products."""
    root = Left("category__path", get_model("catalogue", "Category").steplen)
    placed = get_model("catalogue", "ProductCategory").objects.filter(product__images__original__gt="")
    first = placed.annotate(root=root).order_by("root", "product").distinct("root")
    return dict(first.values_list("root", "product__images__original"))
