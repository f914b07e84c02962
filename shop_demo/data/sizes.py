"""Pack sizes as a shopper reads them: "12 PK/12 OZ" is "12 × 12 oz", "CTN" is nothing."""

import re

UNITS = {
    "OZ": "oz",
    "OZS": "oz",
    "O": "oz",
    "LB": "lb",
    "CT": "count",
    "L": "L",
    "ML": "ml",
    "GA": "gal",
    "GAL": "gal",
    "PT": "pint",
    "QT": "quart",
    "DZ": "dozen",
    "DOZ": "dozen",
    "PK": "pack",
    "PC": "pieces",
    "PCS": "pieces",
    "FT": "ft",
    "SQ FT": "sq ft",
    "LOAD": "loads",
    "LOADS": "loads",
    "LD": "loads",
    "STEM": "stems",
}
_NUMBER = r"(?:\d+ \d+/\d+|\d+/\d+(?= [A-Z])|\d*\.?\d+)"
_UNIT = r"(SQ FT|[A-Z]+)"
_PLAIN = re.compile(rf"^({_NUMBER})\s*{_UNIT}\b")
_MANY = re.compile(rf"^(\d+)\s*(?:PK|CT)?\s*[/-]\s*({_NUMBER})\s*{_UNIT}\b")
_TURNED = re.compile(rf"^({_NUMBER})\s*OZ/(\d+) (PK|CT)\b")
_HEAVIEST_FRESH_LB = 10
# Multipacks whose code is their whole contents.
_WHOLE = {"405.6 OZ": "24 × 16.9 oz", "101.4 OZ": "6 × 16.9 oz", "144 OZ": "12 × 12 oz", "288 OZ": "24 × 12 oz"}


def readable(code: str, *, is_fresh: bool = False) -> str:
    """The size in words, or nothing where the code says nothing a shopper could use."""
    text = re.sub(r"^(?:[LN]\s+|\(\d+\)\s*|\d{5,}\s+)", "", code.upper().strip())
    if text in UNITS and UNITS[text] in ("pint", "gal", "dozen"):
        return f"1 {UNITS[text]}"
    words = _WHOLE.get(text) or _several(text) or _single(text)
    return "" if is_fresh and _is_case(words) else words


def _several(text: str) -> str:
    turned = _TURNED.match(text)
    if turned:
        return f"{turned[2]} count, {_number(turned[1])} oz"
    many = _MANY.match(text)
    if not many or many[3] not in UNITS or int(many[1]) < 2 or re.match(r"^\d+/\d+ (GAL|L|PT|DZ)\b", text):
        return ""
    if " CT/" in text:
        return f"{many[1]} count, {_number(many[2])} {UNITS[many[3]]}"
    return f"{many[1]} × {_number(many[2])} {UNITS[many[3]]}"


def _single(text: str) -> str:
    plain = _PLAIN.match(text)
    if not plain or plain[2] not in UNITS:
        return ""
    return f"{_number(plain[1])} {UNITS[plain[2]]}"


def _number(text: str) -> str:
    whole, _, fraction = text.rpartition(" ") if " " in text else ("", "", text)
    if "/" in fraction:
        above, below = fraction.split("/")
        return f"{float(whole or 0) + int(above) / int(below):g}"
    return f"{float(text):g}"


def _is_case(words: str) -> bool:
    amount, _, unit = words.partition(" ")
    return unit == "lb" and float(amount) > _HEAVIEST_FRESH_LB
