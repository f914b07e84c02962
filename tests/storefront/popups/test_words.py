"""The words of a pop-up are data: nothing that an owner, or an account's own name, says runs or is looked up."""

import re

import pytest
from django.conf import settings as django_settings

from personalization.storefront import paragraphs
from personalization.storefront.popups import text
from personalization.storefront.popups.preview import preview
from tests.people import NOW
from tests.storefront.popups.conftest import popup

EVENTS = (
    "onload",
    "onerror",
    "onclick",
    "onfocus",
    "onmouseover",
    "ontoggle",
    "onanimationstart",
    "oncut",
    "onpointerenter",
)
TAGS = ("img src=x", "svg", "body", "video src=x", "details open", "input autofocus", "iframe", "a href=/", "p", "b",
        "object data=x", "marquee", "select autofocus", "textarea autofocus", "math", "style", "audio src=x", "div",
        "form", "dialog open")  # fmt: skip
SCHEMES = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,<script>alert(1)</script>",
    "vbscript:x", "&#106;avascript:alert(1)", " javascript:alert(1)", "file:///etc/passwd", "blob:x",
    "\x01javascript:alert(1)",
)  # fmt: skip
SHELLS = (
    '<a href="{}">x</a>', "<a href='{}'>x</a>", "<a href={}>x</a>", '<img src="{}">', '<iframe src="{}"></iframe>',
    '<form action="{}"><button>x</button></form>', '<object data="{}"></object>', '<base href="{}">',
    '<meta http-equiv=refresh content="0;url={}">', '<svg><a xlink:href="{}"><text>x</text></a></svg>',
    '<math href="{}">x</math>', '<link rel=stylesheet href="{}">', '<embed src="{}">', '<area href="{}">',
)  # fmt: skip
WHOLE = (
    "<script>alert(1)</script>", "<scr<script>ipt>alert(1)</script>", "</p></dialog><script>alert(1)</script>",
    "<style>@import 'x'</style>", '"><script>alert(1)</script>', "<!--<img src=--><img src=x onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "<template><script>alert(1)</script></template>",
)  # fmt: skip
SCRIPTS = (
    *(f"<{tag} {event}={code}>x" for tag in TAGS for event in EVENTS for code in ("alert(1)", "'alert`1`'")),
    *(shell.format(scheme) for shell in SHELLS for scheme in SCHEMES), *WHOLE,
    *(f"<{word} style=\"background:url({scheme})\">x" for word in ("p", "a", "div", "b") for scheme in SCHEMES[:5]),
    *(f"{{name}}{one}" for one in WHOLE),
)  # fmt: skip
TEMPLATES = (
    "{{ request }}", "{{ settings.SECRET_KEY }}", "{{ user.password }}", "{{ popup }}", "{{ perms }}",
    "{{ csrf_token }}", "{{ 7|add:7 }}", "{{ block.super }}", "{{ debug }}", "{{ request.META }}", "{{ forloop }}",
    "{{ self }}", "{{ config }}", "{{ ''.__class__ }}", "{{ request.user.password }}",
    "{{ messages.storages.0.signer.key }}", "{{ next }}", "{{ shown }}", "{{ now }}", "{{ popup.told }}",
    "{% debug %}", "{% csrf_token %}", "{% include 'x' %}", "{% load static %}", "{% extends 'x' %}",
    "{% now 'Y' %}", "{% url 'x' %}", "{% with a=1 %}", "{% if 1 %}", "{% for a in b %}", "{% ssi '/etc/passwd' %}",
    "{% templatetag openblock %}", "{% widthratio 1 1 1 %}", "{% lorem %}", "{% cycle 'a' %}", "{% filter upper %}",
    "{% verbatim %}", "{% autoescape off %}", "{% spaceless %}", "{% firstof a b %}", "${7*7}", "${settings}",
    "${T(java.lang.Runtime)}", "${self}", "${process.env}", "{name.__class__}", "{0}", "{0.__init__}", "{name!r}",
    "{code:>9}", "{settings}", "{self}", "{secret}", "{x.y}", "{name[0]}", "<%= 7*7 %>", "<%= system('id') %>",
    "<%= ENV %>", "<%= File.read('x') %>", "<%= settings %>", "#{7*7}", "@(7*7)", "[[7*7]]",
)  # fmt: skip


def test_there_are_enough_of_both():
    assert len(set(SCRIPTS)) >= 500
    assert len(set(TEMPLATES)) >= 60


def is_harmless(html: str) -> bool:
    """No tag but the few, no attribute but a link's, no address but of a scheme that only leads somewhere."""
    for tag, rest in re.findall(r"<\s*/?\s*([a-zA-Z!?][^\s/>]*)([^>]*)>?", html):
        if tag.lower() not in paragraphs.TAGS:
            return False
        told = re.findall(r"([^\s=]+)\s*=", rest)
        if set(told) - {"href", "rel"}:
            return False
    links = re.findall(r'href="([^"]*)"', html)
    return all(not re.match(r"(?i)[\s\x00-\x20]*(javascript|data|vbscript|file|blob)", one) for one in links)


def test_no_script_comes_through_the_text():
    wrong = [one for one in SCRIPTS if not is_harmless(text.rich(one, {}))]
    assert wrong == []


def test_the_watch_sees_what_is_harmful():
    assert [one for one in WHOLE if is_harmless(one)] == []


def test_nothing_but_the_listed_places_is_filled_in():
    values = {"name": "Anna", "code": "C0DE"}
    for one in TEMPLATES:
        told = text.rich(one, values) + text.plain(one, values)
        assert django_settings.SECRET_KEY not in told
        assert not {"49", "Anna", "C0DE"} & set(re.findall(r"\w+", told)), one


def test_what_is_filled_in_is_escaped():
    told = text.rich("Hello {name}!", {"name": "<img src=x onerror=alert(1)>"})
    assert told == "<p>Hello &lt;img src=x onerror=alert(1)&gt;!</p>"


@pytest.mark.parametrize(("name", "told"), [("Anna", "Hello Anna, welcome!"), ("", "Hello, welcome!")])
def test_a_place_without_a_value_leaves_no_gap(name, told):
    assert text.plain("Hello {name}, welcome!", {"name": name}) == told


def test_what_is_not_known_is_named_for_the_owner():
    assert text.unknown_places("Dear {name}, {first_name} {code}") == ["first_name"]


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["title", "text", "button", "thanks", "answers"])
def test_no_field_of_a_whole_pop_up_lets_a_script_through(full_shop, part):
    for hostile in (*WHOLE, "{{ request }}{% debug %}", '" onclick="alert(1)'):
        words = {"en": {"title": "Hello", part: hostile}}
        html = preview(popup(texts=words, design="survey" if part == "answers" else "message"), now=NOW).html
        assert "<script" not in html.lower().replace("&lt;script", "")
        assert not re.search(r"<[^>]*\son\w+\s*=", html)
        assert "WSGIRequest" not in html
