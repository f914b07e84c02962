"""Workers that die at a statement of their job: how many it takes, and one that does not live to see the n-th."""

import os
import signal
from collections.abc import Callable
from typing import Any

from django.db import connection

Work = Callable[[], Any]


def statements(work: Work) -> int:
    """How many statements it takes."""
    count = 0

    def counted(execute: Any, *args: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*args)

    with connection.execute_wrapper(counted):
        work()
    return count


def killed(work: Work, *, at: int) -> None:
    """A worker dies before the statement of that number."""
    child = os.fork()
    if child == 0:
        try:
            connection.connection = None
            turn = 0

            def deadly(execute: Any, *args: Any) -> Any:
                nonlocal turn
                turn += 1
                if turn == at:
                    os.kill(os.getpid(), signal.SIGKILL)
                return execute(*args)

            with connection.execute_wrapper(deadly):
                work()
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
