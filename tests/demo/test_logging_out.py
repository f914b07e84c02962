"""Whoever uses the browser next sees nothing of the last shopper."""

from typing import Any

from django.test import Client
from django.urls import reverse

from tests import people


def test_the_history_of_views_does_not_survive_logging_out(client: Client, shop: people.Shop, anna: Any) -> None:
    client.force_login(anna, backend="django.contrib.auth.backends.ModelBackend")
    client.get(shop["honey"].get_absolute_url())
    assert str(shop["honey"].pk) in client.cookies["oscar_history"].value
    client.get(reverse("customer:logout"))
    assert client.cookies["oscar_history"].value == ""
    assert client.cookies["pz_vid"].value == ""
