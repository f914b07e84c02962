"""Events of strangers leave the index of accounts, and events of nobody that of visitors: less to write for each.

Made beside the old ones, one month after the other and without a lock that an event would wait for (CONCURRENTLY); it
needs room for a second copy meanwhile. Only the swap locks the log, for an instant: whoever reads it for longer than
two seconds is not waited for, because every page would wait behind us. The migration fails then, having harmed nothing,
and goes on from there when it is run again.
"""

from typing import Any

from django.db import migrations, models, transaction

TABLE = "personalization_event"
COLUMNS = {"personalization_event_user": "user_id", "personalization_event_visitor": "visitor_id"}
LOCK_TIMEOUT = "2s"


def shrink(apps: Any, schema_editor: Any) -> None:
    """Only rows that have a value."""
    for name, column in COLUMNS.items():
        _replace(schema_editor.connection, name, f"({column}, id) WHERE {column} IS NOT NULL", is_partial=True)


def widen(apps: Any, schema_editor: Any) -> None:
    """All rows, as before."""
    for name, column in COLUMNS.items():
        _replace(schema_editor.connection, name, f"({column}, id)", is_partial=False)


def _replace(connection: Any, name: str, definition: str, *, is_partial: bool) -> None:
    new = f"{name}_new"
    with connection.cursor() as cursor:
        cursor.execute("SELECT indpred IS NOT NULL FROM pg_index WHERE indexrelid = %s::regclass", [name])
        if cursor.fetchone()[0] == is_partial:
            return
        cursor.execute(f"CREATE INDEX IF NOT EXISTS {new} ON ONLY {TABLE} {definition}")
        for partition in _without(cursor, new):
            # What is left of an attempt that was broken off is no index.
            part = f"{partition}{name.removeprefix(TABLE)}_{'some' if is_partial else 'all'}"
            cursor.execute(f"DROP INDEX IF EXISTS {part}")
            cursor.execute(f"CREATE INDEX CONCURRENTLY {part} ON {partition} {definition}")
            cursor.execute(f"ALTER INDEX {new} ATTACH PARTITION {part}")
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
        cursor.execute(f"DROP INDEX {name}")
        cursor.execute(f"ALTER INDEX {new} RENAME TO {name}")


def _without(cursor: Any, index: str) -> list[str]:
    """The partitions whose part of the index is not there yet."""
    cursor.execute(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass AND inhrelid NOT IN "
        "(SELECT indrelid FROM pg_index JOIN pg_inherits ON inhrelid = indexrelid WHERE inhparent = %s::regclass) "
        "ORDER BY 1", [TABLE, index]
    )  # fmt: skip
    return [partition for (partition,) in cursor.fetchall()]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("personalization", "0008_take")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(shrink, widen)],
            state_operations=[
                operation
                for name, column in COLUMNS.items()
                for operation in (
                    migrations.RemoveIndex("event", name),
                    migrations.AddIndex(
                        "event",
                        models.Index(
                            fields=[column, "id"], name=name, condition=models.Q((f"{column}__isnull", False))
                        ),
                    ),
                )
            ],
        )
    ]
