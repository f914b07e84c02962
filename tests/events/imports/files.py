"""Files as other systems export them, and the command that reads them."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management import call_command

from personalization.events.models import Event, ImportedFile

TILL = ("--kind", "purchased", "--map", "at=date,product=sku,quantity=qty,value=total,order=receipt,user=email")
CLICKS = (
    "--map", "id=event_id,at=time,kind=type,product=item,visitor=session,query=words,user_agent=agent",
    "--kinds", "view=product_viewed,cart=basket_added,search=searched",
)  # fmt: skip


def write_csv(path: Path, header: str, *rows: str, encoding: str = "utf-8") -> Path:
    """A file of these lines."""
    path.write_bytes("".join(f"{line}\n" for line in (header, *rows)).encode(encoding))
    return path


def read(path: Path, *arguments: str) -> ImportedFile:
    """Runs the command; gives what it remembers of the file."""
    call_command("import_history", str(path), *arguments)
    return ImportedFile.objects.first()


def counts(file: ImportedFile) -> tuple[int, int, int, int]:
    """Rows read, stored, known and rejected."""
    return file.rows_read, file.rows_stored, file.rows_known, file.rows_rejected


def rejected(path: Path) -> list[list[str]]:
    """The rejects beside a file: line, reason and row."""
    with path.with_name(f"{path.name}.rejected.csv").open(newline="") as file:
        return list(csv.reader(file))


def logged(*fields: str, **wanted: Any) -> list[tuple]:
    """Those fields of the events, in the order of their time."""
    return list(Event.objects.filter(**wanted).order_by("happened_at", "id").values_list(*fields))


def all_ids() -> Iterable[Any]:
    """Which events there are."""
    return sorted(Event.objects.values_list("id", flat=True))
