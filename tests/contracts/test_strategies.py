"""What every registered strategy promises, whoever wrote it."""

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.template import engines
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.functional import Promise

from personalization import shop as door
from personalization.recommend.choose import choose
from personalization.recommend.context import Context
from personalization.recommend.reasons import Reason
from personalization.recommend.strategies.strategy import Candidate, Strategy, strategies, strategy_choices
from personalization.storefront.explain_words import part_told
from personalization.storefront.models import Block
from tests.people import NOW
from tests.regular import regular
from tests.safety.conftest import fill_tables

ALL = [strategy.name for strategy in strategies]
LANGUAGES = ["en", "ru", "uk"]
# Of its own tables and the catalogue; the cards come on top.
LOOK_UPS = 4


@pytest.fixture(params=ALL)
def strategy(request) -> Strategy:
    return strategies.get(request.param)


@pytest.fixture
def stranger(shop) -> Context:
    return Context(buying=door.buying(), now=NOW)


@pytest.fixture
def somebody(shop) -> Context:
    fill_tables(shop)
    return regular(shop)


class TestWords:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_has_a_label_a_title_and_a_sentence(self, strategy, language):
        with translation.override(language):
            assert str(strategy.label).strip()
            assert str(strategy.title).strip()
            assert strategy.describe({}).strip()

    def test_they_can_be_translated(self, strategy):
        assert all(isinstance(words, Promise) for words in (strategy.label, strategy.title, strategy.sentence))

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_parts_of_its_scores_have_words(self, strategy, somebody, language):
        with translation.override(language):
            told = {name: part_told(name) for one in strategy.candidates(somebody, {}) for name, _value in one.parts}
        assert all(words and words != name for name, words in told.items())

    def test_its_name_fits_the_column_and_a_template(self, strategy):
        assert strategy.name.isidentifier()
        assert len(strategy.name) <= Block._meta.get_field("strategy").max_length

    def test_its_stand_ins_are_there(self, strategy):
        assert all(name in strategies for name in strategy.stand_ins)
        assert strategy.name not in strategy.stand_ins

    def test_its_parameters_explain_themselves(self, strategy):
        for field in strategy.Form.base_fields.values():
            assert field.label
            assert field.help_text
            assert field.initial is not None


class TestParameters:
    def test_its_defaults_fit_its_form(self, strategy):
        assert strategy.Form(data=strategy.defaults()).is_valid()

    @pytest.mark.parametrize("nonsense", [{}, {"period": None}, {"period": "aeon"}, {"limit": [1]}, {"x" * 99: "y"}])
    def test_nonsense_becomes_the_default(self, strategy, nonsense):
        cleaned = strategy.clean(nonsense)
        assert {name: cleaned[name] for name in strategy.defaults()} == strategy.defaults()


class TestCandidates:
    def test_in_an_empty_shop_it_is_calm(self, db, strategy):
        context = Context(buying=door.buying(), now=NOW)
        assert list(strategy.candidates(context, {})) == []
        assert choose(context, strategy.name).cards == []

    def test_for_a_stranger_it_is_calm(self, stranger, strategy):
        choose(stranger, strategy.name, minimum=3)

    def test_with_all_it_could_need_it_has_something_to_say(self, somebody, strategy):
        found = list(strategy.candidates(somebody, strategy.clean({})))
        assert found
        assert all(isinstance(one, Candidate) and one.reason in Reason for one in found)
        assert len({one.product_id for one in found}) == len(found)

    def test_it_gives_the_best_first(self, somebody, strategy):
        scores = [one.score for one in strategy.candidates(somebody, strategy.clean({}))]
        assert scores == sorted(scores, reverse=True)

    def test_twice_it_says_the_same(self, somebody, strategy):
        assert list(strategy.candidates(somebody, {})) == list(strategy.candidates(somebody, {}))

    def test_it_keeps_to_its_budget_and_only_reads(self, somebody, strategy):
        with transaction.atomic():
            with connection.cursor() as cursor:
                # Whoever writes now gets an error.
                cursor.execute("SET LOCAL transaction_read_only = on")
            with CaptureQueriesContext(connection) as sent:
                strategy.candidates(somebody, strategy.clean({}))
            # Going back takes the setting back, too.
            transaction.set_rollback(True)
        assert len(sent) <= LOOK_UPS

    def test_it_keeps_to_the_number_of_candidates(self, somebody, strategy, settings):
        settings.PERSONALIZATION_CANDIDATES = 2
        shown = choose(somebody, strategy.name, limit=48, stand_ins=())
        assert len(shown.cards) <= 48


def test_a_strategy_of_the_shop_s_own_needs_one_class(shop, rf, settings, bare_oscar):
    before = Block._meta.get_field("strategy").choices

    @strategies.register
    class Breakfast(Strategy):
        """Whatever goes with the first coffee."""

        name, label, title = "breakfast", "Breakfast", "Good morning"
        sentence = "that go with the first coffee"
        stand_ins = ()

        def candidates(self, context: Context, parameters: dict) -> list[Candidate]:
            return [Candidate(shop["muesli"].pk, 1.0), Candidate(shop["honey"].pk, 0.5)]

    request = rf.get("/")
    request.user = AnonymousUser()
    try:
        assert ("breakfast", "Breakfast") in strategy_choices()
        Block(slot="home-1", strategy="breakfast").full_clean()
        Block.objects.create(slot="home-1", strategy="breakfast", minimum=1)
        html = engines["django"].from_string('{% load personalization %}{% block_at "home-1" %}').render({}, request)
        assert "Good morning" in html
        assert html.count("<article") == 2
    finally:
        del strategies._entries["breakfast"]
    assert Block._meta.get_field("strategy").choices == before


def test_the_form_of_a_strategy_is_a_form():
    assert all(issubclass(strategy.Form, forms.Form) for strategy in strategies)
