"""One sentence that tells the owner what a block does."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personalization.campaigns.audience_words import Known, audience_told, segments_in
from personalization.campaigns.campaign import Campaign
from personalization.campaigns.state import Status
from personalization.recommend.rules.rule import rules_from
from personalization.recommend.strategies.strategy import strategies
from personalization.storefront.models import Block


def sentence(block: Block, *, now: datetime, known: Known | None = None) -> str:
    """Which products, how many, where, when, to whom, and what happens when there are too few.

    `known`: the segments that it names; without them they are looked up.
    """
    if block.strategy not in strategies:
        return _("Shows nothing: it does not know which products. Choose a kind of list.")
    limit = min(block.limit, block.strategy_object().most_shown or block.limit)
    words = {
        "n": limit,
        "which": block.strategy_object().describe(block.parameters),
        "where": ", ".join(part for part in (_where(block), _when(block, now), block.at_hours.told()) if part),
        "few": _few(block),
    }
    # Translators: for example "Shows up to 6 products that sell best, in the place home-3, until 31 December; with
    # fewer than 3 it is hidden."
    text = ngettext(
        "Shows %(n)s product %(which)s, %(where)s; %(few)s.",
        "Shows up to %(n)s products %(which)s, %(where)s; %(few)s.",
        limit,
    )
    whom = audience_told(block.for_whom, segments_in([block]) if known is None else known)
    told = " ".join(filter(None, [text % words, whom, *_rules(block)]))
    return " ".join(filter(None, [told, *held_back(block)]))


def held_back(campaign: Campaign) -> list[str]:
    """Why shoppers do not see it, if its state keeps it from them."""
    away = {
        Status.DRAFT: _("It is a draft: shoppers do not see it."),
        Status.PAUSED: _("It is paused: shoppers do not see it."),
        Status.ENDED: _("It has ended: shoppers do not see it."),
        Status.ARCHIVED: _("It is archived: shoppers do not see it."),
    }
    return [away[Status(campaign.status)]] if campaign.status in away else []


def when_told(campaign: Campaign, *, now: datetime) -> list[str]:
    """Its dates as far as they are to come or over, and its hours: a sentence each."""
    since, until, told = campaign.starts_at, campaign.ends_at, []
    if until is not None and until <= now:
        told.append(_("It ended on %(day)s.") % {"day": day_told(until, now=now)})
    elif until is not None:
        told.append(_("It ends on %(day)s.") % {"day": day_told(until, now=now)})
    if since is not None and since > now:
        told.append(_("It begins on %(day)s.") % {"day": day_told(since, now=now)})
    if hours := campaign.at_hours.told():
        told.append(_("Hours: %(hours)s.") % {"hours": hours})
    return told


def _rules(block: Block) -> list[str]:
    told, own = [], len(rules_from(block.rules))
    if own:
        told.append(
            ngettext("It keeps to %(n)s rule of its own.", "It keeps to %(n)s rules of its own.", own) % {"n": own}
        )
    words = {"of_category": block.most_of_category, "of_brand": block.most_of_brand}
    if block.most_of_category and block.most_of_brand:
        told.append(_("At most %(of_category)s are of one category, and %(of_brand)s of one brand.") % words)
    elif block.most_of_category:
        told.append(_("At most %(of_category)s are of one category.") % words)
    elif block.most_of_brand:
        told.append(_("At most %(of_brand)s are of one brand.") % words)
    if block.lean_margin:
        told.append(_("It leans towards margin by %(n)s of 100.") % {"n": block.lean_margin})
    if block.lean_stock:
        told.append(_("It leans towards full shelves by %(n)s of 100.") % {"n": block.lean_stock})
    if block.tires_after:
        text = ngettext(
            "What somebody saw %(n)s time without a click moves behind others.",
            "What somebody saw %(n)s times without a click moves behind others.",
            block.tires_after,
        )
        told.append(text % {"n": block.tires_after})
    return told


def _where(block: Block) -> str:
    return _("in the place %(place)s") % {"place": block.slot} if block.slot else _("in a place still to be named")


def _when(block: Block, now: datetime) -> str:
    since, until = block.starts_at, block.ends_at
    if until is not None and until <= now:
        return _("it ended on %(day)s") % {"day": day_told(until, now=now)}
    if since is not None and since <= now:
        since = None
    if since and until:
        days = {"since": day_told(since, now=now), "until": day_told(until, now=now)}
        return _("from %(since)s until %(until)s") % days
    if since:
        return _("from %(day)s on") % {"day": day_told(since, now=now)}
    return _("until %(day)s") % {"day": day_told(until, now=now)} if until else ""


def _few(block: Block) -> str:
    named = block.stand_ins()
    names = block.strategy_object().stand_ins if named is None else named
    labels = [
        _small(str(strategies.get(name).label)) for name in names if name in strategies and name != block.strategy
    ]
    words = {"n": block.minimum, "stand_ins": _(", then ").join(labels)}
    if block.minimum <= 1:
        return (_("with none it is filled with %(stand_ins)s") if labels else _("with none it is hidden")) % words
    if labels:
        return _("with fewer than %(n)s it is filled with %(stand_ins)s") % words
    return _("with fewer than %(n)s it is hidden") % words


def day_told(moment: datetime, *, now: datetime) -> str:
    """The day, without what goes without saying: this year, and midnight."""
    local = localtime(moment)
    day = date_format(local, "j E" if local.year == localtime(now).year else "j E Y")
    at_midnight = (local.hour, local.minute) in ((0, 0), (23, 59))
    return day if at_midnight else f"{day}, {date_format(local, 'H:i')}"


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]
