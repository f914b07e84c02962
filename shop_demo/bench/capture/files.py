"""A till's receipts as a CSV file, read by `import_history` in a process of its own."""

import random
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import CommandError
from django.db import connection
from oscar.core.loading import get_model

from personalization.events.models import Event, ImportedFile

SOURCE = "bench"
MAPPING = "id=receipt_line,at=sold_at,product=sku,user=email,quantity=pieces,value=total,order=receipt"


@dataclass(frozen=True)
class Imported:
    """What one file took."""

    rows_a_second: float
    megabytes: float


def measure(*, rows: int) -> Imported:
    """Writes the file, reads it in, takes its events out again."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        file = Path(folder) / "receipts.csv"
        _write(file, rows)
        try:
            return _read(file, rows)
        finally:
            _forget()


def _write(file: Path, rows: int) -> None:
    draw = random.Random(20)
    skus = list(
        get_model("catalogue", "Product").objects.browsable().exclude(upc=None).values_list("upc", flat=True)[:5000]
    )
    emails = list(get_user_model().objects.exclude(email="").values_list("email", flat=True)[:5000])
    if not skus or not emails:
        raise CommandError("The receipts need goods and customers: run the demo shop once, as the README says.")
    now = datetime.now(UTC)
    with file.open("w") as out:
        out.write("receipt_line,receipt,sold_at,sku,email,pieces,total\n")
        for number in range(rows):
            sold_at = now - timedelta(seconds=draw.randrange(300 * 86_400))
            out.write(
                f"{number},{number // 5},{sold_at:%Y-%m-%d %H:%M:%S},{draw.choice(skus)},{draw.choice(emails)},"
                f"{draw.randrange(1, 5)},{draw.randrange(99, 2999) / 100:.2f}\n"
            )


def _read(file: Path, rows: int) -> Imported:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "import_history", str(file)]
    command += ["--kind", "purchased", "--map", MAPPING, "--source", SOURCE]
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    elapsed = time.perf_counter() - started
    stored = ImportedFile.objects.get(source=SOURCE).rows_stored
    if stored != rows:
        raise RuntimeError(f"{stored} of {rows} rows were stored.")
    return Imported(rows / elapsed, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)


def _forget() -> None:
    # Events of a file that was read: known by the source that each carries.
    Event.objects.filter(kind="purchased", payload__source=SOURCE).delete()
    ImportedFile.objects.filter(source=SOURCE).delete()
    # Else the next reading would share the machine with PostgreSQL's own cleaning up.
    with connection.cursor() as cursor:
        cursor.execute("VACUUM personalization_event")
