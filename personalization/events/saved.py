"""What no signal of the shop tells: read from its rows as they are saved and deleted, in memory alone."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from django.db.models import signals
from django.utils import timezone

from personalization.events.basket import BasketChanges, Goods, LineChange, Place
from personalization.events.receiving import Receiver, goods_of, loaded, receiver
from personalization.events.record import in_hand, record, write_alone
from personalization.events.vouchers import VoucherChanges
from personalization.events.write import NewEvent
from personalization.guard import guarded_after_commit

# Oscar's words for the state of a basket.
MERGED, SAVED, EDITABLE = "Merged", "Saved", ("Open", "Saved")
KEPT = "_personalization_as_saved"


def connect(*, basket: Any, line: Any, wish: Any, alert: Any, discount: Any) -> None:
    """Connects the receivers to the shop's models, which a shop may have replaced by its own."""
    for signal, receive, sender in (
        (signals.post_init, remember_line, line),
        (signals.post_save, line_saved, line),
        (signals.post_delete, line_deleted, line),
        (signals.post_save, basket_saved, basket),
        (signals.m2m_changed, vouchers_changed, basket.vouchers.through),
        (signals.post_init, remember_wish, wish),
        (signals.post_save, wish_saved, wish),
        (signals.post_delete, wish_deleted, wish),
        (signals.post_save, alert_saved, alert),
        (signals.post_save, discount_saved, discount),
    ):
        name = f"personalization.{receive.__name__}"
        signal.connect(receive, sender=sender, dispatch_uid=name, weak=False)


# --- basket lines -----------------------------------------------------------------------------------------------------


def remember_line(sender: Any, instance: Any, **_: Any) -> None:
    """Keeps with a loaded line what the database says of it. From its bare attributes: nothing here can fail or ask."""
    known = instance.__dict__
    known[KEPT] = _place(known.get("basket_id"), known.get("quantity"))


@receiver
def line_saved(*, instance: Any, created: bool, **_: Any) -> None:
    """A line is new, or was changed, or went to another basket."""
    basket = loaded(instance, "basket")
    is_for_later = basket is not None and basket.status == SAVED
    after = _place(instance.basket_id, instance.__dict__.get("quantity"))
    if after is None:
        # An expression, worked out by the database alone: what it gave is not known here.
        return
    if created:
        instance.__dict__[KEPT] = None
    _on_commit(_note_line, instance, (goods_of(instance), instance.pk), after, is_for_later)


@receiver
def line_deleted(*, sender: Any, instance: Any, origin: Any = None, **_: Any) -> None:
    """A line is gone; not by the shopper if its basket, its account or its product is what was deleted."""
    basket = loaded(instance, "basket")
    is_by_hand = _began_with(origin, (sender,)) and (basket is None or basket.status in EDITABLE)
    if is_by_hand and not (basket is not None and basket.status == SAVED):
        _on_commit(_note_line, instance, (goods_of(instance), instance.pk), None, False)


@receiver
def basket_saved(*, instance: Any, **_: Any) -> None:
    """A basket went up in another one, at login."""
    gathered = in_hand()
    if gathered is not None and instance.status == MERGED:
        _on_commit(gathered.basket.merge, instance.pk)


def _note_line(instance: Any, told: tuple[Goods, int], after: Place | None, is_for_later: bool) -> None:
    # Compared on commit, one save after another: a save that was rolled back leaves no trace in what is remembered.
    before, instance.__dict__[KEPT] = instance.__dict__.get(KEPT), after
    if before == after:
        return
    goods, line_id = told
    change = LineChange(line_id, instance.line_reference, goods, timezone.now(), before, after, is_for_later)
    if gathered := in_hand():
        gathered.basket.note(change)
    elif after is None or before is None or before.basket_id == after.basket_id:
        # Without a request nobody can tell a line moved at login from one put aside: a move is then no event.
        alone = BasketChanges()
        alone.note(change)
        _write_alone(alone.events(), loaded(instance, "basket"))


def _place(basket_id: Any, pieces: Any) -> Place | None:
    return Place(basket_id, pieces) if isinstance(basket_id, int) and isinstance(pieces, int) else None


# --- vouchers ---------------------------------------------------------------------------------------------------------

STEPS = {"post_add": 1, "post_remove": -1}


@receiver
def vouchers_changed(*, instance: Any, action: str, reverse: bool, pk_set: Any, **_: Any) -> None:
    """Vouchers were put on a basket, or taken off it."""
    # From the voucher's side only a back-office changes baskets.
    if reverse or action not in STEPS:
        return
    is_merge = instance.status == MERGED and action == "post_remove"
    for voucher_id in pk_set:
        _on_commit(_note_voucher, instance, voucher_id, STEPS[action], is_merge)


def _note_voucher(basket: Any, voucher_id: int, step: int, is_merge: bool) -> None:
    gathered = in_hand()
    changes = VoucherChanges() if gathered is None else gathered.vouchers
    changes.note(voucher_id, step=step, at=timezone.now(), is_merge=is_merge)
    if gathered is None:
        _write_alone(changes.events(has_ordered=False), basket)


# --- wish lists, alerts and discounts ---------------------------------------------------------------------------------


def remember_wish(sender: Any, instance: Any, **_: Any) -> None:
    """Keeps with a loaded line of a wish list how many pieces it says."""
    instance.__dict__[KEPT] = instance.__dict__.get("quantity")


@receiver
def wish_saved(*, instance: Any, created: bool, **_: Any) -> None:
    """A product was put on a wish list, or once more."""
    pieces, before = instance.__dict__.get("quantity"), instance.__dict__.get(KEPT)
    added = pieces if created or before is None else pieces - before
    instance.__dict__[KEPT] = pieces
    if added > 0 and instance.product_id:
        record("wishlist_added", **goods_of(instance)._asdict(), quantity=added, user_id=_owner(instance))


@receiver
def wish_deleted(*, sender: Any, instance: Any, origin: Any = None, **_: Any) -> None:
    """A product was taken off a wish list, alone or with the list."""
    lists = sender._meta.get_field("wishlist").related_model
    if instance.product_id and _began_with(origin, (sender, lists)):
        record("wishlist_removed", **goods_of(instance)._asdict(), user_id=_owner(instance))


@receiver
def alert_saved(*, instance: Any, created: bool, **_: Any) -> None:
    """Somebody asked to be told when a product is back."""
    if created:
        record("stock_alert_asked", **goods_of(instance)._asdict(), user_id=instance.user_id)


@receiver
def discount_saved(*, instance: Any, created: bool, **_: Any) -> None:
    """An order was made cheaper: Oscar keeps one row for each offer that it used."""
    if created:
        told = {"order": instance.order_id, "offer": instance.offer_id, "voucher": instance.voucher_id}
        payload = {name: key for name, key in told.items() if key}
        user_id = getattr(loaded(instance, "order"), "user_id", None)
        record("offer_used", value=instance.amount, user_id=user_id, payload=payload)


def _owner(instance: Any) -> int | None:
    wish_list = loaded(instance, "wishlist")
    return wish_list.owner_id if wish_list is not None else None


# --- both -------------------------------------------------------------------------------------------------------------


def _on_commit(note: Receiver, *told: Any) -> None:
    guarded_after_commit(partial(note, *told), doing="noting what was saved")


def _began_with(origin: Any, models: tuple[Any, ...]) -> bool:
    # `origin` is the instance or the queryset whose deletion led to this one.
    model = getattr(origin, "model", None) or type(origin)
    return origin is None or any(issubclass(model, one) for one in models)


def _write_alone(events: Iterable[NewEvent], basket: Any) -> None:
    owner = basket.owner_id if basket is not None else None
    write_alone(replace(event, user_id=owner) for event in events)
