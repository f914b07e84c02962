"""A segment, who is in it, and who came and left."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SegmentQuerySet(models.QuerySet["Segment"]):
    """Named filters."""

    def in_use(self) -> "SegmentQuerySet":
        """Those that are kept up to date."""
        return self.filter(is_active=True)


class Segment(models.Model):
    """People who belong together, by a tree of rules."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=100, unique=True)
    # {"all": [...]}, {"any": [...]}, {"not": ...}, or {"rule": name, "params": {...}}: see `segments/tree.py`.
    tree = models.JSONField(_("who belongs to it"), default=dict)
    note = models.TextField(_("note"), blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    # Which of the ready-made segments it began as, or which cluster it stands for; empty for one built by hand.
    origin = models.CharField(max_length=64, default="", blank=True, editable=False)
    # Whether some of its rules are about the visit going on, and so are answered on the request.
    is_live = models.BooleanField(default=False, editable=False)
    # The tree that the members were worked out from, with the live segments that it names unfolded: a request is
    # answered by this one, so that members and rules always belong together; `settled_at`: since when.
    counted_tree = models.JSONField(null=True, blank=True, editable=False)
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)
    # None while it was never counted, and of a live segment: whom that holds is decided on each request.
    size = models.BigIntegerField(_("people"), null=True, blank=True, editable=False)
    counted_at = models.DateTimeField(_("counted"), null=True, blank=True, editable=False)
    took_ms = models.IntegerField(null=True, blank=True, editable=False)
    # Why it could not be counted, for the owner.
    error = models.TextField(blank=True, default="", editable=False)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    # Set by whoever changes the tree: members are worked out anew, and servers read it again.
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = SegmentQuerySet.as_manager()

    # What an owner decides. A form saves these alone: a count that ended meanwhile must not be undone.
    DECIDED = ("name", "tree", "note", "is_active", "changed_at")

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SegmentClock(models.Model):
    """One row, which triggers change whenever a live segment does: what a process knows of them is read again then."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    version = models.UUIDField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="personalization_segment_clock")]

    def __str__(self) -> str:
        return str(self.version)


class Membership(models.Model):
    """A person in a segment. Of a segment with live rules, `part` numbers what of its tree the night can answer."""

    pk = models.CompositePrimaryKey("segment_id", "part", "person")
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, db_index=False, related_name="+")
    part = models.SmallIntegerField(default=0)
    person = models.UUIDField()
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        # All that a request asks stands in it.
        indexes = [models.Index(fields=["person", "segment", "part"], name="personalization_member_person")]

    def __str__(self) -> str:
        return f"{self.segment_id} {self.person}"


class MembershipChange(models.Model):
    """Somebody entered or left a segment: what campaigns start on. Kept for `PERSONALIZATION_CHANGES_DAYS`."""

    id = models.BigAutoField(primary_key=True)
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, db_index=False, related_name="+")
    person = models.UUIDField()
    is_entry = models.BooleanField(_("entered"))
    happened_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("change of membership")
        verbose_name_plural = _("changes of membership")
        indexes = [
            models.Index(fields=["segment", "happened_at"], name="personalization_change_segment"),
            models.Index(fields=["person"], name="personalization_change_person"),
        ]

    def __str__(self) -> str:
        return f"{'+' if self.is_entry else '-'} {self.segment_id} {self.person}"
