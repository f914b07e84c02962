"""The bytes of a message: never more of them than may be, whatever the sender says of their number."""

from urllib.parse import urlsplit

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from personalization.conf import conf


class TooLong(Exception):
    """The message is longer than EVENT_BODY_LIMIT."""


def read(request: HttpRequest) -> bytes:
    """The message; of a sender that hangs up half-way, what has come. Raises TooLong."""
    limit = conf.EVENT_BODY_LIMIT
    announced = str(request.META.get("CONTENT_LENGTH") or "")
    if announced.isdecimal() and int(announced[:18]) > limit:
        raise TooLong
    try:
        body = bytes(request.read(limit + 1))
    except (UnreadablePostError, OSError):
        return b""
    if len(body) > limit:
        raise TooLong
    return body


def is_encoded(request: HttpRequest) -> bool:
    """It would have to be unpacked first, and a few bytes may be packed gigabytes."""
    return request.headers.get("Content-Encoding", "").strip().lower() not in ("", "identity")


def is_foreign(request: HttpRequest) -> bool:
    """A page of another site sent it: browsers say so, and no script can make them lie."""
    if request.headers.get("Sec-Fetch-Site", "").strip().lower() in ("cross-site", "same-site"):
        return True
    try:
        origin, own = request.headers.get("Origin"), request.get_host().lower()
        return origin is not None and urlsplit(origin).netloc.lower() != own
    except (DisallowedHost, ValueError):
        return True
