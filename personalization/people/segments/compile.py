"""Makes one SQL statement of a tree: the people whom it means."""

from datetime import datetime
from functools import reduce
from operator import and_, or_

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.utils import timezone

from personalization.people.profiles.models import Profile
from personalization.people.rules.deeds import EVERYBODY, NOBODY
from personalization.people.segments.settled import Asked, Settled, settled
from personalization.people.segments.tree import Node


def people(tree: Node, *, now: datetime) -> QuerySet[Profile]:
    """The profiles that a tree means; with rules about the visit going on, those that it may mean on a visit."""
    return meant(settled(tree), now=now)


def meant(tree: Settled | None, *, now: datetime) -> QuerySet[Profile]:
    """Likewise, of a tree that has been settled."""
    return Profile.objects.filter(NOBODY if tree is None else condition(tree, now=now))


def statement(tree: Node, *, now: datetime | None = None) -> str:
    """The one statement, to be looked at."""
    return str(people(tree, now=now or timezone.now()).values("person").query)


def condition(node: Settled, *, now: datetime, may_be: bool = True) -> Q:
    """The tree as a condition on `Profile`. What only the visit can say counts as true, and below a "not" as false."""
    if isinstance(node, Asked):
        return _of_rule(node, now=now, may_be=may_be)
    if node.join == "not":
        return ~_for_certain(condition(node.nodes[0], now=now, may_be=not may_be))
    parts = [condition(one, now=now, may_be=may_be) for one in node.nodes]
    return reduce(and_ if node.join == "all" else or_, parts)


def _of_rule(node: Asked, *, now: datetime, may_be: bool) -> Q:
    if node.rule.is_live:
        return EVERYBODY if may_be else NOBODY
    return node.rule.condition(node.values, now=now) or EVERYBODY


def _for_certain(found: Q) -> Q:
    """Turned round, an answer that SQL calls unknown stays unknown: then "not" would mean neither these nor others."""
    told = Case(When(found, then=Value(True)), default=Value(False), output_field=BooleanField())
    return Q(told)
