"""What a person told us, as one frozen answer that every block of a page obeys."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from personalization import shop
from personalization.events.person import Person
from personalization.people.models import Preference
from personalization.shop import Traits

What = Preference.What


@dataclass(frozen=True)
class Preferences:
    """Goods not to offer, goods to learn nothing from, and what is liked or muted; empty for most people."""

    hidden_ids: frozenset[int] = frozenset()
    gift_ids: frozenset[int] = frozenset()
    muted_categories: frozenset[int] = frozenset()
    muted_brands: frozenset[str] = frozenset()
    liked_categories: frozenset[int] = frozenset()
    liked_brands: frozenset[str] = frozenset()
    sizes: frozenset[str] = frozenset()
    region: str = ""
    # The numbers of the doors that were chosen.
    doors: frozenset[int] = frozenset()
    # What this page has looked up of its candidates, so that no block asks twice.
    _known: dict[int, Traits] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_about_traits(self) -> bool:
        """Something is liked or muted; without it nobody needs to know what a product is."""
        return bool(self.muted_categories or self.muted_brands or self._likes_something)

    @property
    def _likes_something(self) -> bool:
        return bool(self.liked_categories or self.liked_brands or self.sizes)

    def traits(self, product_ids: Iterable[int]) -> Mapping[int, Traits]:
        """What these products are, as far as it matters here: at most one query."""
        missing = {one for one in product_ids if one not in self._known}
        if missing and self.is_about_traits:
            self._known.update(shop.traits(missing, category_ids=self.muted_categories | self.liked_categories))
        return self._known

    def mutes(self, traits: Traits) -> bool:
        """It is of a department or a brand that this person wants to see nothing of."""
        return bool(self.muted_categories & traits.category_ids or self.muted_brands & traits.brands)

    def likes(self, traits: Traits) -> bool:
        """It is of a department, a brand or a size that this person asked for."""
        liked = self.liked_categories & traits.category_ids or self.liked_brands & traits.brands
        return bool(liked or self.sizes & traits.sizes)


def with_doors(told: Preferences, chosen: Mapping[int, Collection[int]]) -> Preferences:
    """The same with doors that the visit alone remembers: the number of each choice, and its categories."""
    categories = {one for of_choice in chosen.values() for one in of_choice}
    return replace(told, liked_categories=told.liked_categories | categories, doors=told.doors | set(chosen))


def read(person: Person) -> Preferences:
    """What this person told us, on any of their devices: one query, and none for somebody unknown."""
    if not person.is_known:
        return Preferences()
    told: dict[str, set[tuple[int, str]]] = {}
    for what, subject_id, value in Preference.objects.usable(person).values_list("what", "subject_id", "value"):
        told.setdefault(what, set()).add((subject_id, value))

    def ids(*kinds: str) -> frozenset[int]:
        return frozenset(subject_id for kind in kinds for subject_id, _ in told.get(kind, ()))

    def words(kind: str) -> frozenset[str]:
        return frozenset(value for _, value in told.get(kind, ()))

    return Preferences(
        hidden_ids=ids(What.NOT_INTERESTED, What.OWNED),
        gift_ids=ids(What.GIFT),
        muted_categories=ids(What.MUTED_CATEGORY),
        muted_brands=words(What.MUTED_BRAND),
        liked_categories=ids(What.LIKED_CATEGORY, What.INTEREST),
        liked_brands=words(What.LIKED_BRAND),
        sizes=words(What.SIZE),
        region=next(iter(words(What.REGION)), ""),
        doors=frozenset(int(one) for one in words(What.INTEREST) if one.isdecimal()),
    )
