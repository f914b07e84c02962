"""One Spark for all tests of a file: it takes longer to start than to learn a small shop."""

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest
from django.test import override_settings

from personalization.recommend.train.spark import session

REASON = "no pyspark, or no Java to run it: pip install -e '.[spark]', apt install openjdk-17-jre-headless"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Spark these are skipped, and counted."""
    if find_spec("pyspark") and shutil.which("java"):
        return
    for item in items:
        if item.get_closest_marker("spark"):
            item.add_marker(pytest.mark.skip(reason=REASON))


# A tiny shop is learned in the time that compiling for a large one would take.
IN_A_HURRY = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": 1,
    "spark.sql.adaptive.enabled": "false",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """A session on this machine."""
    with override_settings(PERSONALIZATION_SPARK_OPTIONS=IN_A_HURRY), session.opened() as opened:
        yield opened
