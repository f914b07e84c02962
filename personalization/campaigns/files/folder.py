"""Where campaigns lie outside the shop: one file, a folder with one file for each kind, or the same as an archive."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from personalization.campaigns.files.picture import FOLDER, base
from personalization.campaigns.files.text import MOST_BYTES, Fault, Unreadable

ENDINGS = (".yaml", ".yml")
ARCHIVE = ".zip"
MOST_FILES, MOST_PICTURE_BYTES, MOST_ALL_BYTES = 500, 5_000_000, 50_000_000
# The same content is the same archive, whenever it was made.
_ALWAYS = (2000, 1, 1, 0, 0, 0)


@dataclass
class Folder:
    """Texts by their names, and pictures by theirs."""

    texts: dict[str, bytes] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)

    def zipped(self) -> bytes:
        """As an archive."""
        made = BytesIO()
        with ZipFile(made, "w") as archive:
            for name, found in self._all().items():
                archive.writestr(ZipInfo(name, _ALWAYS), found)
        return made.getvalue()

    def write(self, path: Path) -> None:
        """To that file, folder or archive. Of a single file the pictures stay in the shop."""
        if path.suffix == ARCHIVE:
            path.write_bytes(self.zipped())
        elif is_file(path):
            path.write_bytes(b"".join(self.texts.values()))
        else:
            for name, found in self._all().items():
                (path / name).parent.mkdir(parents=True, exist_ok=True)
                (path / name).write_bytes(found)

    def _all(self) -> Mapping[str, bytes]:
        return dict(self.texts) | {f"{FOLDER}/{name}": found for name, found in self.pictures.items()}


def is_file(path: Path) -> bool:
    """It is one file that is meant; anything else is a folder."""
    return path.suffix in (*ENDINGS, ARCHIVE) and not path.is_dir()


def read_folder(path: Path) -> Folder:
    """What lies there. Raises Unreadable."""
    if path.suffix == ARCHIVE and path.is_file():
        return unzipped(path.read_bytes(), name=path.name)
    if path.is_file():
        return Folder({path.name: _some(path)}, _pictures(path.parent))
    if not path.is_dir():
        raise Unreadable([Fault(str(path), 0, "", _("There is no such file or folder."))])
    texts = {one.name: _some(one) for one in sorted(path.iterdir()) if one.suffix in ENDINGS and one.is_file()}
    if not texts:
        raise Unreadable([Fault(str(path), 0, "", _("No file in it ends in .yaml."))])
    return Folder(texts, _pictures(path))


def uploaded(name: str, found: bytes) -> Folder:
    """What was sent by a form: a file, or an archive. Raises Unreadable."""
    if name.lower().endswith(ARCHIVE):
        return unzipped(found, name=base(name))
    return Folder({base(name): found})


def unzipped(found: bytes, *, name: str) -> Folder:
    """What is in an archive; what unfolds to too much is refused before it is unfolded. Raises Unreadable."""
    folder = Folder()
    try:
        with ZipFile(BytesIO(found)) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir()]
            if len(entries) > MOST_FILES or sum(one.file_size for one in entries) > MOST_ALL_BYTES:
                raise Unreadable([Fault(name, 0, "", _("There is too much in it: divide it into several archives."))])
            for one in sorted(entries, key=lambda entry: entry.filename):
                if one.filename.endswith(ENDINGS):
                    folder.texts[one.filename] = _unfolded(archive, one, MOST_BYTES)
                else:
                    folder.pictures[base(one.filename)] = _unfolded(archive, one, MOST_PICTURE_BYTES)
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError):
        raise Unreadable([Fault(name, 0, "", _("It is no archive that can be opened: make it anew."))]) from None
    if not folder.texts:
        raise Unreadable([Fault(name, 0, "", _("No file in it ends in .yaml."))])
    return folder


def _unfolded(archive: ZipFile, entry: ZipInfo, most: int) -> bytes:
    # What an archive says of itself may be untrue: no more is read than may be there.
    with archive.open(entry) as file:
        return file.read(most + 1)


def _some(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _pictures(path: Path) -> dict[str, bytes]:
    folder = path / FOLDER
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return {
        one.name: one.read_bytes()
        for one in found[:MOST_FILES]
        if one.is_file() and one.stat().st_size <= MOST_PICTURE_BYTES
    }
