"""Files are read at noon of one day in March."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.people import NOW


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield
