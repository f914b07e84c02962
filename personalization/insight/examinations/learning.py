"""Are the model and the lists fresh?"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.insight.finding import Examination, Finding, examinations, fine, note, warning
from personalization.jobs.back_office import ago
from personalization.recommend.models import RankedList, ServedModel, TrainingRun

OLD_MODEL, OLD_LISTS = timedelta(days=3), timedelta(hours=1)
Status = TrainingRun.Status


@examinations.register
class Learning(Examination):
    """The served model, the last training, the lists."""

    name, label = "learning", gettext_lazy("Learning")

    def findings(self, now: datetime) -> Iterable[Finding]:
        """One line each."""
        yield _model(now)
        yield from _last_training()
        yield _lists(now)


def _model(now: datetime) -> Finding:
    served = ServedModel.objects.select_related("run").first()
    command = "manage.py personalization_train"
    if served is None and TrainingRun.objects.under_way().exists():
        return note(_("No model is served yet: a training is under way. Until it is done, blocks show best sellers."))
    if served is None:
        return warning(_("No model is served: blocks show best sellers."), fix=_("Train one."), command=command)
    learned = served.run.data_until or served.flipped_at
    words = {"version": served.run, "when": ago(learned, now=now)}
    told = _("The newest event that the model %(version)s has learned from came %(when)s.") % words
    if now - learned > OLD_MODEL:
        return warning(told, fix=_("It is stale: is the worker running at night? Or train now."), command=command)
    return fine(told)


def _last_training() -> Iterable[Finding]:
    last = TrainingRun.objects.filter(status__in=[Status.PUBLISHED, Status.REFUSED, Status.FAILED]).first()
    if last is not None and last.status != Status.PUBLISHED:
        words = {"version": last, "reason": last.verdict_told}
        url = reverse("admin:personalization_trainingrun_changelist")
        told = _("The model of the last training, %(version)s, is not served. %(reason)s") % words
        yield warning(told, fix=_("Read the reason; the next night tries again."), url=url)


def _lists(now: datetime) -> Finding:
    newest = RankedList.objects.aggregate(newest=Max("refreshed_at"))["newest"]
    if newest is None:
        fix = _("Make them; they need orders in the log.")
        return note(_("There are no best-seller lists yet."), fix=fix, command="manage.py personalization_bootstrap")
    told = _("Best sellers were worked out %(when)s.") % {"when": ago(newest, now=now)}
    if now - newest > OLD_LISTS:
        return warning(told, fix=_("The worker should do it every ten minutes: see Jobs."))
    return fine(told)
