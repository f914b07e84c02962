"""The groups, and who is in which."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Cluster(models.Model):
    """A group of people alike. Its number stays, from one night to the next, as long as most of its people do."""

    number = models.PositiveSmallIntegerField(_("number"), primary_key=True)
    people = models.BigIntegerField(_("people"), default=0)
    found_at = models.DateTimeField(_("first found"))
    # None: the last run found no such group any more.
    seen_at = models.DateTimeField(_("last found"), null=True, blank=True)
    # What sets it apart: {"categories": [...], "orders": ..., "tier": ...}, and how the number of groups was chosen.
    facts = models.JSONField(_("what sets them apart"), default=dict, blank=True)

    class Meta:
        verbose_name = _("group of people alike")
        verbose_name_plural = _("groups of people alike")
        ordering = ["number"]

    def __str__(self) -> str:
        return str(self.number)


class ClusterMember(models.Model):
    """A person in a group; nobody is in two."""

    person = models.UUIDField(primary_key=True)
    number = models.PositiveSmallIntegerField(_("group"))
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("person in a group")
        verbose_name_plural = _("people in groups")
        indexes = [models.Index(fields=["number"], name="personalization_cluster_number")]

    def __str__(self) -> str:
        return f"{self.number} {self.person}"
