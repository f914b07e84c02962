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
WORDS = {
    "red": "strawberry cherry tomato cola spicy hot red salsa pepperoni beef cranberry ketchup pizza chili watermelon",
    "orange": "orange peach cheddar apricot mango carrot caramel pumpkin sweet papaya salmon barbecue maple ginger",
    "yellow": "lemon banana honey butter cheese pineapple vanilla corn mustard original chicken golden macaroni",
    "green": "lime limes apple mint green pea spinach herb ranch dill kiwi spearmint vegetable broccoli jalapeño olive",
    "teal": "ocean fresh sea tuna wintergreen peppermint cool spring",
    "blue": "blueberry blue diet light skim white salt rice sparkling free whole low reduced",
    "purple": "grape blackberry lavender plum raisin pomegranate boysenberry berry",
    "pink": "raspberry bubble pink rose ham bacon watermelon fruit",
    "brown": "chocolate coffee cocoa mocha cinnamon brown wheat oat root bran hickory almond pecan roast gravy",
    "slate": "black pepper charcoal steel",
}
_SHADE_OF_WORD = {word: shade for shade, words in WORDS.items() for word in words.split()}


def palette(department: str, *, shade: str) -> Palette:
    """The department's ground with the colours of a shade."""
    return Palette(GROUNDS.get(department, NEUTRAL_GROUND), *SHADES.get(shade, SHADES["slate"]))


def shade_of(variety: str, *, brand: str) -> str:
    """The shade a variety calls to mind; the brand's own where it calls nothing to mind."""
    for word in variety.lower().replace("-", " ").split():
        for known in (word, word.rstrip("s")):
            if known in _SHADE_OF_WORD:
                return _SHADE_OF_WORD[known]
    shades = sorted(SHADES)
    return shades[hashlib.sha256(brand.encode()).digest()[0] % len(shades)]
