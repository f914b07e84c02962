"""May this visitor be known again? The shop's own consent banner answers through the setting CONSENT."""

from django.http import HttpRequest
from django.utils.module_loading import import_string

from personalization.conf import conf


def has_consent(request: HttpRequest) -> bool:
    """What the shop's consent callable says of this request."""
    return bool(import_string(conf.CONSENT)(request))


def signal_or_yes(request: HttpRequest) -> bool:
    """Yes, unless the browser says no by Global Privacy Control or Do Not Track."""
    return request.headers.get("Sec-GPC") != "1" and request.headers.get("DNT") != "1"
