"""From this search: what people chose who searched for the same."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from personalization.conf import conf
from personalization.recommend.context import Context
from personalization.recommend.level import Level
from personalization.recommend.reasons import Reason
from personalization.recommend.searches.look import Found, look
from personalization.recommend.searches.models import SearchList
from personalization.recommend.strategies.strategy import Candidate, Parameters, Strategy, strategies


@strategies.register
class FromSearch(Strategy):
    """Of the same words; where too few searched for those, of the same in any order, then word by word. One query.

    Each step back scores less than the last of the step before it.
    """

    name = "from_search"
    label = _("From this search")
    title = _("People who searched for this chose")
    sentence = _("that people chose who searched for the same words")
    needs = ("search",)

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """What is nearest to the words first; each candidate says for which of them it is."""
        search = context.search
        found = context.tables.once(f"search:{search}", lambda: look(search)) if search else []
        first: dict[int, Candidate] = {}
        for one in _candidates(found):
            first.setdefault(one.product_id, one)
        return list(first.values())[: conf.CANDIDATES]


def _candidates(found: Sequence[Found]) -> Iterator[Candidate]:
    for step, one in enumerate(found):
        is_word = one.scope == SearchList.Scope.ONE_WORD
        # The log keeps which step it was; the words stand in the event of the search.
        level = Level(f"search:{one.scope}", f"“{one.words}”" if is_word else "")
        top = max(one.scores, default=0.0) or 1.0
        for product_id, score in zip(one.product_ids, one.scores, strict=True):
            # Between 1 and 2 for the first step, between 1/2 and 1 for the next.
            yield Candidate(product_id, (1 + score / top) / 2**step, Reason.SEARCHED, level=level)
