"""The nightly lists and groups belong to the person they are for."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from personalization.events.personal import AskedBy, PersonalTable, Row, Whole, tables
from personalization.recommend.lists.models import ShopperGroup
from personalization.recommend.models import ShopperList, TrainingRun
from personalization.recommend.reasons import sentence
from personalization.recommend.scorecards.models import Scorecard
from personalization.recommend.searches.models import SearchDeed
from personalization.recommend.strategies.for_you import NIGHTLY_REASON


@tables.register
class NightlyLists(PersonalTable):
    """What was worked out for an account overnight, in each kept version."""

    name, label, model = "suggestions", _("what we worked out that you may want next"), ShopperList
    is_derived = True
    products = ("product_ids", "because_ids")

    def mine(self, whole: Whole) -> QuerySet[Any]:
        """By the account."""
        return whole.rows_of_account(ShopperList.objects.all())

    def rows(self, whole: Whole) -> Iterator[Row]:
        """With the reasons in words."""
        for row in super().rows(whole):
            told = [sentence(NIGHTLY_REASON[one]) if one in NIGHTLY_REASON else "" for one in row["reasons"]]
            yield {**row, "reasons_told": told}


@tables.register
class Searches(PersonalTable):
    """What a person chose after their searches, kept visit by visit."""

    name, label, model = "after_searches", _("what you chose after a search"), SearchDeed
    is_derived = True
    products = ("product_id",)


@tables.register
class Groups(PersonalTable):
    """Which shoppers an account was found to be like: worked out anew each night."""

    name, label, model = "groups", _("which shoppers you are like, by what you bought"), ShopperGroup
    is_derived = True

    def mine(self, whole: Whole) -> QuerySet[Any]:
        """By the account."""
        return whole.rows_of_account(ShopperGroup.objects.all())


@tables.register
class Trainings(AskedBy):
    """Trainings that a member of staff asked for."""

    name, label, model = "trainings", _("trainings that you asked for"), TrainingRun


@tables.register
class Scorecards(AskedBy):
    """Measurings likewise."""

    name, label, model = "scorecards", _("scorecards that you asked for"), Scorecard
