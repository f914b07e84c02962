"""What may become of a reported event: the names that are counted, and what each means to the owner of the shop."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from personalization.events import spool

RECEIVED, STORED = "received", "stored"


@dataclass(frozen=True)
class Outcome:
    """`name` is stored; `label` stands in the list, `meaning` says why it happens and what to do about it."""

    name: str
    label: str | Promise
    meaning: str | Promise


DOUBLED = Outcome(
    "doubled",
    _("sent twice"),
    _("It was in the log already: a browser that got no answer sends again. Nothing is lost; nothing to do."),
)
NO_CONSENT = Outcome(
    "no_consent",
    _("no consent"),
    _("This person has not agreed, or their browser says no. Counted as one, unread. Nothing to do."),
)
NOT_FOR_THIS = Outcome(
    "not_for_this",
    _("not agreed to being counted"),
    _("It would only be counted, and this person agreed to being shown what fits them, no more. Nothing to do."),
)
ERASED = Outcome(
    "erased",
    _("erased or withdrawn"),
    _("It came late, after the person was erased or the account had said no. Nothing to do."),
)
BOT = Outcome("bot", _("robots"), _("The sender calls itself a robot. Counted as one, unread. Nothing to do."))
FOREIGN = Outcome(
    "foreign",
    _("from another site"),
    _(
        "Another site sent it, or your proxy does not pass on the shop's host name. Counted as one, unread. "
        "If there are many, look at your proxy: it must pass on the header Host."
    ),
)
TOO_FAST = Outcome(
    "too_fast",
    _("too many at once"),
    _(
        "One browser sent more than is taken in a minute; it was asked to come again later. "
        "If real shoppers are held up, raise the setting PERSONALIZATION_EVENT_RATE."
    ),
)
TOO_LONG = Outcome(
    "too_long",
    _("message too long"),
    _("The message is longer than PERSONALIZATION_EVENT_BODY_LIMIT. Counted as one, unread. Our script sends no such."),
)
ENCODED = Outcome(
    "encoded",
    _("compressed"),
    _("The message is compressed, and nothing is unpacked here. Counted as one, unread. Our script sends no such."),
)
UNREADABLE = Outcome(
    "unreadable",
    _("unreadable"),
    _(
        "Nobody could make sense of the message; counted as one. It is kept for some days under “Unreadable messages”: "
        "look there, and try it again after an update."
    ),
)
OVER_CAP = Outcome(
    "over_cap",
    _("beyond 100 in a message"),
    _("Only the first 100 events of a message count. Our script sends no more."),
)
UNKNOWN_KIND = Outcome(
    "unknown_kind",
    _("unknown kind"),
    _("No such kind of event, or one that browsers may not report. Look at what your own scripts send."),
)
BAD_ID = Outcome(
    "bad_id", _("wrong id"), _("The id of the event is no UUID of version 7. Look at what your own scripts send.")
)
UNKNOWN_PRODUCT = Outcome(
    "unknown_product",
    _("unknown product"),
    _("The shop has no such product. A few are goods that were deleted; many mean that a page names wrong numbers."),
)
BAD_DATA = Outcome(
    "bad_data",
    _("wrong details"),
    _("The details are of a wrong type, too long or too deep. Look at what your own scripts send."),
)

# --- of the shop's own pages, which are counted only where something is lost ------------------------------------------

NO_ROOM = Outcome(
    spool.NO_ROOM,
    _("lost: no room while the database was away"),
    _(
        "The shop's pages noted it while nothing could be written, and the memory for what waits was full. "
        "Look why the database was away; to keep more, raise PERSONALIZATION_SPOOLED_EVENTS."
    ),
)
UNWRITABLE = Outcome(
    spool.UNWRITABLE,
    _("lost: the database does not take it"),
    _(
        "The shop's pages noted what PostgreSQL can't hold: a number too large, or text with a NUL. "
        "The log of the web server says which; look at what your own calls of record() hand over."
    ),
)
NOT_TAKEN = Outcome(
    spool.NOT_TAKEN,
    _("noted by a page, and not stored"),
    _(
        "It stood in the log already, or its account has said no or was erased on another device. "
        "A few are as it should be; many mean that your consent callable says yes where an account said no."
    ),
)
LOST = (NO_ROOM, UNWRITABLE)

REFUSALS = (
    DOUBLED, NO_CONSENT, NOT_FOR_THIS, ERASED, BOT, FOREIGN, TOO_FAST, TOO_LONG, ENCODED, UNREADABLE, OVER_CAP,
    UNKNOWN_KIND, BAD_ID, UNKNOWN_PRODUCT, BAD_DATA, NO_ROOM, UNWRITABLE, NOT_TAKEN,
)  # fmt: skip
