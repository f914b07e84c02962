"""Django admin's face: registers what the packages bring."""

from personalization.campaigns.offers import admin as offers
from personalization.events import admin as events
from personalization.events import consent_admin as consent
from personalization.events.beacon import admin as beacon
from personalization.events.imports import admin as imports
from personalization.insight import admin as insight
from personalization.insight.journey import admin as journey
from personalization.insight.people import admin as customers
from personalization.jobs import admin as jobs
from personalization.people.predict import admin as predictions
from personalization.people.segments import admin as segments
from personalization.recommend import admin as recommend
from personalization.recommend.scorecards import admin as scorecards
from personalization.storefront import admin as storefront
from personalization.storefront.doors import admin as doors
from personalization.storefront.leads import admin as leads
from personalization.storefront.popups import admin as popups
from personalization.storefront.slots import admin as slots

__all__ = ["beacon", "consent", "customers", "doors", "events", "imports", "insight", "jobs", "journey", "leads",
           "offers", "popups", "predictions", "recommend", "scorecards", "segments", "slots", "storefront"]  # fmt: skip
