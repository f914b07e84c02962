"""What every page of a shop carries is small, and asks nothing of its policy."""

import gzip
import re

from django.conf import settings

SCRIPT = settings.BASE_DIR / "static/personalization/personalization.js"


def test_the_script_is_at_most_six_kilobytes():
    assert len(gzip.compress(SCRIPT.read_bytes(), 9)) <= 6000


def test_it_is_one_file_that_writes_no_page_and_makes_no_code():
    source = SCRIPT.read_text()
    assert not re.search(r"\b(import|eval|Function|innerHTML|insertAdjacentHTML|document\.write|\.style)\b", source)
    assert source.isascii()
