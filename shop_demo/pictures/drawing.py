"""Draws a product's picture and saves it once, however many products look alike."""

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path

from django.conf import settings
from django.utils.text import slugify

from shop_demo.pictures.colours import palette, shade_of
from shop_demo.pictures.looks import look_of

SPRITE = Path(__file__).with_name("glyphs.svg")
FOLDER = "products"
MISSING = "image_not_found.svg"
# Glyphs that have colours of their own: for these the variety changes nothing, so they share a file.
_USES_SHADE = re.compile(r'class="[mdl]"')


@dataclass(frozen=True)
class Picture:
    """Everything a picture depends on; two products with the same picture share one file."""

    glyph: str
    department: str
    size: str
    shade: str

    @classmethod
    def of(cls, *, glyph: str, department: str, size: str, variety: str, brand: str) -> "Picture":
        """The picture of a product of this variety and brand."""
        glyph, tint = look_of(glyph, variety=variety)
        shade = tint or shade_of(variety, brand=brand) if _USES_SHADE.search(glyphs()[glyph]) else ""
        return cls(glyph, department, size, shade)

    @property
    def file_name(self) -> str:
        """Where the picture lies in the shop's media."""
        parts = (self.glyph, self.department, self.shade, self.size.replace(".", "p").replace("×", "x"))
        return f"{FOLDER}/{'-'.join(slugify(part) for part in parts if part)}.svg"


def draw(picture: Picture) -> str:
    """The picture as SVG."""
    ground, main, dark, light = palette(picture.department, shade=picture.shade)
    size = f'<text x="120" y="226" text-anchor="middle" class="s">{escape(picture.size)}</text>' if picture.size else ""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240" width="480" height="480">'
        f"<style>.m{{fill:{main}}}.d{{fill:{dark}}}.l{{fill:{light}}}.w{{fill:#fff}}"
        ".s{font:600 16px system-ui,sans-serif;fill:#55606e}</style>"
        f'<rect width="240" height="240" fill="{ground}"/>'
        '<ellipse cx="120" cy="196" rx="66" ry="6" fill="#000" opacity=".07"/>'
        f'<g transform="translate(20 8)">{glyphs()[picture.glyph]}</g>{size}</svg>'
    )


def save_pictures(pictures: Iterable[Picture]) -> dict[Picture, str]:
    """Writes the pictures that are not there yet; returns the file of each."""
    (Path(settings.MEDIA_ROOT) / FOLDER).mkdir(parents=True, exist_ok=True)
    names = {picture: picture.file_name for picture in pictures}
    for picture, name in names.items():
        (Path(settings.MEDIA_ROOT) / name).write_text(draw(picture), encoding="utf-8")
    save_missing()
    return names


def save_missing() -> None:
    """Writes the picture that stands in where a product has none."""
    stand_in = Picture("basket", "", "", "slate")
    (Path(settings.MEDIA_ROOT) / MISSING).write_text(draw(stand_in), encoding="utf-8")


@functools.cache
def glyphs() -> dict[str, str]:
    """Every glyph by name, drawn on a square of 200."""
    text = SPRITE.read_text(encoding="utf-8")
    found = {
        name: " ".join(body.split()) for name, body in re.findall(r'<symbol id="(\w+)">(.*?)</symbol>', text, re.S)
    }
    same = re.findall(r'<symbol id="(\w+)" like="(\w+)"/>', text)
    return found | {name: found[other] for name, other in same}
