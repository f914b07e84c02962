"""What may be set for one training run; every default works for a shop nobody has looked at yet."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LearnSettings:
    """Defaults suit a shop of up to 100,000 products on two cores; nothing here was fitted to one shop."""

    seed: int = 20
    workers: int = 1  # item2vec is repeatable to the byte only with one
    threads: int = 2  # everything else gives the same answer with any number
    seconds: float = 300.0  # expected of a quiet two-core server; with less, the practice is cut down by stated steps
    item2vec: bool = True
    vector_size: int = 64
    epochs: int = 6
    taste_penalty: float = 100.0  # both are searched for on the shop's own past, from here
    pace: float = 1.0
    minimum_baskets: int = 3  # a product bought less often is known by its words only
    recent_days: float = 28.0  # what "lately" means for trends and for the held-out window
    tune: bool = True  # weigh the learners on the shop's own past weeks; otherwise the priors stay
