"""The app's own addresses; a shop includes them wherever it likes."""

from django.urls import path

from personalization.events.views import beacon, consent, my_data
from personalization.insight import views as insight
from personalization.people import views as taste
from personalization.storefront import together
from personalization.storefront.doors import views as doors
from personalization.storefront.leads import views as leads
from personalization.storefront.popups import views as popups
from personalization.storefront.toolbar import views as toolbar

app_name = "personalization"
urlpatterns = [
    path("events/", beacon.page, name="events"),
    path("consent/", consent.page, name="consent"),
    path("consent/answer/", consent.answer, name="answer"),
    path("my-data/", my_data.page, name="my_data"),
    path("my-data/download/", my_data.download, name="download"),
    path("my-data/erase/", my_data.erasure, name="erase"),
    path("together/", together.add, name="add_together"),
    path("together/take-out/", together.take_out, name="take_out_together"),
    path("popups/", popups.decide, name="popups"),
    path("popups/show/", popups.show, name="show_popup"),
    path("popups/answer/", popups.answer, name="answer_popup"),
    path("door/", doors.choose, name="door"),
    path("letters/", leads.sign_up_page, name="lead"),
    path("letters/confirm/", leads.confirm_page, name="confirm_lead"),
    path("letters/stop/", leads.stop_page, name="stop_lead"),
    path("toolbar/", toolbar.look, name="toolbar"),
    path("toolbar/switch/", toolbar.switch, name="toolbar_switch"),
    path("taste/", taste.page, name="taste"),
    path("taste/feedback/", taste.feedback, name="feedback"),
    path("metrics/", insight.metrics, name="metrics"),
]
