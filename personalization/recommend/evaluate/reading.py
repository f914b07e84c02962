"""The shop's own history as a log."""

from datetime import datetime, timedelta

from personalization.conf import conf
from personalization.recommend.train.log import ShopLog
from personalization.recommend.train.read import read_log


def own_history(*, now: datetime) -> ShopLog:
    """As much of it as training looks at."""
    return read_log(since=now - timedelta(days=conf.TRAIN_DAYS), until=now)
