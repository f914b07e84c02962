"""What a person has bought at any time, for lists that promise something new."""

from personalization.events.purchased import purchased_ids
from personalization.recommend.context import Context


def ever_bought(context: Context) -> frozenset[int]:
    """Whatever this person has bought, as far back as the log goes, up to now: at most one query a page."""
    account, now = context.person.user_id, context.now
    lately = context.history.products("purchased")
    return context.tables.once("bought", lambda: purchased_ids(account, now=now)).union(lately)
