"""Each flow of the README's table, played once on bare Oscar: the events that it says, each once, and no other."""

import importlib
import json
import pkgutil
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as project
from django.dispatch import Signal
from django.test import Client
from django.utils import timezone
from oscar import apps as oscar_apps

from personalization.events import pages
from personalization.events.identifiers import event_id
from personalization.events.kinds import kinds
from personalization.events.sweep import sweep
from personalization.storefront.slots.models import Banner
from tests import people
from tests.events.flows import steps
from tests.journeys_of_oscar import buy, enter_voucher, look_at, put_into_basket, review, search, wish_for
from tests.safety.conftest import fill_tables

Shop, Play = people.Shop, Callable[[Any], Any]
FLOWS: dict[str, tuple[Play, Play, list[Any]]] = {}


class World:
    """A shop, a stranger who is on a visit, and Anna."""

    def __init__(self, shop: Shop, client: Client, anna: Any) -> None:
        self.shop, self.client, self.anna = shop, client, anna
        self.milk, self.kept = shop["oat milk"], {}

    def anna_comes(self) -> None:
        """Anna signs in, and her basket is there."""
        people.log_in(self.client, self.anna)
        self.client.get("/basket/")


def nothing(world: World) -> None:
    """There is nothing to prepare."""


def flow(name: str, *events: Any, before: Play = nothing) -> Callable[[Play], Play]:
    """Names a flow as the README does, with its events: (kind, pieces, part of the payload)."""

    def register(play: Play) -> Play:
        FLOWS[name] = (before, play, [(*one, *(None, {})[len(one) - 1 :]) for one in events])
        return play

    return register


def has_milk(world: World) -> None:
    put_into_basket(world.client, world.milk, pieces=2)


def has_saved_milk(world: World) -> None:
    world.anna_comes()
    has_milk(world)
    steps.send_basket(world.client, save_for_later="on")


def has_a_wish(world: World) -> None:
    world.anna_comes()
    wish_for(world.client, world.milk)


def has_a_voucher(world: World) -> None:
    world.kept["voucher"] = people.voucher("SPRING")
    has_milk(world)


def has_entered_a_voucher(world: World) -> None:
    has_a_voucher(world)
    enter_voucher(world.client, "SPRING")


def has_ordered(world: World) -> None:
    world.kept["order"] = people.bought(world.anna, {world.milk: 1})


def has_lists(world: World) -> None:
    fill_tables(world.shop)


flow("a visit begins", ("visit_started", None, {"landing": "/basket/", "number": 1}))(
    lambda world: Client().get("/basket/")
)
flow("a product page is opened", ("product_viewed",))(lambda world: look_at(world.client, world.milk))
flow("a category page is opened", ("category_viewed", None, {"page": 1}))(
    lambda world: world.client.get(world.shop.categories["Breakfast"].get_absolute_url())
)
flow(
    "another page is opened: home, all goods, a range, the offers, one offer",
    *(("page_viewed", None, told) for told in (
        {"name": "catalogue:index", "page": 1}, {"name": "offer:list"}, {"name": "offer:detail", "page": 1},
        {"name": "catalogue:range", "page": 1},
    )),
    before=lambda world: steps.has_an_offer(world.shop),
)(lambda world: [world.client.get(one) for one in steps.PAGES_ABOUT_NO_PRODUCT])  # fmt: skip
flow("words are searched for", ("searched", None, {"query": "milk", "results": 1}))(
    lambda world: search(world.client, "milk")
)
flow("a product is put into the basket", ("basket_added", 2))(has_milk)
flow("a product is put into the basket once more", ("basket_added", 3), before=has_milk)(
    lambda world: put_into_basket(world.client, world.milk, pieces=3)
)
flow("a basket is filled by an API", ("basket_added", 2))(
    lambda world: world.client.get(f"/api/add/{world.milk.pk}/2/")
)
flow("a basket is filled by a command", ("basket_added", 2))(
    lambda world: steps.fill_from_a_command(world.milk, pieces=2)
)
flow("the number of pieces is changed", ("basket_changed", 5, {"before": 2}), before=has_milk)(
    lambda world: steps.send_basket(world.client, quantity=5)
)
flow("a line is set to nought", ("basket_removed", None, {"before": 2}), before=has_milk)(
    lambda world: steps.send_basket(world.client, quantity=0)
)
flow("a line is taken out", ("basket_removed", None, {"before": 2}), before=has_milk)(
    lambda world: steps.send_basket(world.client, DELETE="on")
)


@flow(
    "a line is saved for later", ("basket_removed", None, {"before": 2}), before=lambda w: (w.anna_comes(), has_milk(w))
)
def _saved_for_later(world: World) -> None:
    steps.send_basket(world.client, save_for_later="on")


flow("a saved line comes back", ("basket_added", 2), before=has_saved_milk)(lambda w: steps.fetch_back(w.client))
flow("a product goes onto a wish list", ("wishlist_added", 1), before=World.anna_comes)(
    lambda world: wish_for(world.client, world.milk)
)
flow("a product is wished for once more", ("wishlist_added", 1), before=has_a_wish)(
    lambda world: wish_for(world.client, world.milk)
)
flow("a product leaves a wish list", ("wishlist_removed",), before=has_a_wish)(lambda w: steps.strike_wish(w.client))
flow("a stock alert is asked for", ("stock_alert_asked",))(
    lambda world: steps.ask_for_alert(world.client, world.shop["advent calendar"])
)
flow("a voucher is put on the basket", ("voucher_added",), before=has_a_voucher)(
    lambda world: enter_voucher(world.client, "SPRING")
)
flow("a voucher is taken off", ("voucher_removed",), before=has_entered_a_voucher)(
    lambda world: steps.strike_voucher(world.client, world.kept["voucher"])
)
flow(
    "the checkout is begun", ("checkout_step", None, {"step": "start"}), before=lambda w: (w.anna_comes(), has_milk(w))
)(lambda world: world.client.get("/checkout/"))
flow("a step of the checkout is shown", ("checkout_step", None, {"step": "index"}), before=has_milk)(
    lambda world: world.client.get("/checkout/")
)
flow(
    "an order is placed",
    *(("checkout_step", None, {"step": one}) for one in ("start", "payment_details", "preview")),
    ("purchased", 2),
    ("checkout_step", None, {"step": "thank_you"}),
    before=lambda w: (w.anna_comes(), has_milk(w)),
)(lambda world: buy(world.client))


flow(
    "an order uses an offer or a voucher",
    *(("checkout_step", None, {"step": one}) for one in ("start", "payment_details", "preview")),
    ("purchased", 2),
    ("offer_used",),
    ("checkout_step", None, {"step": "thank_you"}),
    before=lambda world: (world.anna_comes(), has_entered_a_voucher(world)),
)(lambda world: buy(world.client))


@flow("an order is found that no signal told", ("purchased", 1))
def _found(world: World) -> None:
    people.ordered(world.anna, {world.milk: 1}, at=timezone.now() - timedelta(minutes=1))
    sweep(now=timezone.now())


@flow(
    "an order changes its status",
    ("order_status_changed", None, {"before": "Pending", "after": "Being processed"}),
    before=has_ordered,
)
def _status(world: World) -> None:
    world.kept["order"].set_status("Being processed")


@flow(
    "a line of an order changes its status",
    ("line_status_changed", None, {"before": "", "after": "Being processed"}),
    before=has_ordered,
)
def _line_status(world: World) -> None:
    line = world.kept["order"].lines.get()
    # Which status may follow which is the shop's setting.
    line.pipeline = {line.status: ("Being processed",)}
    line.set_status("Being processed")


flow("a product is reviewed", ("reviewed", None, {"score": 5}), before=World.anna_comes)(
    lambda world: review(world.client, world.milk)
)
flow("somebody logs in", ("logged_in",))(lambda world: people.log_in(world.client, world.anna))
flow("somebody registers", ("registered",), ("logged_in",))(lambda world: steps.register(world.client, "clara"))
flow("a block is drawn", ("block_shown",), before=has_lists)(lambda world: world.client.get("/best-sellers/"))


def has_a_banner(world: World) -> None:
    """For everybody."""
    Banner.objects.create(slot="home-hero", texts={"en": {"title": "Spring"}})


flow("a banner is drawn", ("banner_shown", None, {"slot": "home-hero"}), before=has_a_banner)(
    lambda world: world.client.get("/slots/")
)


def told_by_script(kind: str, **told: Any) -> Play:
    """The browser reports it, as our script does."""

    def play(world: World) -> None:
        now = timezone.now()
        event = {"id": str(event_id(now)), "kind": kind, "at": int(now.timestamp() * 1000), "data": {}} | told
        body = json.dumps({"v": 1, "page": "/", "events": [event]})
        answer = world.client.post("/personalization/events/", body, content_type="text/plain")
        assert answer.status_code == 204, answer.content

    return play


SHOWN = {"shown": str(uuid.UUID(int=7)), "slot": "home-1", "block": 1}
SHOWN_BANNER = {"shown": str(uuid.UUID(int=8)), "slot": "home-hero", "banner": 1}
flow("a product page is opened that a cache answers", ("product_viewed",))(
    lambda world: told_by_script("product_viewed", product=world.milk.pk)(world)
)
flow("a block is seen", ("block_seen",))(told_by_script("block_seen", data=SHOWN))
flow("a product of a block is clicked", ("block_clicked",))(
    lambda world: told_by_script("block_clicked", product=world.milk.pk, data=SHOWN | {"position": 1})(world)
)
flow("a banner is seen", ("banner_seen",))(told_by_script("banner_seen", data=SHOWN_BANNER))
flow("a banner is followed", ("banner_clicked",))(told_by_script("banner_clicked", data=SHOWN_BANNER))
flow("a page is left", ("page_left",))(told_by_script("page_left", data={"path": "/", "seconds": 12, "scrolled": 80}))
flow("the shop's own script tells something", ("custom", None, {"name": "spun"}))(
    told_by_script("custom", data={"name": "spun"})
)
flow("the shop's own page tells something", ("custom", None, {"name": "spun_the_wheel"}))(
    lambda world: world.client.get("/own-word/")
)


@pytest.mark.parametrize("name", FLOWS)
def test_a_flow_leaves_exactly_its_events(name, open_shop, visiting, anna):
    before, play, expected = FLOWS[name]
    world = World(open_shop, visiting, anna)
    before(world)
    known = steps.all_so_far()
    play(world)
    told = steps.rows(since=known)
    assert [(kind, pieces) for kind, _, _, pieces, _ in told] == [(kind, pieces) for kind, pieces, _ in expected]
    for (*_, payload), (*_, part) in zip(told, expected, strict=True):
        assert part.items() <= payload.items()


def readme_table() -> dict[str, set[str]]:
    """The flows of the README, with the kinds that it says of each."""
    table = (project.BASE_DIR / "README.md").read_text().partition("| flow | how it is captured | kind |\n")[2]
    cells = [line.strip("|").split("|") for line in table.partition("\n\n")[0].splitlines() if "`" in line]
    return {row[0].strip(): set(re.findall(r"`(\w+)`", row[2])) for row in cells}


def test_the_readme_lists_exactly_these_flows():
    assert readme_table() == {name: {kind for kind, *_ in events} for name, (_, _, events) in FLOWS.items()}


# --- and nothing that Oscar knows is forgotten ------------------------------------------------------------------------

# Where a shopper shops; what an account or the dashboard shows is about no goods.
WHERE_GOODS_ARE = ("catalogue", "offer", "search", "checkout", "basket")
# Addresses that show nothing: they change something, which is told from what they saved, or they send on.
NO_PAGE = {
    "basket:add", "basket:vouchers-add", "basket:vouchers-remove", "basket:saved", "checkout:user-address-delete",
    "checkout:shipping-address", "checkout:user-address-update",
}  # fmt: skip
# Told by a signal of their own.
BY_SIGNAL = {"catalogue:detail": "product_viewed"}


def readme_of_flows() -> str:
    """All that the README says of flows: those that are captured, and those that are not, with the reason."""
    text = (project.BASE_DIR / "README.md").read_text()
    return text.partition("| flow | how it is captured | kind |\n")[2].partition("**Your own pages and views.**")[0]


def oscar_s_signals() -> set[str]:
    """The names of all signals that Oscar sends."""
    found = set()
    for module in pkgutil.walk_packages(oscar_apps.__path__, oscar_apps.__name__ + "."):
        if module.name.endswith(".signals"):
            told = vars(importlib.import_module(module.name))
            found |= {name for name, one in told.items() if isinstance(one, Signal)}
    return found


def oscar_s_pages() -> set[str]:
    """The names of all addresses where a shopper shops."""
    names = set()
    for where in WHERE_GOODS_ARE:
        config = apps.get_app_config(where)
        names |= {f"{where}:{one.name}" for one in _addresses(config.get_urls()) if one.name}
    return names


def _addresses(patterns: Any) -> Any:
    for one in patterns:
        yield from _addresses(one.url_patterns) if hasattr(one, "url_patterns") else (one,)


def test_oscar_has_signals_and_pages_at_all():
    assert {"product_viewed", "order_placed", "review_added"} <= oscar_s_signals()
    assert {"catalogue:index", "offer:detail", "checkout:thank-you"} <= oscar_s_pages()


@pytest.mark.parametrize("name", sorted(oscar_s_signals()))
def test_the_readme_says_of_each_signal_of_oscar_what_becomes_of_it(name):
    assert f"`{name}`" in readme_of_flows()


def test_each_page_of_oscar_is_captured_or_the_readme_says_why_not():
    told = readme_of_flows()
    known = pages._pages.keys() | NO_PAGE | BY_SIGNAL.keys()
    assert {name for name in oscar_s_pages() - known if f"`{name.replace('reviews:', '')}`" not in told} == set()


def test_every_kind_that_may_be_stored_stands_in_a_flow():
    assert {kind.name for kind in kinds} == {kind for _, _, events in FLOWS.values() for kind, *_ in events}
