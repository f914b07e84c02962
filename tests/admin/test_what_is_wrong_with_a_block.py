"""The list tells at a glance what is live and what is wrong, and the first page leads to what comes next."""

from datetime import timedelta

import pytest
from django.test import Client

from personalization.campaigns.state import State
from personalization.events.daily import sum_days
from personalization.events.identifiers import event_id
from personalization.events.models import Event
from personalization.events.write import NewEvent, write
from personalization.recommend.models import ServedModel, TrainingRun
from personalization.recommend.probe import reads_model
from personalization.storefront.health import Health, Impressions, health, surroundings
from personalization.storefront.models import Block
from personalization.storefront.overview import overview
from personalization.storefront.steps import DONE, first_steps, next_step
from tests.admin.stories import address, job
from tests.people import NOW, Shop


def of(block: Block) -> Health:
    return health(block, surroundings(now=NOW), now=NOW)


def test_a_block_that_is_shown_is_well(filled_shop: Shop, bestsellers: Block) -> None:
    assert of(bestsellers) == Health(State.LIVE, Impressions(1, 1, NOW.date()))


def test_impressions_are_counted_for_a_week_and_for_two(filled_shop: Shop, bestsellers: Block) -> None:
    def shown(days_ago: int, traffic: str = "shopper") -> NewEvent:
        moment = NOW - timedelta(days=days_ago)
        return NewEvent(event_id(moment), "block_shown", moment, traffic=traffic, payload={"block": bestsellers.pk})

    write([shown(3), shown(10), shown(20), shown(1, "bot")])
    unsummed = of(bestsellers).impressions
    assert (unsummed.week, unsummed.fortnight, unsummed.last) == (2, 3, NOW.date())
    sum_days(NOW - timedelta(minutes=90))
    assert of(bestsellers).impressions == unsummed, "the latest hour is counted as it stands in the log"
    sum_days(NOW)
    assert of(bestsellers).impressions == unsummed


def test_figures_outlive_their_events(filled_shop: Shop, bestsellers: Block) -> None:
    sum_days(NOW)
    Event.objects.filter(kind="block_shown").delete()
    assert of(bestsellers).impressions == Impressions(1, 1, NOW.date())


def test_the_click_rate_is_of_two_weeks(owner: Client, filled_shop: Shop, bestsellers: Block) -> None:
    def told(kind: str, days_ago: int) -> NewEvent:
        moment = NOW - timedelta(days=days_ago)
        return NewEvent(event_id(moment), kind, moment, payload={"block": bestsellers.pk, "slot": "home-3"})

    write([told("block_shown", 2), told("block_shown", 3), told("block_shown", 4), told("block_seen", 2)])
    write([told("block_clicked", 2), told("block_clicked", 20)])
    sum_days(NOW)
    assert of(bestsellers).impressions.click_rate == 25
    page = owner.get(address("block")).content.decode()
    assert "25.0 %" in page
    assert "1 click, seen 1 time" in page


def test_a_block_that_nobody_saw_has_no_click_rate(bestsellers: Block) -> None:
    assert of(bestsellers).impressions.click_rate is None


def test_weeks_are_compared_by_whole_days(filled_shop: Shop, bestsellers: Block) -> None:
    def shown(days_ago: int) -> NewEvent:
        moment = NOW - timedelta(days=days_ago)
        return NewEvent(event_id(moment), "block_shown", moment, payload={"block": bestsellers.pk})

    assert overview(now=NOW).change is None
    write([shown(1), shown(6), shown(7), shown(8), shown(14), shown(15)])
    at_a_glance = overview(now=NOW)
    assert (at_a_glance.shown, at_a_glance.shown_week, at_a_glance.shown_week_before) == (3, 3, 2)
    assert at_a_glance.change == 50


@pytest.mark.parametrize(
    ("values", "state", "problem"),
    [
        ({"status": "paused"}, State.PAUSED, ""),
        ({"status": "draft"}, State.DRAFT, ""),
        ({"status": "ended"}, State.ENDED, ""),
        ({"starts_at": NOW + timedelta(days=1)}, State.SCHEDULED, ""),
        ({"ends_at": NOW - timedelta(days=1)}, State.ENDED, "Its time is over"),
        ({"strategy": "palm_reading"}, State.LIVE, "The code of “palm_reading” is gone"),
        ({"slot": "home-8"}, State.LIVE, "is the place home-8 on a page"),
        ({"slot": "product-8", "strategy": "similar"}, State.LIVE, "it works on product pages only"),
        ({"starts_at": NOW - timedelta(days=1)}, State.LIVE, ""),
    ],
)
def test_what_is_wrong_is_said_with_its_remedy(
    filled_shop: Shop, values: dict[str, object], state: State, problem: str
) -> None:
    block = Block.objects.create(**({"slot": "home-1", "strategy": "trending"} | values))
    Block.objects.update(created_at=NOW - timedelta(days=8))
    block.refresh_from_db()
    told = of(block)
    assert told.state == state
    assert bool(told.problems) == bool(problem)
    assert problem in "".join(told.problems)


def test_a_block_that_learns_asks_for_a_training(filled_shop: Shop) -> None:
    ServedModel.objects.all().delete()
    block = Block.objects.create(slot="home-2", strategy="for_you", starts_at=NOW - timedelta(days=1))
    assert of(block).problems == ("It needs a trained model, and none is served yet: start a training.",)
    TrainingRun.objects.create(asked_by="anna", asked_at=NOW)
    assert of(block).problems == (), "one is under way"


def test_in_a_shop_that_has_shown_nothing_no_block_is_blamed(bestsellers: Block) -> None:
    assert of(bestsellers).problems == ()


def test_a_block_made_today_is_not_blamed_for_not_being_shown(owner: Client, filled_shop: Shop) -> None:
    form = {"slot": "home-8", "position": 1, "strategy": "trending", "limit": 6, "minimum": 3, "fallback": "hide",
            "status": "live"}  # fmt: skip
    owner.post(address("block", "add"), form)
    block = Block.objects.get(slot="home-8")
    assert of(block).problems == ()
    Block.objects.update(created_at=NOW - timedelta(days=8))
    block.refresh_from_db()
    assert "Not shown for 7 days" in of(block).problems[0]


def test_which_strategies_read_the_model_is_found_out_by_asking(db: None) -> None:
    asked = {name: reads_model(name) for name in ("for_you", "similar", "bestsellers", "trending", "recently_viewed")}
    assert asked == {
        "for_you": True,
        "similar": True,
        "bestsellers": False,
        "trending": False,
        "recently_viewed": False,
    }


def test_the_list_is_filtered_by_state(owner: Client, bestsellers: Block) -> None:
    for status in ("draft", "paused", "archived"):
        Block.objects.create(slot="home-1", strategy="trending", status=status)
    Block.objects.create(slot="home-1", strategy="trending", ends_at=NOW - timedelta(days=1))
    Block.objects.create(slot="home-1", strategy="trending", starts_at=NOW + timedelta(days=1))
    for state in State.values:
        assert len(owner.get(address("block"), {"state": state}).context["cl"].result_list) == 1, state


def test_an_empty_shop_is_told_what_comes_first(db: None) -> None:
    steps = first_steps(now=NOW)
    assert [step.state for step in steps] == ["wait", "todo", "todo", "todo", "todo", "todo"]
    first = next_step(steps)
    assert first is not None
    assert first.command == "manage.py personalization_bootstrap"


def test_a_shop_that_works_has_nothing_left_to_do(filled_shop: Shop) -> None:
    job("refresh rankings")
    steps = first_steps(now=NOW)
    assert {step.state for step in steps} == {DONE}
    assert next_step(steps) is None


def test_orders_that_were_never_read_lead_to_the_command(filled_shop: Shop) -> None:
    Event.objects.filter(kind="purchased").delete()
    assert first_steps(now=NOW)[0].command == "manage.py import_history"
