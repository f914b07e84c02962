"""What stands round the statements of one guard: their savepoint, their deadline and their circuit."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

from django.db import DEFAULT_DB_ALIAS, Error, connections

from personalization.guard.circuit import Circuit, Refused
from personalization.guard.deadline import Deadline

logger = logging.getLogger("personalization")
IN_ERROR = 3  # libpq's PQTRANS_INERROR
# Never cancelled and never refused: half of a savepoint would reach the shop's transaction.
CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK")


class Frame:
    """One guard, and the part of the shop's transaction that it may take back."""

    def __init__(self, circuit: Circuit, outer: "Frame | None", *, writes: bool) -> None:
        # Asked for once: each look at Django's `connection` is a search among those of all threads.
        self.connection: Any = outer.connection if outer is not None else connections[DEFAULT_DB_ALIAS]
        self.circuit = circuit
        self.thread = threading.get_ident()
        self.depth = self._depth_now()
        # It reads in the same place of the transaction as the guard round it: one savepoint does for both. Where a
        # block of `atomic` began in between, going back to the outer savepoint would tear that block's own away.
        self.is_shared = outer is not None and not writes and outer.depth == self.depth
        self.holder: Frame = outer.holder if outer is not None and self.is_shared else self
        self.savepoint: str | None = None
        self.hooks = len(self.connection.run_on_commit)

    def send(self, execute: Callable[[], Any], *, sql: Any) -> Any:
        """Executes a statement."""
        is_control = str(sql).startswith(CONTROL)
        seconds = None if is_control else self.circuit.admit()
        self._cover()
        if seconds is None:
            return execute()
        deadline = Deadline(self.connection.connection, seconds)
        try:
            with deadline:
                return execute()
        finally:
            if deadline.is_in_doubt:
                self._give_up_connection()

    def keep(self) -> None:
        """The guard's work is done: the shop's transaction is as if nobody had marked a place in it."""
        if self.holder.savepoint is not None and self._is_broken():
            # Somebody in here swallowed an error of the database.
            self._go_back()
        if self.savepoint is not None:
            _housekeep(self.connection.savepoint_commit, self.savepoint)

    def take_back(self) -> None:
        """The guard's work failed: the shop's transaction is as it was before."""
        del self.connection.run_on_commit[self.hooks :]
        if self.savepoint is not None:
            self._go_back()
            _housekeep(self.connection.savepoint_commit, self.savepoint)
        elif self.holder.savepoint is not None and self._is_broken():
            self._go_back()

    def _cover(self) -> None:
        # With the first statement and not before: most blocks of a page have all they need from the first one.
        holder = self.holder
        if holder.depth is None or holder.savepoint is not None:
            return
        if self._is_broken():
            # The shop itself broke its transaction; it will see so without us.
            raise Refused("The shop's transaction is broken: nothing can be asked until it is rolled back.")
        holder.savepoint = _housekeep(self.connection.savepoint)

    def _go_back(self) -> None:
        try:
            self.connection.needs_rollback = False
            _housekeep(self.connection.savepoint_rollback, self.holder.savepoint)
        except Error:
            # The connection is gone, or the place is: what the shop did before can't be kept by anybody.
            self.connection.needs_rollback = self.connection.in_atomic_block
            raise

    def _depth_now(self) -> int | None:
        """How deep in the shop's transaction we are; None out of one. Asks nothing of the database."""
        known = self.connection
        if known.in_atomic_block:
            return len(known.savepoint_ids)
        # A shop that commits by hand.
        return 0 if known.connection is not None and not known.autocommit else None

    def _is_broken(self) -> bool:
        raw = self.connection.connection
        return self.connection.needs_rollback or (raw is not None and raw.info.transaction_status == IN_ERROR)

    def _give_up_connection(self) -> None:
        # A cancel may still be on its way, and would hit whatever this connection is asked next.
        if self._depth_now() is None:
            self.connection.close()
        else:
            logger.error("personalization could not learn whether a statement was cancelled")


_frame: ContextVar[Frame | None] = ContextVar("personalization_frame", default=None)


@contextmanager
def framed(circuit: Circuit, *, writes: bool) -> Iterator[None]:
    """Each statement inside has its savepoint, its deadline and its circuit; what fails is taken back."""
    outer = _frame.get()
    if outer is not None and outer.thread != threading.get_ident():
        # A context that was copied into another thread, whose connection is another one too.
        outer = None
    frame = Frame(circuit, outer, writes=writes)
    token = _frame.set(frame)
    try:
        if outer is not None:
            yield
        else:
            with frame.connection.execute_wrapper(_send):
                yield
    except BaseException:
        frame.take_back()
        raise
    else:
        frame.keep()
    finally:
        _frame.reset(token)


def _send(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    frame = _frame.get()
    run = partial(execute, sql, params, many, context)
    return run() if frame is None else frame.send(run, sql=sql)


def _housekeep(work: Callable[..., Any], *args: Any) -> Any:
    token = _frame.set(None)
    try:
        return work(*args)
    finally:
        _frame.reset(token)
