"""Every setting: a default that works, read live, and nonsense named in words."""

from datetime import timedelta

import pytest

from personalization.conf import PREFIX, Conf, Setting, conf

SETTINGS = {name: entry for name, entry in vars(Conf).items() if isinstance(entry, Setting)}


@pytest.mark.parametrize("name", SETTINGS)
def test_its_default_is_allowed_and_it_says_what_it_means(name, settings):
    if hasattr(settings, PREFIX + name):
        delattr(settings, PREFIX + name)
    assert SETTINGS[name].fault() == ""
    assert SETTINGS[name].meaning.endswith((".", "?"))
    assert bool(SETTINGS[name].allowed) == (SETTINGS[name].valid is not None)


def test_the_demo_s_settings_are_faultless():
    assert conf.faults() == []


def test_a_setting_is_read_live(settings):
    assert conf.CARD_LIMIT == 6
    settings.PERSONALIZATION_CARD_LIMIT = 7
    assert conf.CARD_LIMIT == 7


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ENABLED", "yes", "must be a bool"),
        ("ENABLED", 1, "must be a bool"),
        ("CARD_LIMIT", "6", "must be a int"),
        ("CARD_LIMIT", True, "must be a int"),
        ("CARD_LIMIT", 0, "must be between 1 and 48"),
        ("VISITOR_COOKIE_DAYS", 396, "must be between 1 and 395 days (13 months)"),
        ("VISITOR_COOKIE_SECURE", True, "must be a str or None"),
        ("IGNORED_ORDER_STATUSES", "Cancelled", "must be a tuple"),
        ("LEASE", 60, "must be a timedelta"),
        ("LEASE", timedelta(0), "must be longer than 0"),
        ("GATE_QUALITY", 1.1, "must be between 0 and 1"),
        ("CONSENT", "no.such.module.callable", "must be the dotted path of a callable"),
        ("CONSENT", "personalization.events.consent.no_such_name", "must be the dotted path of a callable"),
        ("VISITOR_COOKIE_SECURE", "nowhere", "must be the dotted path of a callable"),
    ],
)
def test_nonsense_is_named_in_words(settings, name, value, words):
    setattr(settings, PREFIX + name, value)
    (fault,) = conf.faults()
    assert fault.startswith(f"{PREFIX}{name} is {value!r}")
    assert words in fault


@pytest.mark.parametrize(("name", "value"), [("GATE_QUALITY", 1), ("IGNORED_ORDER_STATUSES", ["Cancelled"])])
def test_a_near_relation_of_the_type_is_welcome(settings, name, value):
    setattr(settings, PREFIX + name, value)
    assert conf.faults() == []


def test_a_name_that_is_no_setting_is_named(settings):
    settings.PERSONALIZATION_CARD_LIMITS = 6
    assert conf.faults() == [
        "PERSONALIZATION_CARD_LIMITS is not a setting of this app: remove it or mend its spelling."
    ]
