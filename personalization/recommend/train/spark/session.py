"""A Spark session for one training: opened in this process, on a master near or far, and gone afterwards."""

import os
import shutil
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.utils.translation.trans_null import gettext_noop as _  # the other one reads settings

from personalization.conf import conf
from personalization.recommend.train.gate import Refused

LOCAL = "local"
PATIENCE = 20
USUAL = {
    "spark.app.name": "personalization",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",
    "spark.sql.caseSensitive": "true",
    # Spark 4 stumbles over what it concludes of a kept table in a union ("key not found").
    "spark.sql.constraintPropagation.enabled": "false",
}
# One machine: nothing listens to the network, and two hundred tasks would each do nothing.
ALONE = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "2g",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.autoBroadcastJoinThreshold": "10485760",
}


class SparkBroke(RuntimeError):
    """Spark broke off; these are its words."""


@contextmanager
def opened() -> Iterator[Any]:
    """The session, for as long as the block lasts; one that is open already is used, and stays.

    Raises Refused where there is no Spark, with the fix.
    """
    builder = _builder()
    if there := _active():
        yield there
        return
    try:
        session = builder.getOrCreate()
    except Exception as error:  # whatever Java or the master says is the owner's to read
        text, told = _("Spark did not start: %(error)s"), _first_lines(error)
        _close()
        raise Refused(text, error=told) from None
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield session
    except Exception as error:
        if type(error).__module__.startswith(("pyspark", "py4j")):
            # Such an error asks Java for its words, and Java will be gone.
            raise SparkBroke(_first_lines(error)) from None
        raise
    finally:
        session.stop()
        _close()


def kept(table: Any) -> Any:
    """The table worked out now, for all who read it later: what led to it is forgotten.

    A table that only remembers how it is made is made again by each of its readers, and the plan of the last one holds
    those of all before it. On a cluster it is kept beside the log, where the loss of a machine does no harm.
    """
    return table.localCheckpoint() if is_alone() else table.checkpoint()


def is_alone() -> bool:
    """Everything runs on this machine."""
    return conf.SPARK_MASTER.startswith(LOCAL)


def _builder() -> Any:
    try:
        with warnings.catch_warnings():
            # It warns of versions of pandas, which is not used here.
            warnings.simplefilter("ignore")
            import pyspark.ml.feature
            import pyspark.sql
    except ImportError as error:
        text = _("Spark is to learn, but %(module)s is missing: pip install 'django-oscar-personalization[spark]'.")
        raise Refused(text, module=error.name or "pyspark") from error
    if not _java():
        text = _("Spark needs Java: install openjdk-17-jre-headless (17 or newer), or set JAVA_HOME.")
        raise Refused(text)
    builder = pyspark.sql.SparkSession.builder.master(conf.SPARK_MASTER)
    for name, value in _options().items():
        builder = builder.config(name, str(value))
    return builder


def _first_lines(error: Exception) -> str:
    return " ".join(str(error).split())[:400]


def _active() -> Any:
    from pyspark.sql import SparkSession

    return SparkSession.getActiveSession()


def _options() -> Mapping[str, Any]:
    return USUAL | (ALONE if is_alone() else {}) | dict(conf.SPARK_OPTIONS)


def _java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return bool(shutil.which("java", path=os.path.join(home, "bin")) if home else shutil.which("java"))


def _close() -> None:
    """Ends Java too: it would stay in the worker's memory until the worker ends."""
    from pyspark import SparkContext

    gateway, SparkContext._gateway, SparkContext._jvm = SparkContext._gateway, None, None
    if gateway is None:
        return
    gateway.shutdown()
    if java := getattr(gateway, "proc", None):
        java.stdin.close()
        java.wait(PATIENCE)
