"""Who stands by name on a segment's list is exported, and taken off it when erased: off those of earlier days too."""

import json
from collections.abc import Iterator
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
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


@tables.register
class NamedInVersions(PersonalTable):
    """The same lists as they were before: the admin's own history keeps each change of a segment."""

    name, label, model = "named_in_versions", _("earlier versions of lists on which you stand by name"), LogEntry

    def mine(self, whole: Whole) -> QuerySet[Any]:
        """The changes of segments in whose lists the account stands, before or after."""
        if whole.user_id is None:
            return LogEntry.objects.none()
        kind = ContentType.objects.get_for_model(Segment)
        told = LogEntry.objects.filter(content_type=kind, change_message__regex=rf"\y{int(whole.user_id)}\y")
        rows = told.filter(change_message__contains=f'"{RULE}"').values_list("pk", "change_message")
        return LogEntry.objects.filter(pk__in=[pk for pk, message in rows if _cleaned(message, whole) != message])

    def rows(self, whole: Whole) -> Iterator[Row]:
        """Which list, and when; not whoever else stood on it."""
        yield from self.mine(whole).order_by("pk").values("id", "object_repr", "action_time")

    def erase(self, whole: Whole) -> int:
        """Takes the account off them; what else was changed, and by whom, stays told."""
        found = self.mine(whole).order_by("pk").select_for_update(of=("self",))
        told = {entry.pk: _cleaned(entry.change_message, whole) for entry in found}
        return sum(LogEntry.objects.filter(pk=pk).update(change_message=message) for pk, message in told.items())


def _cleaned(message: str, whole: Whole) -> str:
    """The message without the account; one that is no document, or does not name it, stays letter by letter."""
    try:
        told = json.loads(message)
    except ValueError:
        return message
    without = _without(told, whole.user_id)
    return message if without == told else json.dumps(without)


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
