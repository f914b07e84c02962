"""A small shop of real goods and households, for the stories that need one."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shop_demo.data import load_shop
from shop_demo.models import LoadedShop

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday


@pytest.fixture
def journey_market(db: None, tmp_path: Path, settings: Any) -> LoadedShop:
    settings.MEDIA_ROOT = str(tmp_path)
    return load_shop(sample=True, now=NOW)
