"""Whose a card is, as staff and tills ask (PERSONALIZATION_FIND_CUSTOMER): the household's number stands on it."""

from collections.abc import Sequence

from shop_demo.models import Household

LONGEST = 9


def holders(words: str) -> Sequence[int]:
    """The account of the household with this card; one query, and none for what is no number."""
    number = words.strip().lower().removeprefix("card").strip()
    if not number.isdecimal() or len(number) > LONGEST:
        return []
    return list(Household.objects.filter(number=int(number)).values_list("user_id", flat=True))
