"""Oscar's thumbnailer for pictures that need no thumbnail: a drawing is sharp at every size."""

from typing import Any

from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from oscar.core.thumbnails import AbstractThumbnailer


class StoredFile:
    """A picture named by its path, with the one thing that templates ask for."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.url = default_storage.url(name)


class WholePicture(AbstractThumbnailer):  # type: ignore[misc]
    """Answers with the picture itself; nothing is made, so nothing has to be deleted."""

    def generate_thumbnail(self, source: FieldFile | str, **opts: Any) -> FieldFile | StoredFile:
        """The source as it is, given as a field's file or as a path."""
        return StoredFile(source) if isinstance(source, str) else source

    def delete_thumbnails(self, source: FieldFile | str) -> None:
        """Leaves the file alone: products with the same drawing share it."""
