"""Writes campaigns as files: the same campaigns are the same bytes, and name what they are about."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from personalization.campaigns.files.folder import Folder
from personalization.campaigns.files.kind import FileKind, kinds
from personalization.campaigns.files.naming import Names
from personalization.campaigns.files.picture import Picture, base, content
from personalization.campaigns.files.text import written

FORMAT = 1
ENDING = ".yaml"
WHOLE = f"campaigns{ENDING}"

Rows = Mapping[str, list[Any]]


def all_rows(only: Collection[str] = (), *, named: Collection[str] = ()) -> Rows:
    """All there is of these kinds; of those named, these alone."""
    found = {}
    for kind in kinds:
        if not only or kind.name in only:
            rows = list(kind.rows())
            found[kind.name] = [row for row in rows if not named or kind.called(row) in named]
    return found


def give_out(rows: Rows, *, is_one_file: bool = False) -> Folder:
    """These, and the segments and offers that they name, with theirs."""
    names = Names()
    wanted = {kind.name: {row.pk: row for row in rows.get(kind.name, ())} for kind in kinds}
    told = _told(wanted, names)
    folder = Folder(pictures=_pictures(wanted))
    if is_one_file:
        folder.texts[WHOLE] = _text({kind: listed for kind, listed in told.items() if listed})
    else:
        folder.texts = {kind + ENDING: _text({kind: listed}) for kind, listed in told.items() if listed}
    return folder


def _told(wanted: dict[str, dict[int, Any]], names: Names) -> dict[str, list[dict[str, Any]]]:
    while True:
        told = {kind.name: [kind.write(row, names) for row in _sorted(kind, wanted)] for kind in kinds}
        more = {
            kind.name: set(names.asked.get(kind.naming, ())) - wanted[kind.name].keys()
            for kind in kinds if kind.comes_along
        }  # fmt: skip
        if not any(kinds.get(name).rows().filter(pk__in=keys).exists() for name, keys in more.items() if keys):
            return told
        for name, keys in more.items():
            wanted[name] |= {row.pk: row for row in kinds.get(name).rows().filter(pk__in=keys)}


def _sorted(kind: FileKind, wanted: Mapping[str, Mapping[int, Any]]) -> Iterable[Any]:
    order = [pk for pk in kind.rows().values_list("pk", flat=True) if pk in wanted[kind.name]]
    return [wanted[kind.name][pk] for pk in order]


def _pictures(wanted: Mapping[str, Mapping[int, Any]]) -> dict[str, bytes]:
    found = {}
    for kind in kinds:
        for part in kind.parts:
            for row in wanted[kind.name].values() if isinstance(part, Picture) else ():
                if picture := getattr(row, part.name):
                    found[base(picture.name)] = content(picture)
    return dict(sorted(found.items()))


def _text(told: Mapping[str, Any]) -> bytes:
    return written({"format": FORMAT, **told}).encode()
