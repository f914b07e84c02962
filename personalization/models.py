"""The models of every package, as Django looks for them."""

from personalization.campaigns.offers.models import OfferUse, PersonalCode, PersonalOffer
from personalization.events.models import (
    AccountConsent,
    ConsentRecord,
    DailyFigure,
    Erasure,
    Event,
    ImportedFile,
    QuarantinedPayload,
    SummedDay,
    Tally,
    Visitor,
)
from personalization.insight.models import Health
from personalization.insight.people.models import Customer, CustomerLook
from personalization.jobs.models import JobRun
from personalization.people.clusters.models import Cluster, ClusterMember
from personalization.people.journeys.models import Journey, JourneyClock
from personalization.people.models import Preference
from personalization.people.predict.models import PredictionRun
from personalization.people.profiles.models import Profile, ProfileClock, ProfileNote
from personalization.people.segments.models import Membership, MembershipChange, Segment, SegmentClock
from personalization.people.weather.models import Weather
from personalization.recommend.bundles.models import Bundle
from personalization.recommend.facts.models import PriceChange, ProductFact
from personalization.recommend.lists.models import (
    LateHour,
    ListClock,
    ListCount,
    ListScope,
    ListTotal,
    ShopperGroup,
)
from personalization.recommend.models import (
    ItemVector,
    NeighbourList,
    RankedList,
    ServedModel,
    ShopperList,
    TrainingRun,
)
from personalization.recommend.rules.models import ShopRule
from personalization.recommend.scorecards.models import Scorecard
from personalization.recommend.searches.models import SearchClock, SearchDeed, SearchList
from personalization.storefront.doors.models import DoorChoice, InterestDoor
from personalization.storefront.leads.models import Lead
from personalization.storefront.models import Block
from personalization.storefront.popups.models import Popup, PopupShowing
from personalization.storefront.popups.replay.models import PopupReplay
from personalization.storefront.slots.models import Banner

__all__ = [
    "AccountConsent",
    "Banner",
    "Block",
    "Bundle",
    "Cluster",
    "ClusterMember",
    "ConsentRecord",
    "Customer",
    "CustomerLook",
    "DailyFigure",
    "DoorChoice",
    "Erasure",
    "Event",
    "Health",
    "ImportedFile",
    "InterestDoor",
    "ItemVector",
    "JobRun",
    "Journey",
    "JourneyClock",
    "LateHour",
    "Lead",
    "ListClock",
    "ListCount",
    "ListScope",
    "ListTotal",
    "Membership",
    "MembershipChange",
    "NeighbourList",
    "OfferUse",
    "PersonalCode",
    "PersonalOffer",
    "Popup",
    "PopupReplay",
    "PopupShowing",
    "PredictionRun",
    "Preference",
    "PriceChange",
    "ProductFact",
    "Profile",
    "ProfileClock",
    "ProfileNote",
    "QuarantinedPayload",
    "RankedList",
    "Scorecard",
    "SearchClock",
    "SearchDeed",
    "SearchList",
    "Segment",
    "SegmentClock",
    "ServedModel",
    "ShopRule",
    "ShopperGroup",
    "ShopperList",
    "SummedDay",
    "Tally",
    "TrainingRun",
    "Visitor",
    "Weather",
]
