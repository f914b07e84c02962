"""Slots of a bare page, and banners for them."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from personalization.campaigns.audience import Audience
from personalization.people.segments.members import recount
from personalization.people.segments.models import Segment
from personalization.people.segments.now import kept
from personalization.people.weather.now import kept as weather
from personalization.storefront.slots.models import Banner
from tests.people.folk import known, rule

SLOT = '{% content_slot "home-hero" %}<p>our own</p>{% endcontent_slot %}'


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    kept.forget()
    weather.read_at = None


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def banner(title: str, *, among: Any = (), but: Any = (), **more: Any) -> Banner:
    """One of the home page's, live."""
    audience = Audience(tuple(one.pk for one in among), tuple(one.pk for one in but)).stored()
    told = {"slot": "home-hero", "texts": {"en": {"title": title}}, "audience": audience}
    return Banner.objects.create(**told | more)


def segment(name: str, *tree: Any) -> Segment:
    """Counted."""
    made = Segment.objects.create(name=name, tree={"all": list(tree)})
    recount(made, now=timezone.now())
    return made


def picture(name: str = "spring.png") -> SimpleUploadedFile:
    """A real one, small."""
    file = BytesIO()
    Image.new("RGB", (16, 9), "#6aa84f").save(file, "PNG")
    return SimpleUploadedFile(name, file.getvalue(), content_type="image/png")


def titles(html: str) -> list[str]:
    """The headings of the banners, and the shop's own words."""
    return re.findall(r'pz-banner__title"[^>]*>(?:<a [^>]*>)?([^<]*)<|<p>(our own)</p>', html)


@pytest.fixture
def regulars(db: None, anna: Any) -> Segment:
    """Anna is one."""
    known("Anna", anna, orders=5)
    return segment("Regulars", rule("orders", least=3))


@pytest.fixture
def seen(shop: Any, render: Any, rf: Any) -> Callable[..., list[str]]:
    """What somebody sees in the slot."""

    def of(user: Any = None, line: str = SLOT, **headers: str) -> list[str]:
        request = rf.get("/", headers=headers)
        request.user = user or AnonymousUser()
        return ["".join(one) for one in titles(render(line, request=request))]

    return of
