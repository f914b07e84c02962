"""Looks for somebody everywhere: each column of each of our tables, as text."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import connection, models

MODELS = [
    one for one in apps.get_app_config("personalization").get_models(include_auto_created=True) if not one._meta.proxy
]
# Numbers are compared where they can be those of an account; a product may have the same one.
OF_AN_ACCOUNT = ("user_id",)


def found(words: Iterable[str], *, user_id: int | None = None) -> list[str]:
    """Table and column of every place in which one of the words, or the account's number, stands."""
    places = []
    for model in MODELS:
        for field in model._meta.concrete_fields:
            if _holds(model, field, list(words), user_id):
                places.append(f"{model.__name__}.{field.column}")
    return places


def _holds(model: type[models.Model], field: Any, words: list[str], user_id: int | None) -> bool:
    table, column = (connection.ops.quote_name(one) for one in (model._meta.db_table, field.column))
    text = f"encode({column}, 'escape')" if isinstance(field, models.BinaryField) else f"{column}::text"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT FROM {table} WHERE EXISTS "  # noqa: S608 - names of our own tables
            f"(SELECT FROM unnest(%s::text[]) AS word WHERE position(word IN {text}) > 0))",
            [words],
        )
        if cursor.fetchone()[0]:
            return True
        if field.column not in OF_AN_ACCOUNT or user_id is None:
            return False
        cursor.execute(f"SELECT EXISTS (SELECT FROM {table} WHERE {column} = %s)", [user_id])  # noqa: S608
        return bool(cursor.fetchone()[0])
