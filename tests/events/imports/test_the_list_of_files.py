"""The owner sees what was brought along, how far it is, and what is wrong."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from personalization.events.models import ImportedFile
from tests.events.imports.files import TILL, read, write_csv
from tests.people import NOW


@pytest.fixture
def page(client, db, bare_oscar):
    client.force_login(get_user_model().objects.create_superuser("olga", "olga@example.com", "secret"))
    return lambda: client.get(reverse("admin:personalization_importedfile_changelist")).content.decode()


def test_a_file_in_work_shows_how_far_it_is(page):
    ImportedFile.objects.create(
        source="till", name="march.csv", fingerprint="1", position=30, lines=120, started_at=NOW
    )
    assert 'max="100" value="25" aria-label="march.csv"' in page()


def test_a_file_that_failed_says_what_to_do(page):
    ImportedFile.objects.create(
        source="till", name="march.csv", fingerprint="1", status="failed", error="Name another file.", started_at=NOW
    )
    assert "Name another file." in page()
    assert "<progress" not in page()


def test_a_file_that_was_read_shows_its_counts_and_rejects(page, tmp_path, shop, client):
    header = "date;sku;qty;total;receipt;email"
    file = write_csv(tmp_path / "till.csv", header, "2026-03-02;honey;1;1;R;", "2026-03-02;moon dust;1;1;R;")
    done = read(file, *TILL)
    assert f"{file}.rejected.csv" in page()
    told = client.get(reverse("admin:personalization_importedfile_change", args=[done.pk])).content.decode()
    assert "date → at" in told
    assert client.get(reverse("admin:personalization_importedfile_add")).status_code == 403
