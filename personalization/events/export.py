"""Everything held about a person as JSON, row by row: it may be long, so it is never held in memory as a whole."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from personalization import shop
from personalization.events.personal import PersonalTable, Row, Whole, tables

NAMED_AT_ONCE = 500


class _Encoder(DjangoJSONEncoder):
    """Bytes that some table of a shop's own may hold are written as text."""

    def default(self, value: Any) -> Any:
        if isinstance(value, (bytes, memoryview)):
            return bytes(value).hex()
        return super().default(value)


def exported(whole: Whole, *, now: datetime) -> Iterator[str]:
    """The parts of one JSON document: who it is about, and each table with every row and the titles of the goods."""
    encode = _Encoder(ensure_ascii=False).encode
    about = {"account": whole.user_id, "email": whole.email, "visitors": whole.visitor_ids}
    yield f'{{"made_at": {encode(now)}, "about": {encode(about)}'
    for table in tables:
        yield f',\n{encode(table.name)}: {{"label": {encode(str(table.label))}, "rows": ['
        for number, row in enumerate(_named(table, whole)):
            yield (",\n" if number else "\n") + encode(row)
        yield "]}"
    yield "}\n"


def _named(table: PersonalTable, whole: Whole) -> Iterator[Row]:
    """Each row with the titles of its goods beside their ids."""
    rows = table.rows(whole) if whole.is_somebody else iter(())
    while part := list(islice(rows, NAMED_AT_ONCE)):
        ids = {one for row in part for column in table.products for one in _ids(row[column])}
        titles = shop.titles(ids) if ids else {}
        for row in part:
            yield row | {column.replace("_id", "_title"): _told(row[column], titles) for column in table.products}


def _ids(value: Any) -> Iterable[int]:
    return value if isinstance(value, list) else [value] if value else []


def _told(value: Any, titles: dict[int, str]) -> Any:
    return [titles.get(one, "") for one in value] if isinstance(value, list) else titles.get(value or 0, "")
