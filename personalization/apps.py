"""The app as Django sees it."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

# Where things are registered that an owner picks by name.
PICKED = (
    "personalization.people.regions", "personalization.people.stores", "personalization.people.segments.choosable",
    "personalization.people.clusters.choosable", "personalization.people.clusters.origin",
    "personalization.recommend.facts.choosables", "personalization.storefront.choosable",
    "personalization.storefront.slots.choosable", "personalization.storefront.doors.choosable",
    "personalization.storefront.popups.choosable",
)  # fmt: skip
# Where segments are named: what hangs on one is told before it is deleted.
SEGMENT_USES = (
    "personalization.campaigns.offers.segment_uses",
    "personalization.recommend.rules.segment_uses",
    "personalization.storefront.segment_uses",
    "personalization.storefront.popups.segment_uses",
    "personalization.storefront.slots.segment_uses",
)
# Rules of segments that ask a package above `people`.
SEGMENT_RULES = ("personalization.storefront.popups.segment_rule",)
# What can be kept in files, in the order in which one names the other.
IN_FILES = (
    "personalization.campaigns.files.segments", "personalization.campaigns.files.rules",
    "personalization.campaigns.offers.in_files", "personalization.storefront.in_files",
    "personalization.storefront.popups.in_files", "personalization.storefront.slots.in_files",
    "personalization.storefront.doors.in_files",
)  # fmt: skip
# Where each package says which of its tables hold somebody's data, in the order in which an erasure locks them.
PERSONAL = (
    "personalization.events.holdings", "personalization.people.personal",
    "personalization.people.segments.personal", "personalization.recommend.personal",
    "personalization.campaigns.offers.personal",
    "personalization.storefront.leads.personal",
    "personalization.storefront.popups.personal",
    "personalization.insight.people.personal",
)  # fmt: skip


class PersonalizationConfig(AppConfig):
    """Registers what the open folders hold, and connects the shop's signals; it never touches the database."""

    name = "personalization"
    label = "personalization"
    verbose_name = _("Personalization")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from personalization import checks
        from personalization.campaigns.offers import judge, triggers
        from personalization.events import farewell, receivers
        from personalization.guard import failure
        from personalization.insight import examinations
        from personalization.people import rules
        from personalization.recommend import groupings, strategies
        from personalization.recommend.rules import conditions
        from personalization.shop import told
        from personalization.storefront import own_offers
        from personalization.storefront import triggers as moments
        from personalization.storefront.popups import designs
        from personalization.storefront.seen_as import answer

        failure.connect()
        checks.register()
        strategies.load()
        groupings.load()
        conditions.load()
        rules.load()
        triggers.load()
        judge.judge.take_seat()
        moments.load()
        designs.load()
        for entries in (*PICKED, *SEGMENT_USES, *SEGMENT_RULES, *PERSONAL, *IN_FILES):
            import_module(entries)
        examinations.load()
        receivers.connect()
        told.connect()
        own_offers.connect()
        answer.connect()
        farewell.connect()
        # A shop's own strategies and event kinds: any installed app may keep them in a module `personalize`.
        autodiscover_modules("personalize")
