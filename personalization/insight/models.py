"""The page "Health" as Django's admin knows it: a name and a permission of its own, no table."""

from django.utils.translation import gettext_lazy as _

from personalization.jobs.models import JobRun


class Health(JobRun):
    """Stands for the page; it has no rows of its own."""

    class Meta:
        proxy = True
        verbose_name = _("health")
        verbose_name_plural = _("health")
        default_permissions = ("view",)
