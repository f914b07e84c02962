"""What stands round the statements of one guard: their savepoint, their deadline and their circuit."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from functools import partial
from typing import Any

from django.db import Error, connection

from personalization.guard.circuit import Circuit, Refused
from personalization.guard.deadline import deadline

logger = logging.getLogger("personalization")
IN_ERROR = 3  # libpq's PQTRANS_INERROR
# Never cancelled and never refused: half of a savepoint would reach the shop's transaction.
CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK")


class Frame:
    """One guard, and the part of the shop's transaction that it may take back."""

    def __init__(self, circuit: Circuit, outer: "Frame | None", *, writes: bool) -> None:
        self.circuit = circuit
        self.thread = threading.get_ident()
        self.depth = _depth()
        # It reads in the same place of the transaction as the guard round it: one savepoint does for both. Where a
        # block of `atomic` began in between, going back to the outer savepoint would tear that block's own away.
        self.is_shared = outer is not None and not writes and outer.depth == self.depth
        self.holder: Frame = outer.holder if outer is not None and self.is_shared else self
        self.savepoint: str | None = None
        self.hooks = len(connection.run_on_commit)

    def send(self, execute: Callable[[], Any], *, sql: Any) -> Any:
        """Executes a statement."""
        is_control = str(sql).startswith(CONTROL)
        if not is_control:
            self.circuit.admit()
        self._cover()
        seconds = None if is_control else self.circuit.seconds()
        if seconds is None:
            return execute()
        watch = None
        try:
            with deadline(connection.connection, seconds) as watch:
                return execute()
        finally:
            if watch is not None and watch.is_in_doubt:
                _give_up_connection()

    def keep(self) -> None:
        """The guard's work is done: the shop's transaction is as if nobody had marked a place in it."""
        if self.holder.savepoint is not None and _is_broken():
            # Somebody in here swallowed an error of the database.
            _go_back(self.holder.savepoint)
        if self.savepoint is not None:
            _housekeep(connection.savepoint_commit, self.savepoint)

    def take_back(self) -> None:
        """The guard's work failed: the shop's transaction is as it was before."""
        del connection.run_on_commit[self.hooks :]
        if self.savepoint is not None:
            _go_back(self.savepoint)
            _housekeep(connection.savepoint_commit, self.savepoint)
        elif self.holder.savepoint is not None and _is_broken():
            _go_back(self.holder.savepoint)

    def _cover(self) -> None:
        # With the first statement and not before: most blocks of a page have all they need from the first one.
        holder = self.holder
        if holder.depth is None or holder.savepoint is not None:
            return
        if _is_broken():
            # The shop itself broke its transaction; it will see so without us.
            raise Refused("The shop's transaction is broken: nothing can be asked until it is rolled back.")
        holder.savepoint = _housekeep(connection.savepoint)


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
        with nullcontext() if outer is not None else connection.execute_wrapper(_send):
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


def _depth() -> int | None:
    """How deep in the shop's transaction we are; None out of one. Asks nothing of the database."""
    if connection.in_atomic_block:
        return len(connection.savepoint_ids)
    # A shop that commits by hand.
    return 0 if connection.connection is not None and not connection.autocommit else None


def _is_broken() -> bool:
    raw = connection.connection
    return connection.needs_rollback or (raw is not None and raw.info.transaction_status == IN_ERROR)


def _go_back(savepoint: str) -> None:
    try:
        connection.needs_rollback = False
        _housekeep(connection.savepoint_rollback, savepoint)
    except Error:
        # The connection is gone, or the place is: what the shop did before can't be kept by anybody.
        connection.needs_rollback = connection.in_atomic_block
        raise


def _housekeep(work: Callable[..., Any], *args: Any) -> Any:
    token = _frame.set(None)
    try:
        return work(*args)
    finally:
        _frame.reset(token)


def _give_up_connection() -> None:
    # A cancel may still be on its way, and would hit whatever this connection is asked next.
    if _depth() is None:
        connection.close()
    else:
        logger.error("personalization could not learn whether a statement was cancelled")
