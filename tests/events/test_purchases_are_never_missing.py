"""Orders are the truth: whatever was lost on the way, one sweep makes the log equal to them."""

import os
import signal
from datetime import timedelta
from decimal import Decimal
from unittest import mock

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.db.models import Sum
from django.utils import timezone
from oscar.core.loading import get_class, get_model

from personalization.events import sweep as sweeping
from personalization.events.models import Event
from personalization.events.partitions import DEFAULT
from personalization.events.sweep import import_history, sweep
from personalization.events.write import write
from personalization.shop import order_lines
from tests import people
from tests.journeys_of_oscar import buy, put_into_basket
from tests.people import NOW


def told() -> list[tuple]:
    return sorted(
        Event.objects.filter(kind="purchased").values_list("id", "product_id", "variant_id", "quantity", "value")
    )


def the_log_equals_the_orders() -> bool:
    events = Event.objects.filter(kind="purchased")
    logged = {
        event.payload["line"]: (event.product_id, event.variant_id, event.quantity, event.value) for event in events
    }
    lines = {one.id: (one.product_id, one.variant_id, one.quantity, one.value) for one in order_lines()}
    return logged == lines and len(logged) == events.count()


def place_order(shop: people.Shop, *, number: int) -> None:
    """Oscar's own way to an order, as its checkout goes it."""
    basket = get_model("basket", "Basket").objects.create()
    basket.strategy = get_class("partner.strategy", "Selector")().strategy()
    basket.add_product(shop["oat milk"], quantity=1)
    basket.add_product(shop["apron large"], quantity=1)
    method = get_class("shipping.methods", "Free")()
    total = get_class("checkout.calculators", "OrderTotalCalculator")().calculate(basket, method.calculate(basket))
    get_class("order.utils", "OrderCreator")().place_order(
        basket=basket, total=total, shipping_method=method, shipping_charge=method.calculate(basket),
        order_number=str(number),
    )  # fmt: skip


def in_a_process_that_dies(work) -> int:
    """Runs the work in a child process; gives the signal that ended it."""
    child = os.fork()
    if child == 0:
        # The child leaves its parent's connection alone, opens its own, and never comes back into pytest.
        try:
            connection.connection = None
            work()
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status)


def test_twenty_processes_killed_between_the_order_and_its_signal_lose_nothing(open_shop):
    def die_with_the_signal(*args, **kwargs):
        os.kill(os.getpid(), signal.SIGKILL)

    get_model("partner", "StockRecord").objects.update(num_in_stock=1000)
    with mock.patch("oscar.apps.order.utils.order_placed.send", die_with_the_signal):
        ends = [in_a_process_that_dies(lambda n=n: place_order(open_shop, number=n)) for n in range(20)]
    assert ends == [signal.SIGKILL] * 20
    assert get_model("order", "Order").objects.count() == 20
    assert told() == []

    healed = sweep(now=timezone.now())
    assert (healed.lines, healed.added, healed.removed) == (40, 40, 0)
    assert the_log_equals_the_orders()


def test_a_hundred_orders_that_no_signal_told_are_found_to_the_cent(shop, anna):
    for number in range(100):
        goods = {shop["candles"]: 1 + number % 3, shop["apron small"]: 1 + number % 2}
        people.ordered(anna, goods, at=NOW - timedelta(hours=number * 7))
    assert Event.objects.count() == 0

    first, second = sweep(now=NOW), sweep(now=NOW)

    assert (first.added, second.added, second.removed) == (200, 0, 0)
    assert the_log_equals_the_orders()
    revenue = get_model("order", "Order").objects.aggregate(sum=Sum("total_incl_tax"))["sum"]
    assert Event.objects.aggregate(sum=Sum("value"))["sum"] == revenue > Decimal(1000)


def test_an_order_that_was_told_by_its_signal_is_left_alone(open_shop, client, bare_oscar):
    put_into_basket(client, open_shop["oat milk"])
    order = buy(client, guest="guest@example.com")
    before = list(Event.objects.filter(kind="purchased").values())
    assert before[0]["visitor_id"] is not None
    healed = sweep(now=order.date_placed)
    assert (healed.lines, healed.added, healed.removed) == (1, 0, 0)
    assert list(Event.objects.filter(kind="purchased").values()) == before


def test_the_purchases_of_a_cancelled_order_are_removed(shop, anna):
    order = people.bought(anna, {shop["oat milk"]: 2}, at=NOW)
    people.bought(anna, {shop["butter"]: 1}, at=NOW)
    order.set_status("Cancelled")
    assert sweep(now=NOW).removed == 1
    assert the_log_of_products(shop) == ["butter"]


def the_log_of_products(shop) -> list[str]:
    return shop.titles(Event.objects.filter(kind="purchased").values_list("product_id", flat=True))


def test_the_purchases_of_a_deleted_order_are_removed(shop, anna):
    people.bought(anna, {shop["oat milk"]: 2, shop["butter"]: 1}, at=NOW).delete()
    assert sweep(now=NOW).removed == 2
    assert Event.objects.count() == 0


def test_a_line_that_was_changed_is_told_again(shop, anna):
    order = people.bought(anna, {shop["oat milk"]: 2}, at=NOW)
    order.lines.update(quantity=1, line_price_incl_tax=Decimal("1.99"))
    healed = sweep(now=NOW)
    assert (healed.added, healed.removed) == (1, 1)
    assert the_log_equals_the_orders()


def test_a_line_that_was_changed_still_comes_from_its_visitor(open_shop, client, bare_oscar):
    put_into_basket(client, open_shop["oat milk"], pieces=2)
    order = buy(client, guest="guest@example.com")
    visitor = Event.objects.get(kind="purchased").visitor_id
    order.lines.update(quantity=1)
    sweep(now=order.date_placed)
    event = Event.objects.get(kind="purchased")
    assert (event.quantity, event.visitor_id) == (1, visitor)
    assert visitor is not None


def test_the_purchases_of_an_account_that_is_gone_are_nobody_s(shop, anna):
    people.bought(anna, {shop["oat milk"]: 2}, at=NOW)
    anna.delete()
    sweep(now=NOW)
    assert Event.objects.get().user_id is None
    assert sweep(now=NOW).added == 0


def test_what_the_staff_bought_is_marked_as_theirs(shop, anna):
    clara = people.person("Clara", is_staff=True)
    people.ordered(anna, {shop["oat milk"]: 1}, at=NOW)
    people.ordered(clara, {shop["honey"]: 1}, at=NOW)
    sweep(now=NOW)
    told = dict(Event.objects.values_list("product_id", "traffic"))
    assert told == {shop["oat milk"].pk: "shopper", shop["honey"].pk: "staff"}


def test_other_events_of_the_day_are_left_alone(shop, anna):
    people.did("product_viewed", shop["oat milk"], user=anna)
    people.did("basket_added", shop["oat milk"], user=anna)
    assert sweep(now=NOW).removed == 0
    assert Event.objects.count() == 2


def test_orders_before_the_swept_days_are_left_to_the_import(shop, anna, settings):
    settings.PERSONALIZATION_SWEEP_DAYS = 35
    people.ordered(anna, {shop["oat milk"]: 1}, at=NOW - timedelta(days=36))
    assert sweep(now=NOW).added == 0
    assert import_history(now=NOW).added == 1


def test_an_order_placed_while_the_sweep_looks_keeps_its_event(shop, anna):
    real = sweeping.shop.order_lines

    def one_comes_first(**days):
        people.bought(anna, {shop["oat milk"]: 1}, at=NOW)
        with mock.patch.object(sweeping.shop, "order_lines", real):
            return real(**days)

    with mock.patch.object(sweeping.shop, "order_lines", one_comes_first):
        assert sweeping._heal(NOW.replace(hour=0), NOW.replace(hour=0) + timedelta(days=1)).removed == 0
    assert the_log_equals_the_orders()


class TestImport:
    @pytest.fixture(autouse=True)
    def _ten_days_of_orders(self, shop, anna, boris):
        for day in range(10):
            people.ordered(anna if day % 2 else boris, {shop["oat milk"]: 1 + day}, at=NOW - timedelta(days=day * 5))

    def test_twice_gives_the_same_rows(self):
        import_history(now=NOW)
        first = told()
        assert import_history(now=NOW).added == 0
        assert told() == first
        assert len(first) == 10

    def test_stopped_half_way_it_goes_on(self):
        class Stopped(Exception):
            pass

        def stop(done: int, total: int) -> None:
            if done > total / 2:
                raise Stopped

        with pytest.raises(Stopped):
            import_history(now=NOW, progress=stop)
        assert 0 < len(told()) < 10
        import_history(now=NOW)
        assert the_log_equals_the_orders()

    def test_stopped_inside_a_day_it_leaves_whole_days(self, shop, anna, monkeypatch):
        people.ordered(anna, {shop["oat milk"]: 1, shop["butter"]: 1, shop["honey"]: 1}, at=NOW)
        monkeypatch.setattr(sweeping, "BATCH", 2)
        written = []

        def fail_in_the_last_day(events):
            written.append(len(events))
            if len(written) == 11:
                raise MemoryError
            return write(events)

        monkeypatch.setattr(sweeping, "write", fail_in_the_last_day)
        with pytest.raises(MemoryError):
            import_history(now=NOW)
        assert len(told()) == 9
        monkeypatch.undo()
        import_history(now=NOW)
        assert the_log_equals_the_orders()

    def test_makes_the_months_of_the_past(self):
        import_history(now=NOW)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ONLY {DEFAULT}")  # noqa: S608
            assert cursor.fetchone() == (0,)

    def test_the_command_tells_what_it_did(self, capsys):
        with time_machine.travel(NOW, tick=False):
            call_command("import_history")
        assert "10 order lines compared: 10 events added, 0 removed." in capsys.readouterr().out


def test_orders_older_than_the_log_may_keep_are_not_imported(shop, anna):
    limit = NOW.replace(hour=0) - timedelta(days=400)
    for placed_at in (limit + timedelta(days=1), limit, limit - timedelta(seconds=1), limit - timedelta(days=1)):
        people.ordered(anna, {shop["oat milk"]: 1}, at=placed_at)
    assert import_history(now=NOW).added == 2
    assert Event.objects.order_by("happened_at").first().happened_at == limit


def test_nor_orders_older_than_the_owner_lets_it_keep(shop, anna, settings):
    settings.PERSONALIZATION_EVENT_DAYS = 30
    for age in (30, 31):
        people.ordered(anna, {shop["oat milk"]: 1}, at=NOW - timedelta(days=age))
    assert import_history(now=NOW).added == 1


def test_importing_into_an_empty_shop_is_calm(db):
    assert import_history(now=NOW).lines == 0


# --- in which store ---


def in_podil(order_ids):
    return dict.fromkeys(order_ids, " Podil ")


def nobody_knows(order_ids):
    raise ZeroDivisionError


def stores() -> set[str | None]:
    return {payload.get("store") for payload in Event.objects.values_list("payload", flat=True)}


def test_orders_are_told_with_their_store_where_the_shop_knows_it(shop, anna, settings):
    people.ordered(anna, {shop["oat milk"]: 2}, at=NOW - timedelta(days=2))
    import_history(now=NOW)
    assert stores() == {None}
    settings.PERSONALIZATION_STORE = f"{__name__}.in_podil"
    assert import_history(now=NOW).added == 1
    assert stores() == {"Podil"}
    assert import_history(now=NOW).added == 0


def test_a_store_that_cannot_be_asked_for_is_no_reason_to_miss_an_order(shop, anna, settings, caplog):
    settings.PERSONALIZATION_STORE = f"{__name__}.in_podil"
    people.ordered(anna, {shop["oat milk"]: 2}, at=NOW - timedelta(days=2))
    import_history(now=NOW)
    settings.PERSONALIZATION_STORE = f"{__name__}.nobody_knows"
    people.ordered(anna, {shop["honey"]: 1}, at=NOW - timedelta(days=2))
    assert import_history(now=NOW).added == 1
    assert stores() == {"Podil", None}, "what was told once stays"
    assert "PERSONALIZATION_STORE failed" in caplog.text
