"""What a database has already, a migration does not trip over."""

from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("name", "before"), [("0021_audience", "0020_journey"), ("0022_draw", "0021_audience")])
def test_a_migration_that_once_bore_another_number_may_meet_its_own_work(name: str, before: str) -> None:
    migration = import_module(f"personalization.migrations.{name}").Migration(name, "personalization")
    state = MigrationLoader(connection).project_state(("personalization", before))
    with connection.schema_editor() as editor:
        migration.apply(state, editor)
    with connection.cursor() as cursor:
        columns = {
            one.name: one for one in connection.introspection.get_table_description(cursor, "personalization_block")
        }
        indexes = connection.introspection.get_constraints(cursor, "personalization_profile")
    assert not columns["audience"].null_ok
    assert columns["audience"].default is None
    assert "personalization_profile_draw" in indexes
