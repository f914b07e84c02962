"""What the data set knows of the households, as the app asks for it (PERSONALIZATION_DEMOGRAPHICS)."""

from collections.abc import Mapping, Sequence

from shop_demo.models import Household

Known = dict[str, str | int]
WORDS = ("age", "income", "home_ownership", "marital_status")
NUMBERS = {"household_size": "household_size", "kids_count": "children"}


def of_households(user_ids: Sequence[int]) -> Mapping[int, Known]:
    """Age and income as the bands of the data set, people and children as numbers; one query."""
    rows = Household.objects.filter(user__in=user_ids).values("user_id", *WORDS, *NUMBERS)
    return {row["user_id"]: _known(row) for row in rows}


def _known(row: Mapping[str, str]) -> Known:
    words = {name: row[name] for name in WORDS if row[name] and row[name] != "Unknown"}
    # "5+" and "3+" are the largest: at least so many.
    numbers = {told: int(digits) for name, told in NUMBERS.items() if (digits := row[name].strip("+ ")).isdecimal()}
    return {**words, **numbers}
