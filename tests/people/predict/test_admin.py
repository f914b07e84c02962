"""The page "Predictions": what the owner reads in each state, and who may do what."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from personalization.people.predict.models import PredictionRun
from tests.people import NOW
from tests.people.predict.rows import POINTS, done

Status = PredictionRun.Status
LIST = "admin:personalization_predictionrun_changelist"


@pytest.fixture(autouse=True)
def _noon(bare_oscar: None) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def _client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def owner(db: None) -> Client:
    """May do everything."""
    return _client_of(get_user_model().objects.create_superuser("olga", "olga@example.com", "secret"))


@pytest.fixture
def reader(db: None) -> Client:
    """May look."""
    user = get_user_model().objects.create_user("rita", "rita@example.com", "secret", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_predictionrun"))
    return _client_of(user)


def _page(client: Client, address: str = "") -> str:
    return " ".join(client.get(address or reverse(LIST)).content.decode().split())


def test_an_empty_page_says_what_to_press(owner: Client) -> None:
    assert "Press “Learn anew”" in _page(owner)


def test_the_button_leaves_one_row_that_waits(owner: Client) -> None:
    for _ in range(2):
        assert owner.post(reverse("admin:personalization_predictionrun_learn")).status_code == 302
    asked = PredictionRun.objects.get()
    assert (asked.status, asked.asked_by, asked.asked_at) == (Status.WAITING, "olga", NOW)
    page = _page(owner)
    assert "A learning is asked for. The worker takes it up within half a minute." in page
    assert "No worker has ever given a sign." in page


def test_it_is_asked_for_by_a_button_and_not_by_a_link(owner: Client) -> None:
    assert owner.get(reverse("admin:personalization_predictionrun_learn")).status_code == 405


def test_whoever_may_only_look_has_no_button(reader: Client) -> None:
    done()
    assert "Learn anew" not in _page(reader)
    assert reader.post(reverse("admin:personalization_predictionrun_learn")).status_code == 403


def test_the_owner_reads_how_good_it_was_in_plain_words(owner: Client) -> None:
    done()
    page = _page(owner)
    assert "It said that 70 % of 2,357 customers would order nothing; 69 % ordered nothing." in page
    assert "one who left and one who stayed, it knew which is which in 78 of 100 pairs." in page
    assert "It expected 1,653 orders of 2,357 customers; 1,882 came." in page
    assert (
        "It was wrong by 9.4 days on the average, for 812 customers; the shop&#x27;s usual gap for everybody by 14.2."
        in page
    )
    assert "Learned from 2,357 customers, for 90 days ahead. Learned 10 Mar 2026" in page.replace(
        '<span class="pz-under">', ""
    ).replace("  ", " ")
    assert (
        "It was wrong by 15.6 days on the average, for 5,210 products of customers; the product&#x27;s usual gap for "
        "everybody by 17.0." in page
    )
    assert page.count('role="img"') == 4


def test_what_is_missing_is_told_instead_of_a_number(owner: Client) -> None:
    done()
    page = _page(owner)
    assert "not enough data yet" in page
    assert "The log knows 640 finished visits of the last 90 days, 12 of which ended with an order." in page
    assert "not good enough" in page
    assert "no better than the same guess for everybody" in page


def test_where_the_product_s_gap_is_nearer_the_page_says_that_it_is_told(owner: Client) -> None:
    figures = {"people": 900.0, "predicted": 12.0, "actual": 19.0, "error": 9.1, "plain": 8.2, "days": 28.0}
    done(goods={"is_shown": False, "why": "no_better", "figures": figures, "points": []})
    page = _page(owner)
    assert "no better than the product&#x27;s usual gap, so that gap is told to everybody" in page
    assert "Of the last 28 days it knew nothing. It was wrong by 9.1 days" in page


def test_too_few_habits_are_told_as_such(owner: Client) -> None:
    done(goods={"is_shown": False, "why": "few_goods", "figures": {"people": 12.0, "days": 28.0}, "points": []})
    assert "Only 12 times a customer had bought a product on two days or more." in _page(owner)


@pytest.mark.parametrize(
    ("why", "figures", "told"),
    [
        ("few_customers", {"people": 120.0, "repeaters": 31.0, "days": 400.0}, "120 customers, 31 of whom ordered"),
        ("short_history", {"people": 900.0, "repeaters": 310.0, "days": 120.0}, "goes back 120 days; 180 are needed"),
        ("few_rhythms", {"people": 12.0}, "Only 12 customers have a rhythm"),
    ],
)  # fmt: skip
def test_each_lack_has_its_own_sentence(owner: Client, why: str, figures: dict[str, float], told: str) -> None:
    done(leaving={"is_shown": False, "why": why, "figures": figures, "points": []})
    assert told in _page(owner)


def test_a_failure_is_told_with_the_last_good_page_below(owner: Client) -> None:
    done()
    PredictionRun.objects.create(status=Status.FAILED, asked_by="schedule", asked_at=NOW, error="KeyError: 'a'")
    page = _page(owner)
    assert "The last learning broke off." in page
    assert "KeyError: &#x27;a&#x27;" in page
    assert "1,882 came" in page


def test_the_numbers_of_each_picture_can_be_taken_away(owner: Client) -> None:
    run = done()
    answer = owner.get(reverse("admin:personalization_predictionrun_csv", args=[run.pk, "leaving"]))
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert rows[0] == ["people", "predicted", "actual", "low", "high"]
    assert [float(one) for one in rows[1]] == [
        236,
        *(POINTS[0][name] for name in ("predicted", "actual", "low", "high")),
    ]
    assert len(rows) == 1 + len(POINTS)
    for name in ("session", "palmistry"):
        assert owner.get(reverse("admin:personalization_predictionrun_csv", args=[run.pk, name])).status_code == 404


def test_other_nights_are_a_click_away(owner: Client) -> None:
    before = done(at=NOW - timedelta(days=1), customers=1111)
    done()
    address = reverse("admin:personalization_predictionrun_change", args=[before.pk])
    assert address in _page(owner)
    assert "1,111 customers" in _page(owner, address)
    assert owner.get(reverse("admin:personalization_predictionrun_change", args=[before.pk + 99])).status_code == 404


def test_the_page_costs_the_same_however_many_nights_there_are(
    owner: Client, django_assert_max_num_queries: Any
) -> None:
    for night in range(9):
        done(at=NOW - timedelta(days=night))
    owner.get(reverse(LIST))
    with django_assert_max_num_queries(9):
        owner.get(reverse(LIST))
