"""One button for several goods: into the basket all at once or not at all, and out again."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST

from personalization import shop
from personalization.guard.door import door, way_back
from personalization.shop import Together

MOST = 6
BASKET = "basket:summary"


@door
@require_POST
@never_cache
@csrf_protect
def add(request: HttpRequest) -> HttpResponse:
    """Adds one of each; what stands in the way is named, and nothing is added."""
    return _moved(request, shop.add_together, told=_added)


@door
@require_POST
@never_cache
@csrf_protect
def take_out(request: HttpRequest) -> HttpResponse:
    """Takes one of each out again."""
    return _moved(request, shop.take_out_together, told=_taken_out)


Move = Callable[[HttpRequest, Sequence[int]], Together]


def _moved(request: HttpRequest, move: Move, *, told: Callable[..., None]) -> HttpResponse:
    ids = _asked(request)
    outcome = move(request, ids) if ids else Together(why=_("This could not be read. Please open the page again."))
    if outcome.moved:
        told(request, outcome, ids)
    elif problem := _problem(outcome):
        messages.error(request, problem)
    return redirect(way_back(request, otherwise=BASKET))


def _asked(request: HttpRequest) -> list[int]:
    """The products of the form, each once; none if it is not one of ours."""
    sent = request.POST.getlist("product")
    if len(sent) > MOST or not all(one.isdecimal() and one.isascii() and len(one) < 19 for one in sent):
        return []
    return list(dict.fromkeys(map(int, sent)))


def _problem(outcome: Together) -> str:
    if not outcome.missing:
        return outcome.why
    text = ngettext(
        "Nothing was put into your basket, because this can't be bought now: %(titles)s.",
        "Nothing was put into your basket, because these can't be bought now: %(titles)s.",
        len(outcome.missing),
    )
    return text % {"titles": _listed(outcome.missing)}


def _listed(titles: Sequence[str]) -> str:
    # In quotation marks: a title may have a comma of its own.
    return get_text_list([_("“%(title)s”") % {"title": title} for title in titles], _("and"))


def _added(request: HttpRequest, outcome: Together, ids: Sequence[int]) -> None:
    back = way_back(request, otherwise=BASKET)
    about = {"titles": _listed(outcome.moved), "count": len(outcome.moved), "product_ids": ids}
    html = render_to_string("personalization/bundle_added.html", about | {"next": back}, request=request)
    messages.success(request, html, extra_tags="safe noicon")


def _taken_out(request: HttpRequest, outcome: Together, ids: Sequence[int]) -> None:
    messages.success(request, _("Taken out of your basket again: %(titles)s.") % {"titles": _listed(outcome.moved)})
