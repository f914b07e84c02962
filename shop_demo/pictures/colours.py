"""Which colours a picture is drawn in: the ground says the department, the label says the variety or the brand."""

import hashlib
from typing import NamedTuple


class Palette(NamedTuple):
    """The colours a picture may use: its ground, and a shade with a darker and a lighter sister."""

    ground: str
    main: str
    dark: str
    light: str


GROUNDS = {
    "Fruit & vegetables": "#e6f2df",
    "Bakery": "#f7ecdc",
    "Dairy & eggs": "#e6f0fa",
    "Meat & fish": "#fae6e3",
    "Deli": "#f6e9dd",
    "Frozen": "#e2f1f6",
    "Pantry": "#f5efdd",
    "Breakfast": "#fbf0d6",
    "Snacks & sweets": "#f9e8ee",
    "Drinks": "#e3f1f0",
    "Household": "#e9ecf4",
    "Baby & health": "#f0e9f6",
    "Pets": "#eeece4",
}
NEUTRAL_GROUND = "#eef0f2"

# (main, dark, light)
SHADES = {
    "red": ("#d9534a", "#a83832", "#f2a7a0"),
    "orange": ("#e88b3a", "#b8651d", "#f7c793"),
    "yellow": ("#eec445", "#b98f17", "#f8e29c"),
    "green": ("#6aa84f", "#447a2e", "#b4d7a3"),
    "teal": ("#3d9c98", "#24706d", "#9fd3d0"),
    "blue": ("#4a84c4", "#2d5d94", "#a9c8e8"),
    "purple": ("#8a68b5", "#624489", "#c9b5e0"),
    "pink": ("#db6f9b", "#a9466f", "#f3b6cd"),
    "brown": ("#96673f", "#6b4526", "#cfae8c"),
    "slate": ("#64748b", "#434f60", "#b4bfcd"),
}
# What grows, swims or is baked has its own colours, whoever sells it; in two-coloured things "dark" is the second one.
TINTS = {
    "applegreen": ("#a3c653", "#7a9c35", "#d9eaa8"),
    "rose": ("#d9486b", "#a92d4d", "#f3a9bb"),
    "gold": ("#e6bd55", "#b8923a", "#f6e0a0"),
    "lemon": ("#eecb45", "#f0d864", "#faeeb0"),
    "lime": ("#79b04a", "#a3cf72", "#c7e2a8"),
    "navel": ("#e88b3a", "#f2a24e", "#f7c793"),
    "grapefruit": ("#efb45c", "#e8737a", "#fbdcae"),
    "whitegrapefruit": ("#efd06a", "#f3e3a0", "#faeec4"),
    "watermelon": ("#e4575b", "#4f8f3c", "#e9f3d8"),
    "cantaloupe": ("#f2a65a", "#bfa36c", "#f8dfb4"),
    "honeydew": ("#cfe3a1", "#a9c26a", "#eef5d5"),
    "blueberry": ("#5a5a9c", "#38386e", "#6f5fae"),
    "cranberry": ("#bf343f", "#8a1f2b", "#d04c55"),
    "cherry": ("#b02a3a", "#7d1b28", "#dd8b95"),
    "rainier": ("#eeb05c", "#cf5a4a", "#f7d9a4"),
    "grape": ("#7d5ba6", "#624489", "#c9b5e0"),
    "crimson": ("#a63f58", "#8c3049", "#dba0b0"),
    "ink": ("#443a5c", "#2e2742", "#8a7fa3"),
    "plum": ("#6f4580", "#5a3569", "#b78fc0"),
    "raisin": ("#7a4c48", "#573330", "#b08a86"),
    "peach": ("#f0a45e", "#e77f5c", "#fbd9b2"),
    "whitepeach": ("#f6d0b4", "#eba294", "#fdeee2"),
    "nectarine": ("#ee9a45", "#d4503f", "#f8cf9c"),
    "whitenectarine": ("#f4c9ae", "#cf5262", "#fbe7da"),
    "pear": ("#a9bf4a", "#869a35", "#d5e096"),
    "bartlett": ("#cdc552", "#a39c38", "#ebe6a4"),
    "bosc": ("#b08a4c", "#8a6a35", "#d8bd8c"),
    "leaf": ("#7cb55b", "#5d9a45", "#a9d188"),
    "redleaf": ("#9c4a55", "#74323c", "#a3c97f"),
    "redcabbage": ("#7d4a86", "#5c3264", "#a97fb2"),
    "broccoli": ("#558b3e", "#447a2e", "#73a857"),
    "cucumber": ("#4f8f3c", "#b5d188", "#dcebb8"),
    "summersquash": ("#ecc84a", "#e8d894", "#fbf3cf"),
    "pumpkin": ("#ea9d49", "#e08a33", "#f2b268"),
    "butternut": ("#e0ba80", "#d3a968", "#edd0a0"),
    "acorn": ("#44703e", "#385f34", "#588650"),
    "maize": ("#f0c648", "#cf9f27", "#f8e29c"),
    "cream": ("#f1e5cb", "#cdb78d", "#fffaf0"),
    "tan": ("#dfc08c", "#b08a4f", "#efdcb8"),
    "russet": ("#b98a56", "#8a6236", "#e3c497"),
    "brick": ("#b85a4c", "#8a3d33", "#dc968b"),
    "rust": ("#c9713f", "#97502a", "#e8a57c"),
    "copper": ("#c98a4b", "#b57739", "#e2ac74"),
    "redonion": ("#8f4069", "#6d2f50", "#b56f96"),
    "umber": ("#b98a60", "#8f6641", "#dbb692"),
    "beet": ("#8c2f52", "#651f3a", "#a84a6c"),
    "turnip": ("#9a5f9c", "#74437a", "#f3ead8"),
    "olive": ("#75893a", "#d9534a", "#b5c47c"),
    "ripeolive": ("#3f3b42", "#1f1d21", "#6f6a74"),
    "cheddar": ("#eebd45", "#d69f25", "#f8dd8c"),
    "ivory": ("#f1e3b8", "#d6c088", "#fbf5de"),
    "eggshell": ("#f6e6d2", "#d9c3a5", "#fdf4e6"),
    "brownegg": ("#cf9a6c", "#a87548", "#deb08a"),
    "crumb": ("#f0d3a2", "#dbb478", "#f8e8c8"),
    "wheat": ("#d9ac72", "#b5824a", "#edd0a4"),
    "rye": ("#b4865a", "#8c6038", "#d6b48e"),
    "silver": ("#5d97b8", "#3f7797", "#a9cfe2"),
    "salmon": ("#e58a6a", "#b85f42", "#f7c6b0"),
}
WORDS = {
    "red": "strawberry cherry tomato cola spicy hot red salsa pepperoni beef cranberry ketchup pizza chili watermelon",
    "orange": "orange peach cheddar apricot mango carrot caramel pumpkin sweet papaya cantaloupe salmon barbecue maple "
    "ginger",
    "yellow": "lemon banana honey butter cheese pineapple vanilla corn mustard original chicken golden macaroni",
    "green": "lime limes apple mint green pea spinach herb honeydew ranch dill kiwi spearmint vegetable broccoli "
    "jalapeño olive",
    "teal": "ocean fresh sea tuna wintergreen peppermint cool spring",
    "blue": "blueberry blue diet light skim white salt rice sparkling free whole low reduced",
    "purple": "grape blackberry lavender plum raisin pomegranate boysenberry berry",
    "pink": "raspberry bubble pink rose ham bacon watermelon fruit",
    "brown": "chocolate coffee cocoa mocha cinnamon brown wheat oat root bran hickory almond pecan roast gravy",
    "slate": "black pepper charcoal steel",
}
# Words said of any flavour: the flavour itself tells more.
WEAK_WORDS = frozenset(["light", "free", "low", "reduced", "whole", "fresh", "salt", "sweet", "cool"])
_SHADE_OF_WORD = {word: shade for shade, words in WORDS.items() for word in words.split()}


def palette(department: str, *, shade: str) -> Palette:
    """The department's ground with the colours of a shade or a tint."""
    return Palette(GROUNDS.get(department, NEUTRAL_GROUND), *(SHADES | TINTS).get(shade, SHADES["slate"]))


def shade_of(variety: str, *, brand: str) -> str:
    """The shade a variety calls to mind; the brand's own where it calls nothing to mind."""
    words = variety.lower().replace("-", " ").split()
    for word in sorted(words, key=WEAK_WORDS.__contains__):
        for known in (word, word.rstrip("s")):
            if known in _SHADE_OF_WORD:
                return _SHADE_OF_WORD[known]
    shades = sorted(SHADES)
    return shades[hashlib.sha256(brand.encode()).digest()[0] % len(shades)]
