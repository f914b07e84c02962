"""Every setting of the app: its default, its type and one line of meaning.

Each is read live as `conf.NAME` and set in Django's settings as `PERSONALIZATION_NAME`.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from personalization.setting import PREFIX, Setting

CAPS = {"visit", "day", "week", "total", "gap"}
LEADS = {"address", "visitor", "hour"}


def _positive(value: float | int) -> bool:
    return value > 0


def _share(value: float) -> bool:
    return 0 <= value <= 1


def _callable_or_nothing(path: str | None) -> bool:
    try:
        return path is None or callable(import_string(path))
    except ImportError:
        return False


def _trainer(name: str) -> bool:
    return name in ("local", "spark") or _callable_or_nothing(name)


class Conf:
    """The settings in force."""

    ENABLED = Setting(True, "Off means: no queries, no cookies, no output; the shop is as it was.")
    READ_TIMEOUT = Setting(
        timedelta(milliseconds=80),
        "A statement that a page of the shop waits for is cancelled after so long.",
        allowed="longer than 0",
        valid=lambda t: t > timedelta(0),
    )
    WRITE_TIMEOUT = Setting(
        timedelta(milliseconds=200),
        "The statement that writes a request's events is cancelled after so long.",
        allowed="longer than 0",
        valid=lambda t: t > timedelta(0),
    )
    SPOOLED_EVENTS = Setting(
        1000,
        "So many events that could not be written wait in each process's memory; 0 keeps none.",
        allowed="0 or more",
        valid=lambda n: n >= 0,
    )
    VISITOR_COOKIE = Setting("pz_vid", "Name of the signed first-party cookie that knows a visitor again.")
    VISITOR_COOKIE_DAYS = Setting(
        395,
        "How long the visitor cookie lives.",
        allowed="between 1 and 395 days (13 months)",
        valid=lambda days: 1 <= days <= 395,
    )
    VISITOR_COOKIE_SECURE = Setting(
        None,
        "Dotted path to a callable(request) that says if the cookie is for HTTPS only; by default, if the request is.",
        allowed="the dotted path of a callable, or None",
        valid=_callable_or_nothing,
    )
    CONSENT = Setting(
        "personalization.events.consent.answered",
        "Dotted path to a callable(request) that gives the purposes agreed to: names, or True for all, False for none, "
        "None for not asked. By default, what was answered to this app's own banner.",
        allowed="the dotted path of a callable",
        valid=_callable_or_nothing,
    )
    CONSENT_TEXT_VERSION = Setting(
        1,
        "Raise it when the words of your consent text change: everybody is asked again.",
        allowed="1 or more",
        valid=_positive,
    )
    CONSENT_DAYS = Setting(
        180, "After so many days the banner asks again.", allowed="between 1 and 395", valid=lambda n: 1 <= n <= 395
    )
    OBEY_PRIVACY_SIGNALS = Setting(
        True, "Global Privacy Control and Do Not Track count as a no, until somebody says yes in spite of them."
    )
    PURCHASES_NEED_CONSENT = Setting(
        False, "On means: an order of an account that never agreed is logged without its account."
    )
    POPUP_BUDGET = Setting[dict[str, Any]](
        {"visit": 1, "day": 2, "week": 4, "gap": 1},
        "How often one person may be interrupted by pop-ups, whichever they are: a visit, a day, a week, in all, and "
        "hours from one to the next (visit, day, week, total, gap); 0 is any number.",
        allowed="whole numbers by the names visit, day, week, total and gap",
        valid=lambda caps: set(caps) <= CAPS and all(type(one) is int and one >= 0 for one in caps.values()),
    )
    LEAD_CAPS = Setting[dict[str, Any]](
        {"address": 2, "visitor": 3, "hour": 300},
        "How often a form for an address is taken: for one address a day, from one person a day, and of the whole shop "
        "an hour (address, visitor, hour); each leads to one letter.",
        allowed="whole numbers by the names address, visitor and hour",
        valid=lambda caps: set(caps) == LEADS and all(type(one) is int and one >= 0 for one in caps.values()),
    )
    LEAD_DAYS = Setting(
        30,
        "An address that nobody confirmed, or that wants no letters any more, is kept for so many days.",
        allowed="4 or more",
        valid=lambda days: days >= 4,
    )
    SHOP_ADDRESS = Setting(
        "",
        "Where the shop is found, such as https://shop.example: links in letters begin with it. Empty: https and the "
        "domain of Django's site.",
        allowed="an address that begins with https:// or http://, or empty",
        valid=lambda told: not told or told.startswith(("https://", "http://")),
    )
    POPUP_FREE_PAGES = Setting(
        ("checkout", "dashboard", "admin", "personalization"),
        "Names of pages, or of namespaces of pages, on which no pop-up ever comes; keep the checkout among them.",
        allowed="names, the checkout among them",
        valid=lambda names: "checkout" in names,
    )
    REGION = Setting(
        None,
        "Dotted path to a callable(request) that names the shopper's region; by default, none is noted.",
        allowed="the dotted path of a callable, or None",
        valid=_callable_or_nothing,
    )
    REPLACE_OSCAR_ANALYTICS = Setting(
        False, "On means: Oscar's own analytics receivers are disconnected; this app's log says more for less."
    )
    EVENT_BODY_LIMIT = Setting(
        64 * 1024,
        "A message of a browser that is longer than so many bytes is refused.",
        allowed="between 1024 and 1048576",
        valid=lambda size: 1024 <= size <= 1024 * 1024,
    )
    EVENT_RATE = Setting(
        300,
        "So many events a minute are taken from one browser; faster ones are asked to come again later.",
        allowed="1 or more",
        valid=_positive,
    )
    QUARANTINE_DAYS = Setting(
        7,
        "A message that nobody could read is kept so long, to be tried again.",
        allowed="between 1 and 7 days",
        valid=lambda days: 1 <= days <= 7,
    )
    QUARANTINE_ROWS = Setting(
        200,
        "So many unreadable messages are kept a day; more are only counted.",
        allowed="0 or more",
        valid=lambda rows: rows >= 0,
    )
    EVENT_MONTHS_AHEAD = Setting(
        3, "For how many months ahead the log has its partition ready.", allowed="1 or more", valid=_positive
    )
    HISTORY_DAYS = Setting(
        365, "How far back a shopper's history counts when choosing.", allowed="1 or more", valid=_positive
    )
    HISTORY_EVENTS = Setting(
        200, "How many of a shopper's latest events count when choosing.", allowed="1 or more", valid=_positive
    )
    JUST_BOUGHT_DAYS = Setting(
        3,
        "A product bought within so many days is not offered again.",
        allowed="0 or more",
        valid=lambda days: days >= 0,
    )
    TIRES_AFTER = Setting(
        6,
        "What somebody saw so often in blocks within two weeks, and never clicked, moves behind other goods; 0: never.",
        allowed="0 or more",
        valid=lambda n: n >= 0,
    )
    IGNORED_ORDER_STATUSES = Setting(("Cancelled",), "Orders in these statuses do not count as purchases.")
    RETURNED_STATUSES = Setting(
        ("Returned", "Refunded"), "Orders and lines of orders in these statuses came back; they count as returns."
    )
    BULK_QUANTITY = Setting(
        100,
        "A line of more pieces than this is wholesale: it does not count in lists.",
        allowed="1 or more",
        valid=_positive,
    )
    SWEEP_DAYS = Setting(
        35,
        "The regular sweep compares the orders of so many past days with the log.",
        allowed="1 or more",
        valid=_positive,
    )
    EVENT_DAYS = Setting[int | None](
        None,
        "No event is kept for longer than so many days; by default each kind has its own limit. Daily figures stay.",
        allowed="None, or more than PERSONALIZATION_SWEEP_DAYS",
        valid=lambda days: days is None or days > conf.SWEEP_DAYS,
        besides_none=int,
    )
    STRANGER_DAYS = Setting(
        395,
        "A visitor without an account who has not come back for so many days is forgotten.",
        allowed="30 or more",
        valid=lambda days: days >= 30,
    )
    CHANGES_DAYS = Setting(
        90, "Who entered or left a segment is kept for so many days.", allowed="1 or more", valid=_positive
    )
    CARD_LIMIT = Setting(
        6,
        "How many products a block shows unless told otherwise.",
        allowed="between 1 and 48",
        valid=lambda n: 1 <= n <= 48,
    )
    CANDIDATES = Setting(
        60,
        "How many candidates a strategy gives before the filters.",
        allowed="between 10 and 500",
        valid=lambda n: 10 <= n <= 500,
    )
    TASTE_HALF_LIFE_DAYS = Setting(
        90,
        "After so many days a deed says half as much of somebody's taste.",
        allowed="between 7 and 3650",
        valid=lambda days: 7 <= days <= 3650,
    )
    DEMOGRAPHICS = Setting(
        None,
        "Dotted path to a callable(account ids) that gives a dictionary: what the shop knows of each, as a dictionary "
        "of plain values. By default, nothing.",
        allowed="the dotted path of a callable, or None",
        valid=_callable_or_nothing,
    )
    WEATHER = Setting(
        None,
        "Who tells what the weather is: the path of a JSON file, an address (`{region}` in it is filled in), or the "
        "dotted path of a callable(regions). By default nobody, and no weather is known.",
        allowed="a path, an address, a dotted path, or None",
        valid=lambda told: told is None or (isinstance(told, str) and bool(told)),
    )
    FIND_CUSTOMER = Setting(
        None,
        "Dotted path to a callable(words) that gives account ids: whose card or receipt these words are, for the "
        "search of customers in the admin. By default, nobody's.",
        allowed="the dotted path of a callable, or None",
        valid=_callable_or_nothing,
    )
    STORE = Setting(
        None,
        "Dotted path to a callable(order ids) that gives a dictionary: the name of the store where each was placed. By "
        "default, none is known.",
        allowed="the dotted path of a callable, or None",
        valid=_callable_or_nothing,
    )
    LOW_STOCK = Setting(
        5,
        "A card says how many are left from this number down; 0 says it never.",
        allowed="0 or more",
        valid=lambda n: n >= 0,
    )
    BRAND_ATTRIBUTE = Setting("brand", "The code of the product attribute that holds the brand; empty: none does.")
    SIZE_ATTRIBUTE = Setting("size", "The code of the product attribute that holds the size; empty: none does.")
    MARGIN = Setting(
        None,
        "Dotted path to a callable(product ids) that gives a dictionary: which share of its price, 0 to 1, the shop "
        "keeps of each. By default, no margin is known.",
        allowed="the dotted path of a callable, or None",
        valid=_callable_or_nothing,
    )
    CODES_AT_ONCE = Setting(
        3,
        "So many personal codes one person may have at once, of all offers; of one offer always one.",
        allowed="1 or more",
        valid=_positive,
    )
    OFFER_HOLD = Setting(
        timedelta(minutes=15),
        "So long a place in an offer's budget is kept for a basket on its way through the checkout; while it is being "
        "paid, a day.",
        allowed="longer than 0",
        valid=lambda t: t > timedelta(0),
    )
    CHECKOUT_VIEWS = Setting(
        ("checkout",),
        "The namespaces or names of the views on the way to an order, beside Oscar's own checkout: there a place in an "
        "offer's budget is taken, before anything is paid.",
    )
    NEIGHBOURS = Setting(
        40, "How many neighbours are kept for each product.", allowed="between 5 and 200", valid=lambda n: 5 <= n <= 200
    )
    LIST_LENGTH = Setting(
        200,
        "How many products a best-seller list keeps.",
        allowed="between 10 and 2000",
        valid=lambda n: 10 <= n <= 2000,
    )
    TRAIN_DAYS = Setting(400, "How many past days training looks at.", allowed="1 or more", valid=_positive)
    TRAIN_SEED = Setting(20, "The seed of training: the same log and seed give the same vectors.")
    TRAIN_HOLDOUT_DAYS = Setting(
        14, "A new model is tried on the last so many days before it is served.", allowed="1 or more", valid=_positive
    )
    TRAIN_MINIMUM_BASKETS = Setting(
        30, "With fewer baskets than this nothing is trained.", allowed="2 or more", valid=lambda n: n >= 2
    )
    TRAIN_TIME_LIMIT = Setting(
        timedelta(hours=1),
        "Training that takes longer is stopped.",
        allowed="longer than 0",
        valid=lambda t: t > timedelta(0),
    )
    TRAINER = Setting(
        "local",
        "Who learns: local, in the worker itself; spark; or a trainer of your own, by its dotted path.",
        allowed="local, spark or the dotted path of a callable",
        valid=_trainer,
    )
    TRAINING_QUEUE = Setting(
        "", "The Celery queue of trainings and scorecards, for workers of their own; empty: that of all jobs."
    )
    SPARK_MASTER = Setting(
        "local[2]", "Where Spark learns: on this machine, or a cluster's address.", allowed="not empty", valid=bool
    )
    SPARK_OPTIONS = Setting[dict[str, Any]]({}, "Options of Spark's session, by their names.")
    SPARK_FOLDER = Setting(
        "",
        "A folder or an address (s3://, hdfs://) that all of Spark's machines reach: the log is put there for the time "
        "of a training. Empty: a temporary folder of this machine.",
    )
    GATE_QUALITY = Setting(
        0.9,
        "A new model must reach this share of the served model's lead over popularity.",
        allowed="between 0 and 1",
        valid=_share,
    )
    GATE_COVERAGE = Setting(
        0.9,
        "A new model must know this share of the products that the served one knows.",
        allowed="between 0 and 1",
        valid=_share,
    )
    KEPT_VERSIONS = Setting(
        3, "How many published versions are kept for a rollback.", allowed="2 or more", valid=lambda n: n >= 2
    )
    HORIZON = Setting(
        90,
        "So many days ahead the predictions look: orders, revenue, and who orders nothing.",
        allowed="between 7 and 365",
        valid=lambda days: 7 <= days <= 365,
    )
    LEASE = Setting(
        timedelta(seconds=60),
        "A job whose worker gave no sign for so long is taken over.",
        allowed="longer than 0",
        valid=lambda t: t > timedelta(0),
    )
    JOB_ATTEMPTS = Setting(
        3, "A job that failed so often is left alone and shown in the admin.", allowed="1 or more", valid=_positive
    )
    METRICS_TOKEN = Setting(
        None,
        "Whoever shows this token reads lags, ages and counts as a page for monitoring; by default there is no page.",
        allowed="at least 16 characters, or None",
        valid=lambda token: token is None or len(token) >= 16,
    )

    def faults(self) -> list[str]:
        """One sentence for each setting whose value is nonsense, and for each name that is not a setting."""
        known = {name: entry for name, entry in vars(type(self)).items() if isinstance(entry, Setting)}
        unknown = [name for name in dir(settings) if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in known]
        wrong = [fault for entry in known.values() if (fault := entry.fault())]
        return wrong + [f"{name} is not a setting of this app: remove it or mend its spelling." for name in unknown]


conf: Conf = Conf()
