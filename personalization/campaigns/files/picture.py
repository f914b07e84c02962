"""A picture in a file: its name and its checksum; the picture itself lies beside the file, in a folder."""

from hashlib import sha256
from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from personalization.campaigns.files.naming import Names
from personalization.campaigns.files.parts import Around, Part, mapping, words
from personalization.campaigns.files.text import Refused, Told

FOLDER = "pictures"
_PLANNED = "_planned_picture"


class Picture(Part):
    """`keep` stores one that was planned; nothing is stored while something may still be wrong."""

    needs_names = True

    def write(self, row: Any, names: Names) -> Any:
        """Nothing where there is none."""
        if planned := vars(row).get(_PLANNED):
            return {"file": planned[0], "sha256": planned[1]}
        picture = getattr(row, self.name)
        return {"file": base(picture.name), "sha256": checksum(content(picture))} if picture else {}

    def read(self, told: Told, row: Any, around: Around) -> Any:
        """The one that is there already, or one beside the file."""
        by_key = mapping(told, ("file", "sha256"))
        if not by_key:
            return None
        if set(by_key) != {"file", "sha256"}:
            raise Refused(_("A picture needs both its file and its sha256."))
        name, wanted = words(by_key["file"]), words(by_key["sha256"])
        if name != base(name) or name.startswith("."):
            raise Refused(_("Give the bare name of the picture, without a folder."), by_key["file"])
        former = getattr(around.former, self.name, None)
        if former and checksum(content(former)) == wanted and base(former.name) == name:
            return former
        found = around.pictures.get(name) or (content(former) if former else None)
        if found is None or checksum(found) != wanted:
            text = _("This very picture lies neither in the folder %(folder)s beside the file nor in the shop.")
            raise Refused(text % {"folder": FOLDER}, by_key["file"])
        return name, wanted, found

    def default(self, row: Any) -> Any:
        """None."""
        return None

    def put(self, row: Any, value: Any) -> None:
        """A new one is planned; its form is asked by the name alone."""
        vars(row).pop(_PLANNED, None)
        if isinstance(value, tuple):
            vars(row)[_PLANNED] = value
        elif value is None:
            setattr(row, self.name, "")

    def keep(self, row: Any) -> None:
        """Stores what was planned; the same picture under the same name is stored once."""
        planned = vars(row).pop(_PLANNED, None)
        if planned is None:
            return
        name, wanted, found = planned
        field = row._meta.get_field(self.name)
        path = field.generate_filename(row, name)
        if field.storage.exists(path) and checksum(_lying(field.storage, path)) == wanted:
            setattr(row, self.name, path)
        else:
            getattr(row, self.name).save(name, ContentFile(found), save=False)


def planned(row: Any) -> tuple[str, str, bytes] | None:
    """The picture that is to be stored."""
    found: tuple[str, str, bytes] | None = vars(row).get(_PLANNED)
    return found


def content(picture: Any) -> bytes:
    """What lies under its name; nothing if it is lost."""
    return _lying(picture.storage, picture.name)


def checksum(found: bytes) -> str:
    """Of its bytes."""
    return sha256(found).hexdigest()


def base(name: str) -> str:
    """Without folders."""
    return name.replace("\\", "/").rsplit("/", 1)[-1]


def _lying(storage: Any, path: str) -> bytes:
    try:
        with storage.open(path) as file:
            found: bytes = file.read()
            return found
    except OSError:
        return b""
