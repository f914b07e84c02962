"""A query of the ORM whose SQL is put together once: for a page that takes longer than the answer.

What a shop's own manager adds to each query may change from one to the next (the site, the language): where it adds
anything, the query is put together each time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connections
from django.db.models import BooleanField, Func, QuerySet
from django.db.models.expressions import Value
from django.db.models.sql import Query

Row = Sequence[Any]


class Numbers(list[int]):
    """Stands for numbers in a query that is put together; those that are asked for take its place."""


class Among(Func):
    """`column = ANY(numbers)`: one text, however many numbers."""

    template, arg_joiner, arity = "%(expressions)s)", " = ANY(", 2
    output_field = BooleanField()

    def __init__(self, column: str, numbers: Sequence[int]) -> None:
        super().__init__(column, Value(numbers))


@dataclass(frozen=True)
class _Text:
    sql: str
    params: tuple[Any, ...]
    compiler: Any
    converters: Any


@dataclass(frozen=True)
class Prepared:
    """The query that `build` makes of a queryset and as many lists of numbers as are asked with."""

    build: Callable[..., QuerySet[Any, Any]]
    texts: dict[tuple[str, Any], _Text] = field(default_factory=dict, compare=False)

    def rows(self, goods: QuerySet[Any, Any], *numbers: Sequence[int]) -> list[Row]:
        """The answer: one query. `goods` is where the model's manager begins."""
        places = tuple(Numbers() for _ in numbers)
        key = (goods.db, goods.model)
        text = self.texts.get(key)
        if text is None or not is_plain(goods):
            text = _put_together(self.build(goods, *places), places)
            if is_plain(goods):
                self.texts[key] = text
        given = [list(numbers[one.place]) if isinstance(one, _Place) else one for one in text.params]
        with connections[goods.db].cursor() as cursor:
            cursor.execute(text.sql, given)
            found: list[Row] = cursor.fetchall()
        return list(text.compiler.apply_converters(found, text.converters)) if text.converters else found


@dataclass(frozen=True)
class _Place:
    place: int


def _put_together(asked: QuerySet[Any, Any], places: tuple[Numbers, ...]) -> _Text:
    compiler = asked.query.get_compiler(asked.db)
    sql, params = compiler.as_sql()
    number = {id(one): _Place(place) for place, one in enumerate(places)}
    converters = compiler.get_converters([column for column, *_ in compiler.select])
    return _Text(sql, tuple(number.get(id(one), one) for one in params), compiler, converters)


def is_plain(goods: QuerySet[Any, Any]) -> bool:
    """The model's manager adds nothing of its own to a query."""
    query = goods.query
    return type(query) is Query and not (
        query.where or query.annotations or query.extra or query.alias_map or query.distinct or query.combinator
        or query.is_sliced or query.select_for_update
    )  # fmt: skip
