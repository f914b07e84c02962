"""Living offers for the demo's people: a code for each persona, one for whoever stays away, and one without a code."""

from django.contrib.auth import get_user_model
from django.utils import timezone

from personalization.campaigns.offers.issue import issue
from personalization.campaigns.offers.models import PersonalOffer
from personalization.campaigns.offers.publish import publish
from personalization.events.person import Person
from personalization.people.segments.models import Segment
from shop_demo.personas import PERSONAS

WELCOME, MISSED, REGULARS = "demo: welcome", "demo: missed", "demo: regulars"


def open_offers() -> int:
    """Makes them once; what the owner changed since stays. Gives how many were new."""
    if PersonalOffer.objects.exists():
        return 0
    segment = Segment.objects.filter(is_active=True, is_live=False, size__gt=0).order_by("-size").first()
    now = timezone.now()
    made = [
        PersonalOffer(
            name=WELCOME, title="15 % off your next basket", value=15, trigger="by_hand", days_valid=60, most_uses=200,
            least_basket=10, note="Each of the demo's people has a code of it.",
        ),
        PersonalOffer(
            name=MISSED, title="10 % off: we missed you", value=10, trigger="lapsed", parameters={"days": 30},
            most_codes=100, most_uses=50,
        ),
        PersonalOffer(
            name=REGULARS, title="3 % off for our regulars", value=3, way=PersonalOffer.Way.OPEN, most_percent=20,
            audience={"in": [segment.pk]} if segment else {}, status="live" if segment else "draft",
        ),
    ]  # fmt: skip
    for one in made:
        one.save()
        publish(one, now=now)
    users = get_user_model().objects.filter(email__in=[persona.email for persona in PERSONAS])
    for user in users:
        issue(made[0], Person(user_id=user.pk), reason="demo", now=now)
    return len(made)
