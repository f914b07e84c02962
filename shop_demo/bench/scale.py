"""What learning costs in a large shop: seconds by stage, memory, and what the short way to neighbours misses."""

import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
from gensim.models import Word2Vec
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from personalization.conf import conf
from personalization.recommend.train import item2vec
from personalization.recommend.train.answers import Neighbours
from personalization.recommend.train.log import Ids, ShopLog
from personalization.recommend.train.model import LearnSettings, Model, learn
from personalization.recommend.train.shop import Shop, number
from shop_demo.bench.scale_shop import NOW, made_up

Say = Callable[[str], object]
ASKED = 200  # products whose lists are also found the long way; shoppers whose lists are timed
DEPTH = 10


@dataclass
class Clock:
    """Seconds of the wall and of the processor, and the most memory so far, by stage."""

    say: Say
    stages: dict[str, tuple[float, float]] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times what is inside, and says it."""
        started, worked = time.monotonic(), time.process_time()
        yield
        took = time.monotonic() - started, time.process_time() - worked
        self.stages[name] = took
        self.say(f"{name:24}{took[0]:8.1f} s{took[1]:8.1f} s of one core   at most {peak():.2f} GB")


def peak() -> float:
    """The most memory that this process ever had, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def neighbours(*, products: int, events: int, say: Say) -> Clock:
    """Learn a shop of that size and find the neighbours of every product, as a night does."""
    clock = Clock(say)
    with clock.stage("the shop made up"):
        log = made_up(products=products, events=events)
    with clock.stage("learning"):
        model = learn(log, settings=LearnSettings())
    for name, value in model.facts.items():
        if name.startswith("seconds_"):
            say(f"    {name.removeprefix('seconds_')}: {value:.1f} s")
    say(f"    cut down: {'; '.join(model.facts['plan']['steps']) or 'nothing'}")
    ids, found = log.catalogue.product, {}
    for name in ("similar", "also", "together"):
        with clock.stage(name):
            found[name] = getattr(model, name)(ids, conf.NEIGHBOURS)
    for name, share in recalls(model, found, log).items():
        say(f"{name}: recall@{DEPTH} against everything compared {share:.3f}")
    with clock.stage(f"lists of {ASKED} shoppers"):
        model.next(np.unique(log.purchases.shopper)[-ASKED:], conf.CANDIDATES, now_day=NOW)
    wall = sum(clock.stages[name][0] for name in ("learning", *found))
    worked = sum(clock.stages[name][1] for name in ("learning", *found))
    say(f"neighbours for all in {wall / 60:.1f} min ({worked / 60:.1f} min of one core), at most {peak():.2f} GB")
    return clock


def recalls(model: Model, found: dict[str, Neighbours], log: ShopLog) -> dict[str, float]:
    """How many of the ten best of some products, everything compared with everything, stand in the lists."""
    chance = np.random.default_rng(0)
    asked = np.sort(chance.choice(log.catalogue.product, min(ASKED, len(log.catalogue.product)), replace=False))
    long_way = replace(model, experts=replace(model.experts, many=len(log.catalogue.product) + 1))
    return {name: _share(found[name], getattr(long_way, name)(asked, DEPTH)) for name in found}


def _share(found: Neighbours, exact: Neighbours) -> float:
    """Of the true ten best."""
    hits = of = 0
    for product in exact.product.tolist():
        true = set(exact.of(product).tolist())
        hits, of = hits + len(true & set(found.of(product)[:DEPTH].tolist())), of + len(true)
    return hits / of if of else 1.0


@dataclass(frozen=True)
class Pace:
    """Seconds of the processor that item2vec takes, ours and gensim's, round by round."""

    ours: list[float]
    gensim: list[float]
    wall_ours: list[float]
    wall_gensim: list[float]

    @property
    def ratio(self) -> float:
        """Our speed by gensim's, by the wall: the median over rounds, each measured back to back."""
        return statistics.median(theirs / mine for mine, theirs in zip(self.wall_ours, self.wall_gensim, strict=True))

    @property
    def work_ratio(self) -> float:
        """The same by the processor."""
        return statistics.median(theirs / mine for mine, theirs in zip(self.ours, self.gensim, strict=True))


def pace(*, products: int, events: int, rounds: int) -> Pace:
    """Our whole pass (vocabulary, shuffling, vectors) against a plain `Word2Vec(corpus)` of the same baskets."""
    shop = _baskets_only(made_up(products=products, events=events))
    settings = LearnSettings()
    corpus = _corpus(shop, settings)
    told = Pace([], [], [], [])
    for turn in range(rounds):
        works = [(lambda: item2vec.train(shop, settings=settings, previous=None, tick=lambda part: None),
                  told.ours, told.wall_ours),
                 (lambda: _plain(corpus, settings), told.gensim, told.wall_gensim)]  # fmt: skip
        for work, seconds, wall in works if turn % 2 else reversed(works):
            started, worked = time.monotonic(), time.process_time()
            with threadpool_limits(limits=1):
                work()
            wall.append(time.monotonic() - started)
            seconds.append(time.process_time() - worked)
    return told


def _plain(corpus: list[list[str]], settings: LearnSettings) -> Word2Vec:
    return Word2Vec(
        corpus, vector_size=settings.vector_size, window=item2vec.BASKET_WINDOW, sg=1, negative=item2vec.NEGATIVES,
        sample=0, min_count=settings.minimum_baskets, shrink_windows=False, workers=settings.workers,
        seed=settings.seed, alpha=item2vec.FIRST_RATE, min_alpha=item2vec.LAST_RATE, epochs=settings.epochs,
    )  # fmt: skip


def _baskets_only(log: ShopLog) -> Shop:
    nobody: Ids = np.empty(0, np.int64)
    return number(ShopLog(log.purchases, type(log.visits)(nobody, nobody, np.empty(0)), log.catalogue))


def _corpus(shop: Shop, settings: LearnSettings) -> list[list[str]]:
    """The very sequences that ours reads, as gensim wants them."""
    sequences = item2vec.baskets(shop, settings.minimum_baskets)
    return list(sequences.words([str(column) for column in range(shop.products)], chance=None))
