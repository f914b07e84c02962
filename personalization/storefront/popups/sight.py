"""All that the server must know to say which pop-ups may come on a page: by three queries at the most, however many."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.http import HttpRequest

from personalization.campaigns.campaign import Goal
from personalization.events.identifiers import first_id
from personalization.events.person import Person
from personalization.people.models import Preference
from personalization.shop import baskets
from personalization.shop.baskets import Lying
from personalization.storefront.popups.ledger import Line, Lines
from personalization.storefront.popups.models import Popup

LATELY, AHEAD = timedelta(days=27), timedelta(days=1)
NOBODY = uuid.UUID(int=0)
BASKET_KINDS = ("basket_added", "basket_changed", "basket_removed")
GOAL_KINDS = (Goal.BASKET.value, Goal.ORDER.value, Goal.REGISTERED.value)

# Of which version the live pop-ups are, and how they read if this process knows another one: a change gives a row
# another xmin. Then what interrupted this person, how often this product was looked at, and when each deed was last
# done on which visit; the lines of the basket, and the region that the person told, are queries put in their places.
_AT_HAND = """
SELECT clock.version,
    CASE WHEN clock.version <> %(known)s THEN (
        SELECT jsonb_agg(to_jsonb(popup))::text FROM personalization_popup AS popup WHERE popup.status = 'live') END,
    (SELECT jsonb_agg(jsonb_build_array(popup_id, extract(epoch FROM shown_at), visit_id, outcome))::text
     FROM personalization_popupshowing WHERE visitor_id = %(visitor)s OR user_id = %(account)s),
    (SELECT count(*) FROM personalization_event
     WHERE visitor_id = %(visitor)s AND id >= %(since)s AND id < %(until)s
       AND kind = 'product_viewed' AND product_id = %(product)s),
    (SELECT jsonb_object_agg(kind, jsonb_build_array(extract(epoch FROM at), is_this))::text FROM (
        SELECT kind, max(happened_at) AS at, bool_or(visit_id = %(visit)s) AS is_this FROM personalization_event
        WHERE visitor_id = %(visitor)s AND id >= %(since)s AND id < %(until)s AND kind = ANY(%(deeds)s)
        GROUP BY kind) AS deed),
    (SELECT json_agg(row_to_json(line))::text FROM ({basket}) AS line),
    ({region})
FROM (SELECT coalesce(md5(string_agg(id || '.' || xmin::text, ',' ORDER BY id)), '') AS version
      FROM personalization_popup WHERE status = 'live') AS clock
"""


@dataclass(frozen=True)
class AtHand:
    """The live pop-ups, and what is known of this person beside their visit."""

    popups: Sequence[Popup] = ()
    lines: Lines = ()
    product_views: int = 0
    # When each deed was last done.
    deeds: Mapping[str, datetime] = field(default_factory=dict)
    lying: Lying = field(default_factory=Lying)
    basket_seconds: float | None = None
    # Where they told us to be.
    region: str = ""


class _Kept:
    """The live pop-ups as this process knows them; read again only if one of them changed."""

    def __init__(self) -> None:
        self.version, self.popups = "", ()  # type: tuple[str, Sequence[Popup]]

    def at(self, version: str, told: str | None) -> Sequence[Popup]:
        """Those of this version."""
        if version != self.version or told is not None:
            rows = json.loads(told or "[]") or []
            popups = sorted((_popup(row) for row in rows), key=lambda one: (one.priority, one.pk))
            self.version, self.popups = version, popups
        return self.popups


kept = _Kept()


def read(
    request: HttpRequest | None, person: Person, *, visit_id: uuid.UUID | None, product_id: int | None, now: datetime
) -> AtHand:
    """One query."""
    basket, basket_values = _inner("basket", baskets.lying_asked(request) if request is not None else None)
    told_region = Preference.objects.usable(person).filter(what=Preference.What.REGION).order_by("pk")
    region, region_values = _inner("region", told_region.values("value")[:1] if person.is_known else None)
    sql = _AT_HAND.format(basket=basket, region=region)
    values = {
        "known": kept.version, "visitor": person.visitor_id or NOBODY, "account": person.user_id,
        "product": product_id or 0, "since": first_id(now - LATELY), "until": first_id(now + AHEAD),
        "visit": visit_id or NOBODY, "deeds": [*BASKET_KINDS, *GOAL_KINDS],
        **basket_values, **region_values,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        version, told, lines, views, deeds, rows, region_told = cursor.fetchone()
    done = {kind: (_moment(at), is_this) for kind, (at, is_this) in json.loads(deeds or "{}").items()}
    touched = [at for kind, (at, is_this) in done.items() if kind in BASKET_KINDS and is_this]
    return AtHand(
        popups=kept.at(version, told),
        lines=[_line(*one) for one in json.loads(lines or "[]")],
        product_views=views,
        deeds={kind: at for kind, (at, _is_this) in done.items()},
        lying=baskets.lying_from([list(one.values()) for one in json.loads(rows or "[]", parse_float=Decimal)]),
        basket_seconds=(now - max(touched)).total_seconds() if touched else None,
        region=region_told or "",
    )


def _inner(name: str, rows: Any) -> tuple[str, dict[str, Any]]:
    """A query as a part of ours, and its values."""
    sql, values = rows.query.sql_with_params() if rows is not None else ("SELECT NULL WHERE FALSE", ())
    # Django's own query has its values by place, and ours by name: a statement may have them in one way only.
    for number in range(len(values)):
        sql = sql.replace("%s", f"%({name}{number})s", 1)
    return sql, {f"{name}{number}": value for number, value in enumerate(values)}


def _popup(row: Mapping[str, Any]) -> Popup:
    fields = [one for one in Popup._meta.concrete_fields if one.column in row]
    popup = Popup(**{one.attname: one.to_python(row[str(one.column)]) for one in fields})
    popup._state.adding = False
    return popup


def _line(popup_id: int, seconds: float, visit_id: str | None, outcome: str) -> Line:
    return Line(popup_id, _moment(seconds), uuid.UUID(visit_id) if visit_id else None, outcome)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
