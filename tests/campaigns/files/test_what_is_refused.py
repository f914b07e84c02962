"""Whatever is wrong is told at once, each with its place and what to do, and then nothing has changed."""

from hashlib import sha256
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from personalization.campaigns.files.folder import unzipped, uploaded
from personalization.campaigns.files.give_out import all_rows, give_out
from personalization.campaigns.files.text import Fault, Unreadable
from personalization.campaigns.offers.models import PersonalOffer
from personalization.storefront.slots.models import Banner
from tests.campaigns.files.conftest import imported

pytestmark = pytest.mark.django_db

LAUGHS = "\n".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9) if n else 'lol'}]" for n in range(10))
NO_PICTURE = b"<svg onload=alert(1)>"
DEEP = "format: 1\nblocks: " + "[" * 900 + "]" * 900


def faults(text: Any, **more: Any) -> list[Fault]:
    """What is said of it; and the shop is as it was."""
    before = give_out(all_rows()).texts
    with pytest.raises(Unreadable) as refused:
        imported(text, **more)
    assert give_out(all_rows()).texts == before
    return refused.value.faults


@pytest.mark.usefixtures("campaigns")
@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("format: 1\nblocks:\n  - {name: x\n", 4, "It is no YAML"),
        ("format: 1\n\tblocks: []\n", 2, "It is no YAML"),
        (f"format: 1\n{LAUGHS}\n", 2, "write it out"),
        ("format: 1\nblocks: &all []\npopups: *all\n", 2, "write it out"),
        ("format: 1\nblocks: !!python/object/apply:os.system ['touch /tmp/x']\n", 2, "tag"),
        ("format: 1\nblocks:\n  - name: !!python/name:os.system\n", 3, "tag"),
        ("format: 1\nblocks:\n  - name: !!binary aGk=\n", 3, "tag"),
        ("format: 1\n? [a, b]\n: c\n", 2, "A key must be a word"),
        ("format: 1\nformat: 1\n", 2, "twice"),
        ("format: 1\n---\nformat: 1\n", 2, "several documents"),
        ('format: 1\nblocks:\n  - name: "a\\0b"\n', 3, "signs"),
        (DEEP, 2, "nested too deeply"),
        ("format: 7\n", 1, "format: 1"),
        ("blocks: []\n", 1, "format: 1"),
        ("format: 1\ncampaigns: []\n", 2, "“campaigns” means nothing here"),
        ("format: 1\nblocks: yes\n", 2, "A list belongs here"),
        ("- format\n", 1, "Keys with values"),
        ("just words\n", 1, "Keys with values"),
    ],
)
def test_a_file_that_is_not_one_of_ours(text: str, line: int, told: str) -> None:
    (fault,) = faults(text)
    assert (fault.file, fault.line) == ("a.yaml", line)
    assert told in fault.told


@pytest.mark.usefixtures("campaigns")
@pytest.mark.parametrize("what", ["x: *a\n", "lol: lol\n", "- - - -\n"])
def test_ten_megabytes_are_refused_before_they_are_read(what: str) -> None:
    text = what * (10_000_000 // len(what))
    (fault,) = faults(text)
    assert "larger than 1 MB" in fault.told


@pytest.mark.usefixtures("db")
def test_what_is_no_text_is_refused() -> None:
    for found in (b"\xff\xfe\x00", b"format: 1\nblocks: \xd0", b"\x00\x01"):
        with pytest.raises(Unreadable):
            imported(uploaded("a.yaml", found))


def test_an_archive_that_unfolds_without_end_is_refused(tmp_path: Any) -> None:
    bomb = tmp_path / "bomb.zip"
    with ZipFile(bomb, "w", ZIP_DEFLATED) as archive:
        for number in range(20):
            archive.writestr(f"{number}.yaml", b" " * 5_000_000)
    for found in (bomb.read_bytes(), b"PK\x03\x04 no archive", b""):
        with pytest.raises(Unreadable):
            unzipped(found, name="bomb.zip")


@pytest.mark.usefixtures("campaigns")
def test_all_faults_are_told_at_once_each_at_its_line() -> None:
    text = """format: 1
offers:
  - name: welcome
    title: Better
    value: lots
    most_uses: 0
  - title: Other
    goods:
      categories: [food/nowhere]
      products: ['99']
    audience:
      in: [Nobody]
    starts_at: 2026-05-01T09:00
    kind: magic
popups:
  - name: p
    design: discount
    design_parameters: {offer: summer, colour: red}
    texts:
      en: {title: "Hello {password}", heading: x}
  - name: q
    link: https://elsewhere.example/
    texts: {en: {title: Hello}}
blocks:
  - slot: home-9
    strategy: bestsellers
    limit: many
    minimum: true
"""
    found = [(one.line, one.key.split(", ")[-1], one.told) for one in faults(text)]
    by_line = {line: told for line, _key, told in found}
    assert [line for line, _key, _told in found] == sorted(line for line, _key, _told in found)
    assert "An amount belongs here" in by_line[5]
    assert 6 in by_line
    assert "2026-05-01T09:00" not in by_line[13]
    assert "zone" in by_line[13]
    assert 14 in by_line
    assert "“summer”" in by_line[18] or "“colour” means nothing here" in by_line[18]
    assert "“heading” means nothing here" in by_line[20]
    assert "A whole number belongs here" in by_line[27]
    assert "A whole number belongs here" in by_line[28]
    assert PersonalOffer.objects.get().title == "10 % off"


@pytest.mark.usefixtures("campaigns")
@pytest.mark.parametrize(
    ("entry", "line", "told"),
    [
        ("offers:\n  - title: x\n    audience: {in: [Loyal]}", 4, "There is no segment “Loyal” in this shop"),
        ("offers:\n  - title: x\n    goods: {products: ['7']}", 4, "There is no product “7” in this shop"),
        ("offers:\n  - title: x\n    goods: {categories: [bread]}", 4, "There is no category “bread” in this shop"),
        ("offers:\n  - title: x\n    value: '200'", 4, "More than 100 %"),
        ("offers:\n  - title: x\n    most_spent: '20'", 3, ""),
        ("popups:\n  - texts: {en: {title: x}}\n    link: //evil.example", 4, "Give a page of this shop"),
        ("popups:\n  - texts: {en: {title: 'a {b}'}}", 3, "is not known"),
        ("popups:\n  - design: nothing\n    texts: {en: {title: x}}", 3, "nothing"),
        ("popups:\n  - texts: {en: {title: x}}\n    frequency: {day: often}", 4, "can't stand here"),
        ("popups:\n  - texts: {en: {title: x}}\n    hours: {days: [someday]}", 4, "A day is one of mon"),
        ("banners:\n  - slot: home-hero\n    texts: {ru: {title: x}}", 4, "heading"),
        ("banners:\n  - slot: home hero\n    texts: {en: {title: x}}", 3, ""),
        ("banners:\n  - slot: a\n    texts: {en: {title: x}}\n    picture: {file: ../x, sha256: a}", 5, "bare name"),
        (
            "banners:\n  - slot: a\n    texts: {en: {title: x}}\n    picture: {file: x.png, sha256: a}",
            5,
            "lies neither",
        ),
        ("blocks:\n  - slot: a\n    strategy: bestsellers\n    minimum: 9\n    limit: 4", 3, ""),
        ("blocks:\n  - slot: a\n    strategy: bestsellers\n    parameters: {period: eon}", 5, "eon"),
        ("blocks:\n  - {slot: a, strategy: for_you, rules: [{action: eat}]}", 3, "A rule needs an action"),
        ("blocks:\n  - {slot: a, strategy: for_you, rules: [{action: never, condition: brand}]}", 3, "Rule 1"),
        ("segments:\n  - name: x", 3, "choose at least one rule"),
        ("segments:\n  - {name: x, tree: {all: [{rule: magic}]}}", 3, "There is no rule “magic”"),
        ("segments:\n  - {name: x, tree: {some: []}}", 3, "“some” means nothing here"),
        ("segments:\n  - {name: x, tree: {all: [{rule: named, params: {accounts: [1]}}]}}", 3, "kept in the shop"),
        ("shop_rules:\n  - {name: x, action: never, condition: category, values: {categories: []}}", 3, ""),
    ],
)
def test_what_the_back_office_would_not_save_is_refused_at_its_line(entry: str, line: int, told: str) -> None:
    found = faults(f"format: 1\n{entry}\n")
    assert [one.line for one in found] == [line] * len(found)
    assert any(told in one.told for one in found), found


@pytest.mark.usefixtures("campaigns")
def test_one_of_two_alike_is_not_guessed() -> None:
    PersonalOffer.objects.create(name="welcome", title="Another")
    (fault,) = faults("format: 1\noffers:\n  - {name: welcome, title: Which}\n")
    assert "2 in this shop are called “welcome”" in fault.told


@pytest.mark.usefixtures("campaigns")
def test_a_picture_that_is_none_is_refused() -> None:
    folder = give_out(all_rows(["banners"]))
    (name,) = folder.pictures
    old, new = (sha256(one).hexdigest().encode() for one in (folder.pictures[name], NO_PICTURE))
    folder.pictures[name] = NO_PICTURE
    folder.texts["banners.yaml"] = folder.texts["banners.yaml"].replace(old, new)
    Banner.objects.all().delete()
    with pytest.raises(Unreadable) as refused:
        imported(folder)
    assert "picture.file" in refused.value.faults[0].key
