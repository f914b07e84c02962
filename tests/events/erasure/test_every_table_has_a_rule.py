"""No table of ours can hold a person and be forgotten: a new one without a rule makes this red."""

import re
from collections.abc import Iterable

import pytest
from django.contrib.auth import get_user_model
from django.db import models
from django.test.utils import isolate_apps

from personalization.events.models import Visitor
from personalization.events.personal import tables
from tests.events.erasure.search import MODELS

NAMES_SOMEBODY = re.compile(r"user|visitor|e_?mail|account|customer|phone|address|session|cookie|\bip\b")
PEOPLE = (get_user_model(), Visitor)
CAN_HOLD_ANYTHING = (
    models.UUIDField,
    models.JSONField,
    models.BinaryField,
    models.GenericIPAddressField,
    models.TextField,
    models.FileField,
    # Also what is made of it: e-mail, slug, address of a page.
    models.CharField,
)
WITH_A_RULE = {table.model for table in tables}

# Columns that look as if they could name a person, in tables without a rule, and why they do not.
NAMES_NOBODY = {
    "Erasure.subject": "a fingerprint: nothing leads back from it to the id, but the id is known again by it",
    "Erasure.rows": "counts by table",
    "JobRun.token": "a random number of the worker",
    "JobRun.summary": "counts of a job",
    "TrainingRun.facts": "counts of the log",
    "Cluster.facts": "averages of a group of many",
    "TrainingRun.figures": "quality of a model",
    "TrainingRun.verdict_words": "numbers in a verdict",
    "ItemVector.inward": "a product's vector, learned from all shoppers at once",
    "ItemVector.outward": "a product's vector, learned from all shoppers at once",
    "ImportedFile.mapping": "column names of a file of the shop's own",
    "Block.parameters": "settings of an owner's block",
    "Block.titles": "headings that an owner wrote",
    "Block.rules": "goods that an owner chose",
    "Block.audience": "segments that an owner chose",
    "Banner.audience": "segments that an owner chose",
    "Banner.arm": "a share of all people",
    "Banner.hours": "hours of the week",
    "Banner.link": "a page of the shop",
    "Banner.name": "what an owner calls a banner",
    "Banner.note": "what an owner wrote to remember",
    "Banner.picture": "a picture that an owner chose",
    "Banner.slot": "a place that an owner named",
    "Banner.texts": "words that an owner wrote",
    "InterestDoor.note": "what an owner wrote to remember",
    "InterestDoor.slot": "a place that an owner named",
    "InterestDoor.texts": "words that an owner wrote",
    "DoorChoice.categories": "categories that an owner chose",
    "DoorChoice.picture": "a picture that an owner chose",
    "DoorChoice.texts": "words that an owner wrote",
    "Popup.audience": "segments that an owner chose",
    "Popup.arm": "a share of all people",
    "Popup.design_parameters": "settings of an owner's pop-up",
    "Popup.frequency": "how often, for everybody alike",
    "Popup.hours": "hours of the week",
    "Popup.link": "a page of the shop",
    "Popup.name": "what an owner calls a pop-up",
    "Popup.note": "what an owner wrote to remember",
    "Popup.texts": "words that an owner wrote",
    "Popup.trigger_parameters": "settings of an owner's pop-up",
    "ShopRule.values": "goods that an owner chose",
    "ShopRule.where": "categories that an owner chose",
    "ShopRule.regions": "regions that an owner chose",
    "ProductFact.attributes": "attributes of goods",
    # Words of ours, or of whoever looks after the shop.
    "Erasure.asked_by": "which door it was asked at; of a person it says only that it was the one erased",
    "TrainingRun.stage": "a step of our own",
    "Scorecard.stage": "a step of our own",
    "TrainingRun.verdict": "a sentence of ours; its numbers and its error stand in verdict_words",
    "Scorecard.result": "quality of strategies",
    "Scorecard.error": "an error without the row that the database quotes",
    "JobRun.error": "an error without the row that the database quotes",
    "ImportedFile.error": "an error without the row that the database quotes",
    "JobRun.job": "the name of a job of ours",
    "JobRun.period": "an hour of the clock, or the number of a training",
    "ImportedFile.source": "how the shop calls where a file came from",
    "ImportedFile.name": "the name of a file of the shop's own",
    "ImportedFile.fingerprint": "of a file",
    "ImportedFile.rejects": "the place of a file of the shop's own",
    "Block.slot": "a place that an owner named",
    "Block.name": "what an owner calls a block",
    "Block.hours": "hours of the week",
    "Block.note": "what an owner wrote to remember",
    "Weather.region": "a region that several shoppers gave, or that the shop's source of weather names",
    "ShopRule.name": "what an owner calls a rule",
    # What is counted over many.
    "Tally.outcome": "why events were refused",
    "DailyFigure.block": "a block, or the place of a tag",
    "RankedList.measure": "what is counted",
    "RankedList.period": "how long a list looks back",
    "RankedList.scope": "a region, or a group of shoppers by its own name",
    "ListScope.name": "a region, or a group of shoppers by its own name",
    "ListTotal.period": "how long a list looks back",
    "ListClock.groupings": "the names of groupings",
    "SearchList.words": "what several people searched for; what one alone did stays in SearchDeed, which has a rule",
    # Goods.
    "Bundle.currency": "of a price",
    "Bundle.offers_key": "of the shop's offers",
    # Ids of the log at the edge of what was read.
    "ProfileClock.read_from": "a moment as an id: no event has it",
    "ProfileClock.noted_before": "a moment as an id: no event has it",
    "SegmentClock.version": "drawn by lot whenever a live segment changes",
    "ProfileClock.borders": "where fifths and thirds of all customers lie",
    # What an owner made of people, and what was learned from all of them at once.
    "Segment.name": "what an owner calls a segment",
    "Segment.note": "what an owner wrote to remember",
    "Segment.tree": "rules that an owner chose; the accounts on a list are taken off it, see segments/personal.py",
    "Segment.counted_tree": "likewise",
    "Segment.origin": "a ready-made segment, or the number of a cluster",
    "Segment.error": "an error without the row that the database quotes",
    "PredictionRun.parameters": "of a model of all customers",
    "PredictionRun.verdicts": "quality of a model",
    "PredictionRun.customers": "how many there were",
    "PredictionRun.error": "an error without the row that the database quotes",
    "PersonalOffer.name": "what an owner calls an offer",
    "PersonalOffer.note": "what an owner wrote to remember",
    "PersonalOffer.title": "what all shoppers read",
    "PersonalOffer.hours": "hours of the week",
    "PersonalOffer.audience": "segments that an owner chose",
    "PersonalOffer.arm": "a share of all people, by a hash",
    "PersonalOffer.goods": "goods that an owner chose",
    "PersonalOffer.parameters": "settings of a trigger",
    "OfferUse.order_number": "an order of the shop's own; whose code it was stands in PersonalCode, which has a rule",
    "ProductFact.brand": "of goods",
    "ProductFact.currency": "of a price",
}


def can_name_somebody(field: models.Field) -> bool:
    """By its name, by where it leads, or because nobody says what may stand in it."""
    if field.is_relation:
        return issubclass(field.related_model, PEOPLE)
    return bool(NAMES_SOMEBODY.search(field.column)) or (isinstance(field, CAN_HOLD_ANYTHING) and not field.choices)


def suspicious(found_in: Iterable[type[models.Model]] = MODELS) -> list[tuple[type[models.Model], str]]:
    return [
        (model, f"{model.__name__}.{field.name}")
        for model in found_in
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many)
        if can_name_somebody(field)
    ]


@pytest.mark.parametrize(("model", "column"), suspicious(), ids=lambda one: one if isinstance(one, str) else "")
def test_a_column_that_can_name_a_person_has_a_rule(model, column):
    assert model in WITH_A_RULE or column in NAMES_NOBODY, f"{column}: register its table in a module `personal`."


def test_the_exceptions_are_still_there():
    assert not set(NAMES_NOBODY) - {column for _, column in suspicious()}


def test_nothing_that_could_name_somebody_is_passed_over():
    with isolate_apps("personalization"):

        class Coupon(models.Model):  # noqa: DJ008 - nobody ever says it
            class Meta:
                app_label = "personalization"

            owner = models.ForeignKey(get_user_model(), models.CASCADE, db_column="whose", related_name="+")
            shown_to = models.ManyToManyField(Visitor, related_name="+")
            first_seen_by = models.OneToOneField(Visitor, models.CASCADE, db_column="browser", related_name="+")
            greeting = models.CharField(max_length=80)
            letter = models.TextField()
            kind = models.CharField(max_length=8, choices=[("ten", "10 %")])
            percent = models.IntegerField()

    named = {column.removeprefix("Coupon.") for _, column in suspicious([Coupon])}
    assert named == {"owner", "shown_to", "first_seen_by", "greeting", "letter"}


def test_every_rule_says_what_it_is_about():
    assert all(str(table.label) and table.name.isidentifier() for table in tables)
