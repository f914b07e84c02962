"""Staged rows as rows of the log: with products for codes, accounts for e-mails, and no more names than may be."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat

from personalization.conf import conf
from personalization.events.imports import wire
from personalization.events.imports.chunks import Chunk
from personalization.events.imports.identity import tail_of
from personalization.events.imports.lookup import (
    Person,
    begun_visits,
    erased_visitors,
    erasures,
    find_goods,
    find_people,
    wills,
)
from personalization.events.imports.staged import Staged
from personalization.events.imports.translate import BEGINS as VISIT_STARTED
from personalization.events.imports.translate import named
from personalization.events.imports.values import EPOCH, MICROSECOND
from personalization.events.kinds import Traffic

COLUMNS = (
    "id, happened_at, kind, traffic, visitor_id, visit_id, user_id, product_id, variant_id, quantity, value, payload"
)
MET_COLUMNS = "visitor_id, user_id, traffic, happened_at"
ROW, MET_ROW = wire.columns(COLUMNS.count(",") + 1), wire.columns(MET_COLUMNS.count(",") + 1)
KEY_BYTES = 16
PURCHASED, BEGINS = named("purchased"), named(VISIT_STARTED)
SHOPPER, STAFF = named(Traffic.SHOPPER), named(Traffic.STAFF)


@dataclass(frozen=True)
class Resolved:
    """Rows for COPY: of the log, by their ids, and of the visitors met; and what was known of people for them."""

    events: dict[bytes, bytes]
    met: list[bytes]
    people: dict[str, Person]
    erasures: int

    @property
    def is_true_still(self) -> bool:
        """Nobody was erased or has said no since: a chunk is looked up while the one before it is being stored."""
        told = {one.user_id: (one.erased_at, one.agreed) for one in self.people.values()}
        return self.erasures == erasures() and told == wills(told)


def resolve(chunk: Chunk) -> Resolved:
    """Asks the shop about the chunk; its rows about unknown products are refused on the way.

    What was staged of it is gone then: the next chunk is being read, and needs the room.
    """
    erasures_before = erasures()
    goods = find_goods(set(chunk.staged.products) - {""}, product_by=chunk.product_by)
    chunk.reject_unknown(set(chunk.staged.products) - {""} - goods.keys())
    staged = chunk.staged
    cells = {code: wire.bigint(product) + wire.bigint(variant) for code, (product, variant) in goods.items()}
    cells[""] = wire.NULL + wire.NULL
    people = find_people(set(staged.accounts) - {""})
    users, visitors, traffics = _people(staged, people)
    moments = list(map(wire.moment, staged.moments))
    begun = wire.cell(bytes(KEY_BYTES))[:-KEY_BYTES]
    rows = map(
        b"".join,
        zip(
            repeat(ROW + begun), staged.ids, moments, staged.kinds, traffics, visitors, _visits(chunk, visitors), users,
            map(cells.__getitem__, staged.products), staged.quantities, staged.values, staged.payloads,
        ),
    )  # fmt: skip
    met = _met(visitors, users, traffics, moments)
    events = dict(zip(staged.ids, rows, strict=True))
    chunk.staged = Staged()
    return Resolved(events, met, people, erasures_before)


def _met(visitors: list[bytes], *rest: list[bytes]) -> list[bytes]:
    if all(map(wire.NULL.__eq__, visitors)):
        return []
    seen = zip(visitors, *rest, strict=True)
    return [MET_ROW + b"".join(cells) for cells in seen if cells[0] != wire.NULL]


def _people(staged: Staged, people: dict[str, Person]) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """The cells of account, visitor and traffic of each row."""
    cells = {account: wire.bigint(person.user_id) for account, person in people.items()}
    users = [cells.get(account, wire.NULL) for account in staged.accounts]
    visitors = _without(erased_visitors({cell[-KEY_BYTES:] for cell in set(staged.visitors) - {wire.NULL}}), staged)
    traffics = list(staged.traffics)
    for place, person in _of_note(people, staged.accounts):
        if _is_nameless(person, moment=staged.moments[place], is_purchase=staged.kinds[place] == PURCHASED):
            users[place] = visitors[place] = wire.NULL
        if person.is_staff and traffics[place] == SHOPPER:
            traffics[place] = STAFF
    return users, visitors, traffics


def _visits(chunk: Chunk, visitors: list[bytes]) -> list[bytes]:
    """The cell of each row's visit: one that begins in this chunk, or began in one before it."""
    staged = chunk.staged
    if not any(staged.visits):
        return [wire.NULL] * len(staged)
    chunk.begun = {tail_of(key): key for key, kind in zip(staged.ids, staged.kinds, strict=True) if kind == BEGINS}
    begun = chunk.begun_before | chunk.begun
    rows = list(zip(staged.visits, visitors, strict=True))
    earlier = {visitor[-KEY_BYTES:] for visit, visitor in rows if visit and visit not in begun and visitor != wire.NULL}
    begun |= {tail_of(key): key for key in begun_visits(earlier)}
    cells = {tail: wire.cell(key) for tail, key in begun.items()}
    # Of whom nothing may be kept, no visit is.
    return [cells.get(visit, wire.NULL) if visitor != wire.NULL else wire.NULL for visit, visitor in rows]


def _without(erased: set[bytes], staged: Staged) -> list[bytes]:
    if not erased:
        return list(staged.visitors)
    return [wire.NULL if cell[-KEY_BYTES:] in erased else cell for cell in staged.visitors]


def _of_note(people: dict[str, Person], accounts: Iterable[str]) -> list[tuple[int, Person]]:
    """The places of those few whose rows have to be looked at one by one."""
    noted = {
        account: person
        for account, person in people.items()
        if person.is_staff or person.erased_at or person.agreed is False
        or (person.agreed is None and conf.PURCHASES_NEED_CONSENT)
    }  # fmt: skip
    return [(place, noted[account]) for place, account in enumerate(accounts) if account in noted] if noted else []


def _is_nameless(person: Person, *, moment: int, is_purchase: bool) -> bool:
    """Whose account was erased since, has refused, or must have agreed and has not, leaves no name."""
    if person.agreed is False or (person.erased_at and moment <= _microseconds(person.erased_at)):
        return True
    return person.agreed is None and is_purchase and conf.PURCHASES_NEED_CONSENT


def _microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND
