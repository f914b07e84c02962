"""The models of every package, as Django looks for them."""

from personalization.events.models import Event, Visitor
from personalization.jobs.models import JobRun
from personalization.recommend.models import (
    ItemVector,
    NeighbourList,
    RankedList,
    ServedModel,
    ShopperList,
    TrainingRun,
)
from personalization.storefront.models import Block

__all__ = [
    "Block",
    "Event",
    "ItemVector",
    "JobRun",
    "NeighbourList",
    "RankedList",
    "ServedModel",
    "ShopperList",
    "TrainingRun",
    "Visitor",
]
