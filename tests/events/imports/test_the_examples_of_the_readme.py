"""The commands that the README shows read the files that it describes."""

import re
import shlex

from django.conf import settings
from django.core.management import call_command

from tests.events.imports.files import logged, write_csv

README = (settings.BASE_DIR / "README.md").read_text()


def run(name: str, folder, *rows: str) -> None:
    header = re.search(rf"`([^`]+)`,? become[^\n]+\n\n<!-- {name} -->", README)[1]
    command = re.search(rf"<!-- {name} -->\n```sh\n(.+)\n```", README)[1]
    _, _, _, file, *options = shlex.split(command)
    call_command("import_history", str(write_csv(folder / file, header, *rows)), *options)


def test_receipts(tmp_path, shop, anna):
    run("receipts", tmp_path, "2026-03-02 10:15:00;R-1;honey;2;9,98;anna@example.com")
    assert logged("kind", "product_id", "user_id") == [("purchased", shop["honey"].pk, anna.pk)]


def test_a_clickstream(tmp_path, shop):
    rows = ["e1,1772445600,view,honey,s1,,Firefox", "e2,1772445601,cart,honey,s1,,", "e3,1772445602,search,,s1,tea,"]
    run("clickstream", tmp_path, *rows)
    assert [kind for (kind,) in logged("kind")] == ["product_viewed", "basket_added", "searched"]
