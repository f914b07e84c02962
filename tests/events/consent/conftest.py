"""Consent is tested as the app comes: opt-in."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _opt_in(settings: Any) -> None:
    del settings.PERSONALIZATION_CONSENT
