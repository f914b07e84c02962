"""Django admin's face: registers what the packages bring."""

from personalization.events import admin as events
from personalization.insight import admin as insight
from personalization.jobs import admin as jobs
from personalization.recommend import admin as recommend
from personalization.storefront import admin as storefront

__all__ = ["events", "insight", "jobs", "recommend", "storefront"]
