"""Keeps the translations complete: gathers every string, adds what is new, compiles; no gettext binary needed."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
from babel.messages.extract import extract
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation.template import templatize

KEYWORDS: dict[str, Any] = {
    "gettext": None, "gettext_lazy": None, "gettext_noop": None, "_": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
SOURCES = {
    "personalization": ("personalization", "templates/personalization"),
    "shop_demo": ("shop_demo", "templates/oscar", "templates/shop_demo"),
}
LANGUAGES = ("en", "ru", "uk")
PLURALS = {
    "en": "nplurals=2; plural=(n != 1);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    "uk": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
}
# What Django makes of a template is no Python: only the calls in it are looked at.
CALL = re.compile(r"""\bn?p?gettext\((?:u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*"|[^()'"])*\)""")
Key = tuple[str, str, str]  # context, message, plural


class Command(BaseCommand):
    """`manage.py catalogues [--check]`"""

    help = "Brings the translation catalogues up to date with the code; with --check only says what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        """One switch: only look."""
        parser.add_argument("--check", action="store_true", help="Write nothing; fail if anything is missing.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Goes over each package and language."""
        faults: list[str] = []
        for package, folders in SOURCES.items():
            wanted = set(_strings(folders))
            for language in LANGUAGES:
                place = settings.BASE_DIR / package / "locale" / language / "LC_MESSAGES" / "django.po"
                if not options["check"]:
                    _update(place, wanted, language)
                faults += _faults(place, wanted)
        if faults and options["check"]:
            raise CommandError(
                "\n".join([*faults, "Run `manage.py catalogues`, translate what is empty, and run it again."])
            )
        self.stdout.write("\n".join(faults) or "The catalogues are complete.")


def _strings(folders: tuple[str, ...]) -> Iterator[Key]:
    for folder in folders:
        for path in sorted((settings.BASE_DIR / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                yield from _strings_of(path)


def _strings_of(path: Path) -> Iterator[Key]:
    text = path.read_text()
    code = text if path.suffix == ".py" else "\n".join(CALL.findall(templatize(text, origin=str(path))))
    for _, found, _, context in extract("python", io.BytesIO(code.encode()), keywords=KEYWORDS):
        message, plural = (found, "") if isinstance(found, str) else (found[0], found[1])
        if message:
            yield (context or "", message, plural or "")


def _update(place: Path, wanted: set[Key], language: str) -> None:
    catalogue = _open(place, language)
    known = {_key(entry): entry for entry in catalogue}
    for key in sorted(wanted - set(known)):
        catalogue.append(_entry(key))
    for key in set(known) - wanted:
        catalogue.remove(known[key])
    for entry in catalogue if language == "en" else ():
        _say_as_written(entry)
    catalogue.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
    place.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(place))
    catalogue.save_as_mofile(str(place.with_suffix(".mo")))


def _open(place: Path, language: str) -> polib.POFile:
    catalogue = polib.pofile(str(place), wrapwidth=110) if place.exists() else polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    return catalogue


def _entry(key: Key) -> polib.POEntry:
    context, message, plural = key
    more = {"msgid_plural": plural, "msgstr_plural": {0: "", 1: ""}} if plural else {"msgstr": ""}
    return polib.POEntry(msgid=message, msgctxt=context or None, **more)


def _say_as_written(entry: polib.POEntry) -> None:
    if entry.msgid_plural:
        entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
    else:
        entry.msgstr = entry.msgid


def _faults(place: Path, wanted: set[Key]) -> list[str]:
    name = place.relative_to(settings.BASE_DIR)
    if not place.exists():
        return [f"{name}: missing"]
    catalogue = polib.pofile(str(place))
    known = {_key(entry) for entry in catalogue}
    faults = [f"{name}: new in the code: {message}" for _, message, _ in sorted(wanted - known)]
    faults += [f"{name}: no longer in the code: {message}" for _, message, _ in sorted(known - wanted)]
    faults += [f"{name}: not translated: {entry.msgid}" for entry in catalogue if not entry.translated()]
    if not place.with_suffix(".mo").exists() or place.with_suffix(".mo").read_bytes() != catalogue.to_binary():
        faults.append(f"{name}: the compiled catalogue is old")
    return faults


def _key(entry: polib.POEntry) -> Key:
    return (entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")
