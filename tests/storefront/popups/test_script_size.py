"""What every page carries for pop-ups is small, asks nothing of the shop's policy, and writes no page."""

import gzip
import re

from django.conf import settings

SCRIPT = settings.BASE_DIR / "static/personalization/popups.js"


def test_the_script_is_at_most_four_kilobytes():
    assert len(gzip.compress(SCRIPT.read_bytes(), 9)) <= 4000


def test_it_is_one_file_that_writes_no_page_and_makes_no_code():
    source = SCRIPT.read_text()
    assert not re.search(r"\b(import|eval|Function|innerHTML|insertAdjacentHTML|document\.write|\.style)\b", source)
    assert source.isascii()
