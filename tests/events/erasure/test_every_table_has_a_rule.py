"""No table of ours can hold a person and be forgotten: a new one without a rule makes this red."""

import re

import pytest
from django.db import models

from personalization.events.personal import tables
from tests.events.erasure.search import MODELS

NAMES_SOMEBODY = re.compile(r"user|visitor|e_?mail|account|customer|phone|address|session|cookie|\bip\b")
CAN_HOLD_ANYTHING = (
    models.UUIDField,
    models.JSONField,
    models.BinaryField,
    models.GenericIPAddressField,
    models.EmailField,
)
WITH_A_RULE = {table.model for table in tables}

# Columns that look as if they could name a person, in tables without a rule, and why they do not.
NAMES_NOBODY = {
    "Erasure.subject": "a fingerprint: nothing leads back from it to the id, but the id is known again by it",
    "Erasure.rows": "counts by table",
    "JobRun.token": "a random number of the worker",
    "JobRun.summary": "counts of a job",
    "TrainingRun.facts": "counts of the log",
    "TrainingRun.figures": "quality of a model",
    "TrainingRun.verdict_words": "numbers in a verdict",
    "ItemVector.inward": "a product's vector, learned from all shoppers at once",
    "ItemVector.outward": "a product's vector, learned from all shoppers at once",
    "ImportedFile.mapping": "column names of a file of the shop's own",
    "Block.parameters": "settings of an owner's block",
    "Block.titles": "headings that an owner wrote",
    "Block.rules": "goods that an owner chose",
    "ShopRule.values": "goods that an owner chose",
    "ShopRule.where": "categories that an owner chose",
    "ShopRule.regions": "regions that an owner chose",
    "ProductFact.attributes": "attributes of goods",
}


def suspicious() -> list[tuple[type[models.Model], str]]:
    found = []
    for model in MODELS:
        for field in model._meta.concrete_fields:
            if NAMES_SOMEBODY.search(field.column) or isinstance(field, CAN_HOLD_ANYTHING):
                found.append((model, f"{model.__name__}.{field.name}"))
    return found


@pytest.mark.parametrize(("model", "column"), suspicious(), ids=lambda one: one if isinstance(one, str) else "")
def test_a_column_that_can_name_a_person_has_a_rule(model, column):
    assert model in WITH_A_RULE or column in NAMES_NOBODY, f"{column}: register its table in a module `personal`."


def test_the_exceptions_are_still_there():
    assert not set(NAMES_NOBODY) - {column for _, column in suspicious()}


def test_every_rule_says_what_it_is_about():
    assert all(str(table.label) and table.name.isidentifier() for table in tables)
