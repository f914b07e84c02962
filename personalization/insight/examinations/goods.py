"""Which listed goods can't be shown, and why?"""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization import shop
from personalization.insight.finding import Examination, Finding, examinations, fine, note, warning
from personalization.jobs.back_office import number_told

HALF = 0.5


@examinations.register
class Goods(Examination):
    """Listed goods without price, stock or picture."""

    name, label = "goods", gettext_lazy("Goods")

    def findings(self, now: datetime) -> Iterable[Finding]:
        """How many are listed, and what keeps some from being offered."""
        counts = shop.count_goods()
        listed = counts.pop("listed")
        if not listed:
            yield warning(_("The shop lists no goods."), fix=_("Publish a product in the shop's dashboard."))
            return
        yield fine(_("Goods listed: %(n)s.") % {"n": number_told(listed)})
        reasons = {
            "without_price": _("Without a price: %(n)s of them. They are never offered."),
            "sold_out": _("Sold out: %(n)s of them. They are not offered until they are back."),
            "without_picture": _("Without a picture: %(n)s of them. Their card is bare."),
            "without_category": _("In no category: %(n)s of them. They get no neighbours by kind."),
        }
        for reason, count in counts.items():
            if count:
                told = reasons[reason] % {"n": number_told(count)}
                fix = _("Mend them in the shop's dashboard, under Catalogue.")
                yield warning(told, fix=fix) if count > HALF * listed and reason != "without_picture" else note(told)
