"""wagtail-personalisation on a request, in a process of its own: `standing` runs it and reads its last line.

Standalone on purpose: it knows nothing of this project, so that any Python which has the package can run it.
"""

import json
import secrets
import statistics
import sys
import time
from importlib.util import find_spec
from typing import Any

NOT_INSTALLED = 3


def configure(address: dict[str, Any]) -> None:
    """The least of a Wagtail site."""
    import django
    from django.conf import settings

    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": address["name"],
                               "HOST": address["host"], "PORT": address["port"], "USER": address["user"]}},
        SECRET_KEY=secrets.token_hex(), USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        WAGTAIL_SITE_NAME="bench", STATIC_URL="/static/", WAGTAILADMIN_BASE_URL="http://localhost",
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        INSTALLED_APPS=[
            "wagtail_personalisation", "wagtail_modeladmin", "wagtail.users", "wagtail.images", "wagtail.documents",
            "wagtail.snippets", "wagtail.search", "wagtail.admin", "wagtail", "modelcluster", "taggit",
            "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
            "django.contrib.messages", "django.contrib.staticfiles",
        ],
    )  # fmt: skip
    django.setup()


def requests(number: int, rounds: int) -> dict[str, Any]:
    """Queries of one request, and the middle of all times, with so many segments of one rule each."""
    from django.contrib.auth.models import AnonymousUser
    from django.db import connection, transaction
    from django.test import RequestFactory
    from django.test.utils import CaptureQueriesContext
    from wagtail.models import Page
    from wagtail_personalisation.adapters import get_segment_adapter
    from wagtail_personalisation.models import Segment
    from wagtail_personalisation.rules import VisitCountRule

    with transaction.atomic():
        page = Page.objects.filter(depth__gte=2).first()
        for turn in range(number):
            # Every other one holds.
            one = Segment.objects.create(name=f"standing {turn}", status=Segment.STATUS_ENABLED)
            VisitCountRule.objects.create(
                segment=one, counted_page=page, operator=VisitCountRule.OPERATOR_CHOICES[0][0], count=1 + turn % 2 * 900
            )

        def ask() -> None:
            request = RequestFactory().get("/")
            request.user = AnonymousUser()
            request.session = session()
            adapter = get_segment_adapter(request)
            for _ in range(5):
                adapter.add_page_visit(page)
            adapter.refresh()
            if len(adapter.get_segments()) != (number + 1) // 2:
                raise RuntimeError(f"{len(adapter.get_segments())} of {number} segments hold.")

        with CaptureQueriesContext(connection) as found:
            ask()
        taken = []
        for _ in range(rounds):
            started = time.perf_counter()
            ask()
            taken.append((time.perf_counter() - started) * 1000)
        transaction.set_rollback(True)
    return {"queries": len(found), "milliseconds": statistics.median(taken)}


def session() -> Any:
    """What the browser brings along: kept in memory, at no query."""
    from django.contrib.sessions.backends.signed_cookies import SessionStore

    return SessionStore()


def main() -> None:
    """The address of the database, the number of segments, the number of requests."""
    if find_spec("wagtail_personalisation") is None:
        sys.exit(NOT_INSTALLED)
    configure(json.loads(sys.argv[1]))
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    sys.stdout.write(json.dumps(requests(int(sys.argv[2]), int(sys.argv[3]))))


if __name__ == "__main__":
    main()
