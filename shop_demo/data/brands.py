"""A believable, invented brand for each manufacturer number: always the same one, and never two alike."""

from typing import Final

OWN_BRAND: Final = "Journey Market"
STEMS: Final = ["Alder", "Amber", "Arden", "Ashen", "Barrow", "Bellen", "Birch", "Bramble", "Briar", "Brindle", "Calder", "Cedar", "Clover", "Corven", "Cress", "Dapple", "Darrow", "Dellen", "Dunmer", "Eddle", "Elder", "Ember", "Fallow", "Farren", "Fennel", "Ferrin", "Finch", "Flax", "Galen", "Garrow", "Gentle", "Glen", "Gorse", "Hadley", "Hallow", "Harrow", "Hazel", "Hearth", "Heron", "Hollis", "Iver", "Jasper", "Juniper", "Keld", "Kestrel", "Lark", "Larch", "Linden", "Lorrel", "Lovat", "Mallow", "Marlen", "Marrow", "Merrin", "Mistle", "Morrow", "Nettle", "Oakes", "Olden", "Orrin", "Otter", "Pellow", "Pembry", "Perrin", "Plover", "Quill", "Rowan", "Rushen", "Saffer", "Sallow", "Sedge", "Selwyn", "Sorrel", "Sparrow", "Starling", "Sunder", "Tallow", "Tamsin", "Teasel", "Thistle", "Tilden", "Torren", "Umber", "Vesper", "Wander", "Warren", "Willow", "Winter", "Wren", "Yarrow"]
ENDINGS: Final = ["brook", "field", "wick", "dale", "ford", "worth", "stead", "moor", "combe", "ridge", "holm", "mere", "well", "grove", "ton", "ley", "by", "bury", "more", "haven", "shaw", "lea", "gate", "croft", "bank", "cliff", "marsh", "side", "stow", "thorpe", "garth", "beck", "fell", "low", "den", "hurst", "vale", "wood", "land", "point", "crest", "mead", " Hill", " Lane", " House", " & Co", " Brothers", " & Daughters", " Row", " Yard", " Works", " Bay", " Cross", " Park", " North", " Bridge", " Street", " & Sons", " Corner", " Harbor", " Square", " Common", " & Finch", " & Wells", " & Lowe", " & Hart", " & Reed", " & Stone", " & Marsh", " & Vale", " & Brook", " Company", " Trading", " Provisions", " Union", " Standard", " Central"]
_SCATTER: Final = 2693  # shares no factor with the number of names, so each number below it gets a name of its own


def brand_name(manufacturer: int, *, is_own: bool) -> str:
    """The brand that stands on this manufacturer's goods."""
    if is_own:
        return OWN_BRAND
    ending, stem = divmod(manufacturer * _SCATTER % (len(STEMS) * len(ENDINGS)), len(STEMS))
    return f"{STEMS[stem]}{ENDINGS[ending]}"
