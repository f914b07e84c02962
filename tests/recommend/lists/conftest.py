"""Lists are sorted by what is known of the goods."""

import pytest

from tests import people


@pytest.fixture
def known_shop(shop: people.Shop) -> people.Shop:
    """The tiny shop, its goods looked at."""
    people.know_goods(shop)
    return shop
