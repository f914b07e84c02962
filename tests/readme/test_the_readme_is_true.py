"""The README names everything there is, as it is."""

import re

import pytest
from django.conf import settings

from personalization.conf import Conf, Setting
from personalization.events.kinds import COUNTING, kinds
from personalization.people.rules.rule import rules
from personalization.recommend.strategies.strategy import strategies
from personalization.storefront.triggers.trigger import triggers
from personalization.templatetags import personalization as tags

README = (settings.BASE_DIR / "README.md").read_text()
SETTINGS = {name: entry for name, entry in vars(Conf).items() if isinstance(entry, Setting)}


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_stands_in_the_readme_with_its_meaning(name):
    row = next((line for line in README.splitlines() if line.startswith(f"| `PERSONALIZATION_{name}` |")), "")
    assert row.endswith(f"| {SETTINGS[name].meaning} |")


def test_no_setting_stands_in_the_readme_that_there_is_not():
    assert set(re.findall(r"`PERSONALIZATION_(\w+)`", README)) == set(SETTINGS)


@pytest.mark.parametrize("name", [kind.name for kind in kinds])
def test_every_event_kind_stands_in_the_readme(name):
    assert f"`{name}`" in README


def test_the_kinds_that_only_count_stand_in_the_readme_together():
    told = re.search(r"Kinds that are only counted \(([^)]*)\)", README)
    assert told
    assert set(re.findall(r"`(\w+)`", told[1])) == {kind.name for kind in kinds if kind.serves == COUNTING}


@pytest.mark.parametrize("name", [strategy.name for strategy in strategies])
def test_every_strategy_stands_in_the_readme(name):
    assert f"| `{name}` |" in README


@pytest.mark.parametrize("name", [trigger.name for trigger in triggers])
def test_every_trigger_stands_in_the_readme(name):
    assert f"`{name}`" in README


@pytest.mark.parametrize("name", [rule.name for rule in rules])
def test_every_rule_of_segments_stands_in_the_readme(name):
    assert f"`{name}`" in README


@pytest.mark.parametrize("name", list(tags.register.tags))
def test_every_tag_stands_in_the_readme(name):
    assert f"{{% {name}" in README


def test_both_commands_install_before_they_run():
    for extra, end in (("demo", "manage.py demo"), ("test", "-m pytest")):
        line = next(line for line in README.splitlines() if line.endswith(end) and "pip" in line)
        assert f'-e ".[{extra}]"' in line
        assert line.startswith("python3 -m venv --without-pip .venv && ")


def test_every_long_form_stands_in_the_readme_with_its_command():
    mark = re.compile(r"^[^#\n]*pytest\.mark\.long\b", re.M)
    tests = settings.BASE_DIR / "tests"
    long = {str(one.relative_to(settings.BASE_DIR)) for one in tests.rglob("test_*.py") if mark.search(one.read_text())}
    assert set(re.findall(r"`python -m pytest -m long (tests/[\w/]+\.py)`", README)) == long


def test_it_says_how_long_the_shop_s_own_cookie_lives():
    days = settings.OSCAR_RECENTLY_VIEWED_COOKIE_LIFETIME // 86_400
    assert f"lives {days} days, or as long as `OSCAR_RECENTLY_VIEWED_COOKIE_LIFETIME` says" in README
    assert "from this visit" not in README
