"""`manage.py personalization_campaigns`: what an agency runs by hand, and its CI by itself."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command

from personalization.storefront.popups.models import Popup
from personalization.storefront.slots.models import Banner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("campaigns")]


def run(*given: Any) -> str:
    said = StringIO()
    call_command("personalization_campaigns", *map(str, given), stdout=said, stderr=said)
    return said.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    run("export", tmp_path / "shop")
    return tmp_path / "shop"


def test_a_shop_and_its_files_that_are_alike_end_with_nought(folder: Path) -> None:
    assert run("diff", folder) == "Nothing differs.\n"


def test_a_difference_is_told_in_the_owner_s_words_and_ends_with_one(folder: Path) -> None:
    Banner.objects.update(focus_x=70, slot="home-foot")
    with pytest.raises(SystemExit) as ended:
        run("diff", folder)
    assert ended.value.code == 1
    said = StringIO()
    with pytest.raises(SystemExit):
        call_command("personalization_campaigns", "diff", str(folder), stdout=said)
    assert "~ banners: spring" in said.getvalue()
    assert "focus_x: 70 -> 20" in said.getvalue()
    assert "home-foot" in said.getvalue().split("- ", 1)[1]
    assert Banner.objects.get().focus_x == 70


def test_a_dry_run_changes_nothing_and_an_import_all_of_it(folder: Path, django_user_model: Any) -> None:
    django_user_model.objects.create_superuser("olga", "olga@example.com", "secret")
    Popup.objects.filter(name="a code").delete()
    assert "+ pop-ups: a code" in run("import", folder, "--dry-run")
    assert not Popup.objects.filter(name="a code").exists()
    run("import", folder, "--as-drafts")
    assert Popup.objects.get(name="a code").status == "draft"
    assert LogEntry.objects.get().user.username == "olga"


def test_who_did_it_can_be_said(folder: Path, django_user_model: Any) -> None:
    django_user_model.objects.create_user("rita", "rita@example.com", "secret")
    Popup.objects.filter(name="a code").delete()
    assert "--by" in run("import", folder)
    Popup.objects.filter(name="a code").delete()
    run("import", folder, "--by", "rita")
    assert LogEntry.objects.get().user.username == "rita"
    with pytest.raises(CommandError, match="Nobody logs in as nobody"):
        run("import", folder, "--by", "nobody")


def test_faults_stand_one_to_a_line_and_end_with_two(folder: Path) -> None:
    (folder / "extra.yaml").write_text("format: 1\npopups:\n  - {name: a, priority: x, design: y}\n")
    said = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("personalization_campaigns", "import", str(folder), stderr=said)
    assert refused.value.returncode == 2
    assert [line.split(": ")[0] for line in said.getvalue().splitlines()] == ["extra.yaml:3", "extra.yaml:3"]


def test_a_kind_or_a_name_alone_can_be_exported(tmp_path: Path) -> None:
    run("export", tmp_path / "one.yaml", "--kind", "popups", "--name", "a code")
    text = (tmp_path / "one.yaml").read_text()
    assert "a code" in text
    assert "banners" not in text
    run("export", tmp_path / "all.zip")
    assert run("diff", tmp_path / "all.zip") == "Nothing differs.\n"
    with pytest.raises(CommandError, match="nothing of the kind"):
        run("export", tmp_path / "none.yaml", "--name", "nobody")
