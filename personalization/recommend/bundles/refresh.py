"""The job behind bundles: composed anew for each served model and once a day, priced again whenever it is due."""

from datetime import datetime

from personalization.events.days import day_of
from personalization.recommend.bundles.compose import compose
from personalization.recommend.bundles.models import Bundle
from personalization.recommend.bundles.price import price
from personalization.recommend.models import ServedModel


def refresh_bundles(*, now: datetime) -> dict[str, int]:
    """Bundles of the version that is served, and what they save; with no version there are none."""
    run_id = ServedModel.objects.values_list("run_id", flat=True).first()
    if run_id is None:
        Bundle.objects.all().delete()
        return {"bundles": 0, "priced": 0}
    bundles = compose(run_id, now=now) if _is_due(run_id, now) else Bundle.objects.count()
    return {"bundles": bundles, "priced": price(now=now)}


def _is_due(run_id: int, now: datetime) -> bool:
    """Another version is served, or it is a new day: goods and prices change under the same version, too."""
    first = Bundle.objects.order_by("pk").first()
    return first is None or first.run_id != run_id or day_of(first.composed_at) != day_of(now)
