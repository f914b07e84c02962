"""What a thing looks like by nature: the drawing and the tint that the words of its variety ask for.

`goods.txt` may name the tint itself, after the glyph ("grapes applegreen"): then it is always that one.
"""

# Where a variety is another thing to the eye: what it is drawn as instead.
DRAWN_INSTEAD = {
    "juice yellow": {
        "limeade": "juice green",
        "pink": "juice pink",
        "strawberry": "juice pink",
        "raspberry": "juice pink",
    },
    "juicebottle purple": {"white": "juicebottle lemon"},
    "juicebottle red": {"white": "juicebottle lemon"},
    "onion": {"green": "scallion"},
    "berries": {"strawberries": "strawberry", "raspberries": "raspberry", "peaches": "peach", "mango": "mango"},
    "leafy": {"eggplant": "eggplant", "beets": "radish", "turnips": "radish", "leeks": "scallion"},
    "pepper": {"banana": "chili", "habanero": "chili"},
}
# The first words that stand in the variety decide; "" is how the thing looks when they say nothing.
TINTS_OF_VARIETIES = {
    "apple": {"pink": "rose", "": "red"},
    "berries": {"": "blueberry"},
    "broccoli": {"": "broccoli"},
    "cheese": {
        **dict.fromkeys(("mozzarella", "monterey jack", "pepper jack", "swiss", "provolone", "muenster"), "ivory"),
        **dict.fromkeys(("havarti", "parmesan", "romano", "feta", "brie", "goat", "mascarpone", "white"), "ivory"),
        **dict.fromkeys(("blue cheese", "italian", "pizza blend"), "ivory"),
        "": "cheddar",
    },
    "cherry": {"": "cherry"},
    "chili": {"banana": "yellow", "habanero": "orange", "": "green"},
    "citrus": {"white": "whitegrapefruit", **dict.fromkeys(("red", "pink", "ruby"), "grapefruit"), "": "navel"},
    "corn": {"": "maize"},
    "cucumber": {"": "cucumber"},
    "driedfruit": {"golden": "gold", "yogurt": "cream", "": "raisin"},
    "egg": {"brown": "brownegg", "": "eggshell"},
    "fish": {"orange roughy": "salmon", "": "silver"},
    "grapes": {"green": "applegreen", "red": "crimson", "black": "ink", "": "grape"},
    "leafy": {"red leaf": "redleaf", "red": "redcabbage", "": "leaf"},
    "lemon": {"": "lemon"},
    "loaf": {
        **dict.fromkeys(("rye wheat", "pumpernickel", "pumpkin", "cinnamon", "chocolate"), "rye"),
        **dict.fromkeys(("wheat", "grain", "multigrain", "oat", "oatnut", "flax", "sprouted", "banana nut"), "wheat"),
        "": "crumb",
    },
    "melon": {"cantaloupe": "cantaloupe", "honeydew": "honeydew", "": "watermelon"},
    "milk": {
        "strawberry": "rose",
        **dict.fromkeys(("skim", "fat free"), "pink"),
        **dict.fromkeys(("1%", "low fat"), "green"),
        **dict.fromkeys(("2%", "reduced fat"), "blue"),
        **dict.fromkeys(("whole", "vitamin d"), "red"),
    },
    "mushroom": {"": "umber"},
    "olives": {"": "olive"},
    "onion": {"pearl": "cream", "": "copper"},
    "peach": {"red": "crimson", "yellow": "yellow", "black": "plum", "": "peach"},
    "pear": {"": "pear"},
    "pepper": {"": "green"},
    "potato": {"white": "tan", "baby": "gold", "fingerling": "gold", "": "russet"},
    "radish": {"white": "cream", "beets": "beet", "turnips": "turnip", "": "rose"},
    "raspberry": {"": "rose"},
    "squash": {"butternut": "butternut", "acorn": "acorn", "spaghetti": "lemon", "": "pumpkin"},
}
TINTS_OF_VARIETIES["cheeseslice"] = TINTS_OF_VARIETIES["cheese"]


def look_of(drawn_as: str, *, variety: str) -> tuple[str, str]:
    """The glyph and the tint; the tint is empty where the brand may choose it."""
    drawn_as = _named_in(variety, DRAWN_INSTEAD.get(drawn_as, {})) or drawn_as
    glyph, _, tint = drawn_as.partition(" ")
    return glyph, tint or _named_in(variety, TINTS_OF_VARIETIES.get(glyph, {}))


def _named_in(variety: str, looks: dict[str, str]) -> str:
    words = f" {variety.lower().replace('-', ' ')} "
    return next((look for named, look in looks.items() if f" {named} " in words), looks.get("", ""))
