"""The demo asks for an address on the second visit, once however often it is started."""

import pytest
from django.utils import timezone

from personalization.storefront.popups.models import Popup
from shop_demo.popups import ask_for_addresses, make_popups

pytestmark = pytest.mark.django_db


def test_it_comes_before_the_welcome_and_gives_a_code_of_a_live_offer():
    make_popups()
    assert (ask_for_addresses(), ask_for_addresses()) == (1, 0)
    names = [popup.design for popup in Popup.objects.live(timezone.now())]
    assert names.index("lead") < names.index("message")
    form = Popup.objects.get(design="lead")
    assert form.design_object().clean(form.design_parameters)["offer"] == form.design_parameters["offer"]
