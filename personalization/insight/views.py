"""The page that a monitoring reads."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from personalization.conf import conf
from personalization.guard.door import door
from personalization.insight.measures import as_text, measure

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@door
@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The numbers in the text format of Prometheus, for whoever knows the token; without a token there is no page."""
    if not conf.METRICS_TOKEN:
        raise Http404
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {conf.METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(as_text(measure(now=timezone.now())), content_type=CONTENT_TYPE)
