"""Who stands by name on a segment's list is exported, and taken off it when erased."""

from collections.abc import Iterator
from typing import Any

from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from personalization.events.personal import PersonalTable, Row, Whole, batches, tables
from personalization.people.rules.named import ERASED
from personalization.people.segments.models import Segment

RULE, LISTED = "named", "accounts"
_NAMED = "jsonb_path_exists({column}, '$.** ? (@.rule == \"named\").params.accounts[*] ? (@ == $account)', %s::jsonb)"


@tables.register
class NamedInSegments(PersonalTable):
    """Lists of an owner's on which the account stands by its number."""

    name, label, model = "named_in_segments", _("lists of customers on which you stand by name"), Segment

    def mine(self, whole: Whole) -> QuerySet[Any]:
        """The segments whose list names the account, in the tree of today or in that of the last count."""
        if whole.user_id is None:
            return Segment.objects.none()
        account = [f'{{"account": {int(whole.user_id)}}}']
        columns = (_NAMED.format(column=name) for name in ("tree", "counted_tree"))
        today, counted = (Q(RawSQL(one, account, output_field=BooleanField())) for one in columns)  # noqa: S611 - ours
        return Segment.objects.filter(today | counted)

    def rows(self, whole: Whole) -> Iterator[Row]:
        """Which lists; not whoever else stands on them."""
        yield from self.mine(whole).order_by("pk").values("id", "name")

    def erase(self, whole: Whole) -> int:
        """Takes the account off the lists; the segments are the owner's, and stay."""
        erased = 0
        for rows in batches(self.mine(whole)):
            for one in rows:
                trees = {name: _without(getattr(one, name), whole.user_id) for name in ("tree", "counted_tree")}
                erased += Segment.objects.filter(pk=one.pk).update(**trees)
        return erased


def _without(stored: Any, user_id: int | None) -> Any:
    """The tree with nobody in the account's place: a list that lost its last one must not turn into an empty rule."""
    if isinstance(stored, list):
        return [_without(one, user_id) for one in stored]
    if not isinstance(stored, dict):
        return stored
    if stored.get("rule") == RULE and isinstance(params := stored.get("params"), dict):
        listed = params.get(LISTED)
        kept = [ERASED if one == user_id else one for one in listed] if isinstance(listed, list) else listed
        return {**stored, "params": {**params, LISTED: kept}}
    return {name: _without(one, user_id) for name, one in stored.items()}
