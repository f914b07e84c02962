"""A segment's form as a browser sends it."""

from typing import Any

from django.http import QueryDict
from django.urls import reverse


def line(key: str, mother: str = "g0", **fields: Any) -> tuple[str, dict[str, Any]]:
    """One line of the builder, with the fields of its rule."""
    return key, {"in": mother, **fields}


def sent(*lines: tuple[str, dict[str, Any]], join: str = "all", **more: Any) -> dict[str, Any]:
    """The whole form; the outermost group is always there."""
    form: dict[str, Any] = {"node": ["g0", *(key for key, _fields in lines)], "g0-join": join}
    for key, fields in lines:
        form |= {f"{key}-{name}": value for name, value in fields.items()}
    return {"name": "Loyal", "note": "", "is_active": "on"} | form | more


def posted(form: dict[str, Any]) -> QueryDict:
    """As Django reads it."""
    data = QueryDict(mutable=True)
    for name, value in form.items():
        data.setlist(name, [str(one) for one in value] if isinstance(value, list) else [str(value)])
    return data


def orders(key: str, mother: str = "g0", **fields: Any) -> tuple[str, dict[str, Any]]:
    """A line about the number of orders."""
    return line(key, mother, rule="orders", **{f"orders-{name}": value for name, value in fields.items()})


def leaf(**params: Any) -> dict[str, Any]:
    """A stored rule about the number of orders."""
    usual = {"least": None, "most": None, "days": None, "products": [], "categories": [], "brands": []}
    return {"rule": "orders", "params": usual | params}


def address(page: str = "changelist", *arguments: Any) -> str:
    """One of the pages of segments in the admin."""
    return reverse(f"admin:personalization_segment_{page}", args=arguments)
