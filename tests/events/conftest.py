"""The log is tested on bare Oscar, with real commits: an event counts once its transaction has closed."""

import pytest


@pytest.fixture(autouse=True)
def _bare_oscar(bare_oscar: None) -> None:
    """Oscar's own pages."""
