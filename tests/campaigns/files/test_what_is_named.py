"""Whatever an owner picks by name has a name in files, too."""

from personalization.campaigns.files.kind import kinds
from personalization.campaigns.files.naming import namings
from personalization.chosen.choosable import choosables

# Their numbers are drawn anew in each shop; see the README.
NUMBERED = {"cluster"}


def test_nothing_that_can_be_picked_is_kept_by_its_number() -> None:
    assert {one.name for one in choosables if not one.is_free} - {one.name for one in namings} == NUMBERED


def test_every_kind_says_how_it_is_named_before_others_name_it() -> None:
    assert [one.name for one in kinds] == ["segments", "shop_rules", "offers", "blocks", "popups", "banners"]
    assert {one.naming for one in kinds if one.naming} < {one.name for one in namings}
