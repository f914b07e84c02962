"""Which of several variants somebody takes as a rule: the one they had before, else one in their size."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from personalization.conf import conf
from personalization.shop.traits import sizes_of


@dataclass(frozen=True)
class Usual:
    """Variants that somebody took before, the most frequent first, and the sizes that they said are theirs."""

    variant_ids: tuple[int, ...] = ()
    sizes: frozenset[str] = frozenset()

    @property
    def says_something(self) -> bool:
        """There is a habit at all."""
        return bool(self.variant_ids or self.sizes)


NO_HABIT = Usual()


def usual_variants(families: Mapping[int, Sequence[int]], usual: Usual) -> dict[int, list[int]]:
    """Of each product's variants those that this person is likely to want, the likeliest first.

    At most one query, and none where nobody is known, or where every product was taken before.
    """
    if not usual.says_something or not families:
        return {}
    place = {variant_id: number for number, variant_id in enumerate(usual.variant_ids)}
    known = {
        pk: sorted((one for one in family if one in place), key=lambda one: place[one])
        for pk, family in families.items()
    }
    new = [one for pk, family in families.items() if not known[pk] for one in family]
    fitting = _in_their_size(new, usual) if new and conf.SIZE_ATTRIBUTE else {}
    return {pk: known[pk] or [one for one in family if one in fitting] for pk, family in families.items()}


def _in_their_size(ids: Sequence[int], usual: Usual) -> set[int]:
    """What they told comes before what they bought."""
    sizes = sizes_of([*ids, *usual.variant_ids])
    if told := {one for one in ids if usual.sizes & sizes.get(one, frozenset())}:
        return told
    worn = Counter(size for one in usual.variant_ids for size in sizes.get(one, ()))
    mine = {size for size, _ in worn.most_common(1)}
    return {one for one in ids if mine & sizes.get(one, frozenset())}
