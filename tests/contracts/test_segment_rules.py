"""What every registered rule of segments promises, whoever wrote it."""

import json
import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.functional import Promise

from personalization.chosen.choosable import choosables
from personalization.chosen.field import ChosenField
from personalization.people.rules.rule import Rule, Visit, rules
from personalization.people.segments.compile import people
from personalization.people.segments.sentence import leaf_told
from personalization.people.segments.tree import Leaf, read
from tests.people import NOW
from tests.people.folk import known

ALL = [rule.name for rule in rules]
LANGUAGES = ["en", "ru", "uk"]
RUBBISH: list[Any] = [
    None, "", "x", -1, 10**30, 1.5, float("inf"), float("nan"), True, [], [None], ["x", 1, None], [10**30], {},
    {"a": []}, ["\0"], "\0", "%s", "%(now)s", "'; DROP TABLE x; --", "9" * 5000, "\ud800", [["x"]], [{}],
]  # fmt: skip
# What a field takes, whichever rule asks.
FILLED: dict[str, Any] = {
    "least": 1, "most": 5, "days": 30, "hours": 1, "percent": "20", "key": "age", "values": ["40"], "words": ["milk"],
    "sources": ["google"], "mediums": ["cpc"], "campaigns": ["spring"], "languages": ["en"], "accounts": [1, 2],
    "recency_least": 4, "salt": "abc", "cluster": 1, "over": 50, "from_hour": 9, "to_hour": 17,
}  # fmt: skip


@pytest.fixture(params=ALL)
def rule(request) -> Rule:
    return rules.get(request.param)


def filled(rule: Rule) -> dict[str, Any]:
    """Parameters of every field, as they would be stored."""
    params: dict[str, Any] = {}
    for name, field in rule.Form.base_fields.items():
        if isinstance(field, ChosenField):
            params[name] = ["Acme"] if choosables.get(field.kind).is_free else [1, 2]
        elif name in FILLED:
            params[name] = FILLED[name]
        elif isinstance(field, forms.MultipleChoiceField):
            params[name] = [field.choices[0][0]]
        elif isinstance(field, forms.ChoiceField):
            params[name] = next(iter(field.choices))[0]
        else:
            params[name] = False if isinstance(field, forms.BooleanField) else None
    return params


class TestWords:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_is_labelled_and_described(self, db, rule, language):
        with translation.override(language):
            assert str(rule.label).strip()
            assert str(rule.group).strip()
            told = leaf_told(Leaf(rule.name, filled(rule)))
        assert told.strip()
        assert "%(" not in told

    def test_its_words_follow_people_who(self, db, rule):
        told = leaf_told(Leaf(rule.name, filled(rule)))
        assert told[0].islower()
        assert not told.endswith(".")
        assert "not filled in" not in told

    def test_they_can_be_translated(self, rule):
        assert isinstance(rule.label, Promise)
        assert isinstance(rule.group, Promise)
        assert all(isinstance(field.label, Promise) for name, field in rule.Form.base_fields.items() if name != "salt")

    def test_its_name_is_a_plain_word(self, rule):
        assert rule.name.isidentifier()
        assert len(rule.name) <= 32

    def test_what_a_person_can_be_only_one_of_is_a_parameter(self, rule):
        assert not rule.one_of or rule.one_of in rule.Form.base_fields
        assert not rule.counts_from_nought or {"least", "most"} <= set(rule.Form.base_fields)


class TestParameters:
    def test_what_is_filled_in_is_complete_and_nothing_is_not(self, db, rule):
        assert rule.is_complete(filled(rule))
        assert not rule.is_complete({}) or not any(field.required for field in rule.Form.base_fields.values())

    def test_what_was_stored_is_read_back_the_same(self, db, rule):
        values = rule.values(filled(rule))
        assert rule.values(json.loads(json.dumps(values, cls=DjangoJSONEncoder))) == values

    @pytest.mark.parametrize("turn", range(len(RUBBISH)))
    def test_rubbish_is_calmly_nobody_or_somebody(self, db, rule, turn):
        rubbish = RUBBISH[turn]
        of_everything = dict.fromkeys(rule.Form.base_fields, rubbish)
        one_by_one = [{**filled(rule), name: rubbish} for name in rule.Form.base_fields]
        for params in (of_everything, *one_by_one, {"x" * 99: rubbish}):
            leaf = {"rule": rule.name, "params": params}
            assert people(read(leaf), now=NOW).count() == 0
            assert leaf_told(Leaf(rule.name, params)).strip()
            list(rule.chosen(params))
            if rule.is_live and (values := rule.values(params)) is not None:
                assert rule.holds(values, Visit()) in (True, False)

    def test_reading_them_asks_the_database_nothing(self, db, rule, django_assert_num_queries):
        params = filled(rule)
        with django_assert_num_queries(0):
            rule.values(params)


class TestVisit:
    def test_it_looks_at_nothing_of_a_visit_but_what_it_says(self, db, rule):
        looked_at = set()

        class Watched(Visit):
            def __getattribute__(self, name):
                looked_at.add(name)
                return super().__getattribute__(name)

        if rule.is_live:
            rule.holds(rule.values(filled(rule)), Watched(number=3, basket_total=Decimal(60), chance=0.7))
            assert looked_at
            assert not rule.looks_at or looked_at <= set(rule.looks_at)


class TestStatement:
    @pytest.mark.parametrize("is_out", [False, True], ids=["in", "out"])
    def test_it_is_one_statement_that_only_reads(self, db, rule, is_out):
        leaf = {"rule": rule.name, "params": filled(rule)}
        with CaptureQueriesContext(connection) as sent:
            list(people(read({"not": leaf} if is_out else leaf), now=NOW))
        assert len(sent) == 1
        assert sent[0]["sql"].lstrip().startswith("SELECT")

    def test_with_people_there_it_says_yes_or_no_to_each(self, db, rule):
        known("Anna", demographics={"age": "forty"})
        known("Boris", last_order_at=NOW - timedelta(days=3), orders=1, demographics={"age": 40, "birthday": "x"})
        leaf = {"rule": rule.name, "params": filled(rule)}
        inside, outside = (set(people(read(one), now=NOW)) for one in (leaf, {"not": leaf}))
        everybody = set(people(read({"rule": "orders", "params": {"least": 0}}), now=NOW))
        if rule.is_live:
            assert inside == outside == everybody, "either may be, until the visit says"
        else:
            assert inside | outside == everybody
            assert not inside & outside

    def test_what_it_needs_can_be_asked(self, db, rule):
        if (needed := rule.needs(rule.values(filled(rule)))) is not None:
            assert people(read({"rule": "orders", "params": {"least": 0}}), now=NOW).filter(needed).count() == 0


def test_a_rule_of_the_shop_s_own_needs_one_class(db):
    @rules.register
    class EarlyRiser(Rule):
        """Comes before eight."""

        name, label, group = "early_riser", "rises early", "Habits"

        def condition(self, values, *, now):
            from django.db.models import Q

            return Q(hour__lt=8)

        def describe(self, values, names=None):
            return "come before eight"

    try:
        known("Anna", hour=7)
        known("Boris", hour=9)
        found = people(read({"rule": "early_riser"}), now=NOW)
        assert [one.person for one in found] == [uuid.uuid5(uuid.NAMESPACE_DNS, "Anna")]
        assert leaf_told(Leaf("early_riser")) == "come before eight"
    finally:
        del rules._entries["early_riser"]
