"""What the shop's categories and products are called in every shop that has them, and where their pages are."""

from django.urls import Resolver404, resolve
from oscar.core.loading import get_model


def category_paths() -> dict[int, str]:
    """Every category by the slugs on the way to it, "food/dairy", in the order of the tree: one query."""
    model = get_model("catalogue", "Category")
    rows = list(model.objects.order_by("path").values_list("pk", "path", "slug"))
    slugs = {path: slug for _, path, slug in rows}
    step = model.steplen
    return {
        pk: "/".join(slugs[path[:end]] for end in range(step, len(path) + 1, step) if path[:end] in slugs)
        for pk, path, _ in rows
    }


def upcs() -> dict[int, str]:
    """Every product that has a UPC: one query."""
    return dict(get_model("catalogue", "Product").objects.exclude(upc=None).exclude(upc="").values_list("pk", "upc"))


def category_page(category_id: int) -> str:
    """Where it is listed."""
    address: str = get_model("catalogue", "Category").objects.get(pk=category_id).get_absolute_url()
    return address


def product_page(product_id: int) -> str:
    """Where it is shown."""
    address: str = get_model("catalogue", "Product").objects.get(pk=product_id).get_absolute_url()
    return address


def page_of(link: str) -> tuple[str, int] | None:
    """The category or product that this is the page of, if its address says exactly that."""
    try:
        match = resolve(link)
    except Resolver404:
        return None
    kinds = {
        "catalogue:category": ("category", "Category", category_page),
        "catalogue:detail": ("product", "Product", product_page),
    }
    if match.view_name not in kinds or "pk" not in match.kwargs:
        return None
    kind, model, page = kinds[match.view_name]
    pk = int(match.kwargs["pk"])
    if not get_model("catalogue", model).objects.filter(pk=pk).exists() or page(pk) != link:
        return None
    return kind, pk
