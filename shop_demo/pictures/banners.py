"""Pictures for banners, drawn flat like those of the goods: a wide ground of one soft colour, large simple things."""

import math
from collections.abc import Callable, Sequence
from io import BytesIO

from PIL import Image, ImageDraw

WIDTH, HEIGHT, FINER = 1600, 900, 2
Point = tuple[float, float]
DARK, WHITE, STALK = "#2f4a2a", "#ffffff", "#447a2e"


class Sheet:
    """A sheet to draw on, by the points of the finished picture; drawn finer, so that edges come out smooth."""

    def __init__(self, ground: str) -> None:
        self.image = Image.new("RGB", (WIDTH * FINER, HEIGHT * FINER), ground)
        self._draw = ImageDraw.Draw(self.image)

    def round(self, x: float, y: float, across: float, colour: str, *, high: float | None = None) -> None:
        """A disc, or an oval, around a point."""
        half, tall = across / 2, (across if high is None else high) / 2
        self._draw.ellipse([one * FINER for one in (x - half, y - tall, x + half, y + tall)], fill=colour)

    def box(self, left: float, top: float, right: float, bottom: float, colour: str, *, corner: float = 0) -> None:
        """A rectangle with soft corners."""
        self._draw.rounded_rectangle([one * FINER for one in (left, top, right, bottom)], corner * FINER, fill=colour)

    def shape(self, points: Sequence[Point], colour: str) -> None:
        """Whatever lies between these points."""
        self._draw.polygon([(x * FINER, y * FINER) for x, y in points], fill=colour)

    def line(self, points: Sequence[Point], colour: str, *, thick: float) -> None:
        """A line with round ends."""
        self._draw.line(
            [(x * FINER, y * FINER) for x, y in points], fill=colour, width=int(thick * FINER), joint="curve"
        )
        for x, y in (points[0], points[-1]):
            self.round(x, y, thick, colour)

    def leaf(self, x: float, y: float, long: float, turned: float, colour: str, vein: str) -> None:
        """A leaf from its stalk's end; `turned` by degrees from straight up."""
        turn, outline = math.radians(turned), []
        for step in range(41):
            along = step / 20 if step <= 20 else 2 - step / 20
            side = 1 if step <= 20 else -1
            across = side * 0.24 * long * math.sin(math.pi * along**0.8)
            outline.append(_turned(x, y, across, -along * long, turn))
        self.shape(outline, colour)
        self.line([(x, y), _turned(x, y, 0, -0.86 * long, turn)], vein, thick=long / 40)

    def png(self) -> bytes:
        """The finished picture; of so few colours that a palette holds them."""
        small = self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        file = BytesIO()
        small.quantize(128, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        return file.getvalue()


def _turned(x: float, y: float, across: float, along: float, turn: float) -> Point:
    return x + across * math.cos(turn) - along * math.sin(turn), y + across * math.sin(turn) + along * math.cos(turn)


def week() -> bytes:
    """A full paper bag."""
    sheet = Sheet("#f7ecdc")
    sheet.round(800, 800, 1180, "#ecdcc3", high=90)
    for turned in (-30, -12, 8):
        sheet.leaf(640, 430, 300, turned, "#6aa84f", STALK)
    sheet.shape([(900, 470), (1040, 130), (1110, 150), (1030, 480)], "#d39b55")
    for step in range(4):
        x, y = 958 + 28 * step, 376 - 66 * step
        sheet.line([(x, y), (x + 62, y - 20)], "#f2cf96", thick=12)
    sheet.box(760, 210, 900, 480, WHITE, corner=6)
    sheet.shape([(760, 216), (830, 150), (900, 216)], "#d8e6f3")
    sheet.box(760, 300, 900, 370, "#4a84c4")
    sheet.shape([(560, 400), (1070, 400), (1040, 800), (590, 800)], "#c99c66")
    sheet.shape([(560, 400), (660, 400), (675, 800), (590, 800)], "#b78a55")
    sheet.shape([(560, 400), (1070, 400), (1066, 448), (564, 448)], "#d8b07e")
    apple(sheet, 410, 700, 190, "#d9534a")
    apple(sheet, 270, 745, 120, "#a3c653")
    carrot(sheet, 1150, 780, 0.9)
    carrot(sheet, 1180, 720, 0.8)
    return sheet.png()


def greens() -> bytes:
    """Leaves, carrots and tomatoes."""
    sheet = Sheet("#e6f2df")
    sheet.round(800, 800, 1300, "#d3e6c8", high=90)
    for number, turned in enumerate((-58, -36, -14, 10, 34, 58)):
        colour, vein = (("#6aa84f", STALK), ("#8cc069", "#5d9440"))[number % 2]
        sheet.leaf(660, 780, 560 - 40 * abs(number - 2.5), turned, colour, vein)
    for x, y, across in ((1010, 700, 210), (1190, 725, 160), (890, 745, 120)):
        sheet.round(x, y, across, "#d9534a", high=across * 0.9)
        sheet.round(x - across / 5, y - across / 5, across / 6, "#f2a7a0")
        for turned in (-70, -25, 25, 70):
            sheet.leaf(x, y - across * 0.4, across * 0.28, turned, STALK, DARK)
    carrot(sheet, 240, 790, 1.0)
    carrot(sheet, 270, 725, 0.9)
    return sheet.png()


def pets() -> bytes:
    """A full bowl, a ball and a bone."""
    sheet = Sheet("#eeece4")
    for x, y, size in ((250, 220, 1.0), (430, 120, 0.8), (1340, 200, 1.0), (1180, 110, 0.8)):
        paw(sheet, x, y, size, "#e0dccd")
    sheet.round(800, 780, 1200, "#dedac9", high=100)
    sheet.round(800, 470, 520, "#96673f", high=230)
    for number in range(23):
        far, turn = math.sqrt(number / 23), number * 2.4
        colour = ("#b98453", "#a8743f", "#cfae8c")[number % 3]
        sheet.round(800 + 210 * math.cos(turn) * far, 440 + 74 * math.sin(turn) * far, 66, colour, high=52)
    sheet.shape([(500, 490), (1100, 490), (1180, 780), (420, 780)], "#3d9c98")
    sheet.round(800, 490, 600, "#3d9c98", high=70)
    sheet.box(420, 740, 1180, 790, "#24706d", corner=24)
    paw(sheet, 800, 640, 0.9, "#9fd3d0")
    sheet.round(310, 710, 180, "#d9534a")
    sheet.line([(232, 690), (310, 668), (388, 690)], "#f2a7a0", thick=16)
    for x, y in ((1270, 740), (1270, 790), (1450, 720), (1450, 770)):
        sheet.round(x, y, 66, WHITE)
    sheet.line([(1270, 765), (1450, 745)], WHITE, thick=52)
    return sheet.png()


def supper() -> bytes:
    """A warm plate in the evening."""
    sheet = Sheet("#39405a")
    sheet.round(1330, 190, 170, "#f8e29c")
    sheet.round(1380, 160, 150, "#39405a")
    for x, y in ((240, 160), (420, 260), (620, 120), (1120, 130), (1480, 360), (180, 400)):
        sheet.round(x, y, 12, "#f8e29c")
    sheet.box(0, 690, WIDTH, HEIGHT, "#6b4526")
    sheet.box(0, 690, WIDTH, 706, "#96673f")
    sheet.round(800, 740, 760, "#56371e", high=110)
    sheet.round(800, 690, 760, "#f3f5f3", high=180)
    sheet.round(800, 676, 600, "#dfe4e1", high=126)
    sheet.round(800, 636, 480, "#e6bd55", high=170)
    for number in range(9):
        x = 620 + 45 * number
        sheet.line([(x - 40, 660), (x, 596 - 8 * (number % 3)), (x + 46, 660)], "#f6dc9a", thick=12)
    for x, y in ((690, 590), (800, 560), (905, 594)):
        sheet.round(x, y, 96, "#c4493f", high=80)
    sheet.leaf(800, 560, 90, 20, "#6aa84f", STALK)
    sheet.leaf(800, 560, 80, -50, "#6aa84f", STALK)
    for x in (690, 800, 910):
        wave = [(x + 18 * math.sin(step / 3.2), 500 - 9 * step) for step in range(20)]
        sheet.line(wave, "#5b6383", thick=12)
    for x in (330, 360, 390):
        sheet.line([(x, 570), (x, 650)], "#dfe4e1", thick=12)
    sheet.line([(330, 650), (390, 650)], "#dfe4e1", thick=14)
    sheet.line([(360, 650), (360, 830)], "#dfe4e1", thick=18)
    sheet.shape([(1236, 560), (1276, 590), (1276, 700), (1236, 700)], "#dfe4e1")
    sheet.line([(1246, 700), (1246, 830)], "#dfe4e1", thick=20)
    return sheet.png()


def apple(sheet: Sheet, x: float, y: float, across: float, colour: str) -> None:
    """With its stalk and one leaf."""
    sheet.round(x - across * 0.16, y, across * 0.78, colour, high=across * 0.92)
    sheet.round(x + across * 0.16, y, across * 0.78, colour, high=across * 0.92)
    sheet.line([(x, y - across * 0.36), (x + across * 0.06, y - across * 0.58)], "#6b4526", thick=across / 16)
    sheet.leaf(x + across * 0.05, y - across * 0.48, across * 0.34, 62, "#6aa84f", STALK)


def carrot(sheet: Sheet, x: float, y: float, size: float) -> None:
    """It lies with its tip to the left."""
    for turned in (62, 84, 106):
        sheet.leaf(x + 210 * size, y - 24 * size, 120 * size, turned, "#6aa84f", STALK)
    top, bottom = y - 56 * size, y + 12 * size
    sheet.shape([(x, y), (x + 200 * size, top), (x + 218 * size, y - 22 * size), (x + 200 * size, bottom)], "#e88b3a")
    sheet.round(x + 200 * size, (top + bottom) / 2, 44 * size, "#e88b3a", high=bottom - top)
    for at in (0.4, 0.6, 0.8):
        near = x + 200 * size * at
        sheet.line([(near, y - 44 * size * at), (near + 6 * size, y - 20 * size * at)], "#b8651d", thick=5 * size)


def paw(sheet: Sheet, x: float, y: float, size: float, colour: str) -> None:
    """A print of a paw."""
    sheet.round(x, y + 24 * size, 96 * size, colour, high=80 * size)
    for across, up in ((-58, -22), (-22, -58), (22, -58), (58, -22)):
        sheet.round(x + across * size, y + up * size, 40 * size, colour, high=50 * size)


DRAWN: dict[str, Callable[[], bytes]] = {"week": week, "greens": greens, "pets": pets, "supper": supper}
