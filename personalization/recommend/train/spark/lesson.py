"""A log handed over: written as Parquet where all of Spark's machines reach it, read as tables, removed in the end."""

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from personalization.conf import conf
from personalization.recommend.train.log import ShopLog
from personalization.recommend.train.parquet import COLUMNS, LogFolder, write_log

SPARK_TYPES = {"int64": "BIGINT", "float64": "DOUBLE", "string": "STRING"}
# What pyarrow calls s3, Spark reads by the file system s3a.
SCHEMES = {"s3://": "s3a://"}


@contextmanager
def folder() -> Iterator[str]:
    """The address of a folder for one training."""
    if conf.SPARK_FOLDER:
        address = f"{conf.SPARK_FOLDER.rstrip('/')}/{uuid.uuid4().hex}"
        try:
            yield address
        finally:
            LogFolder.at(address).remove_all()
    else:
        with tempfile.TemporaryDirectory(prefix="personalization-spark-") as here:
            yield here


def hand_over(session: Any, log: ShopLog, address: str) -> None:
    """Writes the log and names its tables: `purchases`, `visits` and `catalogue`."""
    write_log(log, LogFolder.at(address))
    session.sparkContext.setCheckpointDir(f"{_for_spark(address)}/kept")
    has = {"purchases": len(log.purchases.day), "visits": len(log.visits.day), "catalogue": len(log.catalogue.product)}
    for table, columns in COLUMNS.items():
        schema = ", ".join(f"{name} {SPARK_TYPES[kind]}" for name, kind in columns.items())
        known = (
            session.read.schema(schema).parquet(f"{_for_spark(address)}/{table}")
            if has[table]
            else session.createDataFrame([], schema)
        )
        known.createOrReplaceTempView(table)


def _for_spark(address: str) -> str:
    for ours, theirs in SCHEMES.items():
        if address.startswith(ours):
            return theirs + address.removeprefix(ours)
    return address if "://" in address else f"file://{address}"
