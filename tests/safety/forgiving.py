"""A cache as careful shops have it: when the server is gone it says nothing is there, and the page goes on."""

from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

asked: list[str] = []


class ForgivingCache(RedisCache):
    """Django's own cache on Redis, which swallows what goes wrong; `asked` keeps what it was asked for."""

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        """The value, or the default if nobody answers."""
        asked.append(f"get {key}")
        try:
            return super().get(key, default, version)
        except RedisError:
            return default

    def set(self, key: Any, *args: Any, **kwargs: Any) -> None:
        """Keeps the value, if somebody answers."""
        asked.append(f"set {key}")
        try:
            super().set(key, *args, **kwargs)
        except RedisError:
            return
