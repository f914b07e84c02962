"""What a finder of the back-office is answered with: things of one kind that an owner may choose."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, JsonResponse

from personalization.chosen.choosable import choosables


def found_for(request: HttpRequest, kind: str) -> JsonResponse:
    """What answers to the words of the address. Raises BadRequest for a kind that there is none of."""
    if kind not in choosables:
        raise BadRequest("No such kind.")
    asked, of = (request.GET.get(name, "").replace("\0", "").strip()[:200] for name in ("q", "of"))
    found = choosables.get(kind).find(asked, of=of)
    return JsonResponse({"found": [{"id": one.key, "label": one.label, "more": one.more} for one in found]})
