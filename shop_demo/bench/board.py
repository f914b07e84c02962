"""Marks every competitor on the same cases and writes the table."""

import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from personalization.recommend import measure
from personalization.recommend.measure import Interval, Values
from shop_demo.bench.answers import TASKS, Sheet
from shop_demo.bench.ours import OURS
from shop_demo.bench.peers import PEERS
from shop_demo.bench.protocol import Exam, K

WIDTH = 36  # of the names


@dataclass(frozen=True, eq=False)
class Row:
    """One competitor's NDCG by task and case, and what it took."""

    name: str
    label: str
    marks: Mapping[str, Values]
    coverage: Mapping[str, float]
    seconds: float
    notes: tuple[str, ...] = ()

    def cell(self, task: str) -> Interval | None:
        """The mean mark of a task with its range; None where it did not take part."""
        return measure.interval(self.marks[task]) if task in self.marks else None


def rows(exam: Exam, tuning: Exam, *, only: Collection[str]) -> Iterator[Row]:
    """Let the competitors answer one after another; all of them when none is named."""
    for name, (label, competitor) in (PEERS | OURS).items():
        if name in only or not only:
            with threadpool_limits(limits=1), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # implicit grumbles about its own conversions
                sheet = competitor(exam, tuning)
            yield _marked(name, label, sheet, exam)


def _marked(name: str, label: str, sheet: Sheet, exam: Exam) -> Row:
    products = len(exam.train.catalogue.product)
    marks = {task: measure.ndcg(lists, getattr(exam, task).truths, k=K) for task, lists in sheet.answers.items()}
    coverage = {task: measure.coverage(lists, products=products) for task, lists in sheet.answers.items()}
    return Row(name, label, marks, coverage, sheet.seconds, sheet.notes)


def lead(board: Collection[Row], task: str, *, name: str = "ours") -> tuple[Row, Interval] | None:
    """The best peer of a task and how far one of ours is ahead of it, case by case."""
    us = next((row for row in board if row.name == name), None)
    peers = [row for row in board if row.name in PEERS and task in row.marks]
    if us is None or not peers:
        return None
    best = max(peers, key=lambda row: float(row.marks[task].mean()))
    return best, measure.paired_interval(us.marks[task], best.marks[task])


def head() -> str:
    """The first line of the table."""
    return (
        f"{'NDCG@10 on the test (95 % interval)':{WIDTH}}"
        + "".join(f"{task:>22}" for task in TASKS)
        + f"{'learn s':>10}"
    )


def line(row: Row) -> str:
    """One competitor as a line of the table."""
    return f"{row.label:{WIDTH}}" + "".join(_cell(row.cell(task)) for task in TASKS) + f"{row.seconds:10.1f}"


def _cell(interval: Interval | None) -> str:
    text = "-" if interval is None else f"{interval.mean:.4f} {interval.low:.4f}..{interval.high:.4f}"
    return f"{text:>22}"


def verdicts(board: Collection[Row]) -> Iterator[str]:
    """One line per task and way of ours: against the best peer."""
    for (name, (label, _)), task in product(OURS.items(), TASKS):
        if found := lead(board, task, name=name):
            best, gain = found
            word = "ahead" if gain.is_above_zero else "not proven ahead"
            yield f"{label}, {task}: {word} of {best.label} by {gain.mean:+.4f} ({gain.low:+.4f}..{gain.high:+.4f})"


def summary(board: Collection[Row]) -> dict[str, Any]:
    """Everything measured, for a file."""
    return {
        "rows": [
            {"name": row.name, "label": row.label, "seconds": round(row.seconds, 1), "coverage": dict(row.coverage)}
            | {"notes": list(row.notes)}
            | {task: asdict(interval) for task in TASKS if (interval := row.cell(task))}
            for row in board
        ],
        "lead": {task: {"over": found[0].name} | asdict(found[1]) for task in TASKS if (found := lead(board, task))},
    }


Say = Callable[[str], object]


def run(exam: Exam, tuning: Exam, *, only: Collection[str], say: Say) -> dict[str, Any]:
    """Hold the contest, saying each line as soon as it is known."""
    say(head())
    board: list[Row] = []
    for row in rows(exam, tuning, only=only):
        board.append(row)
        say(line(row))
        for note in row.notes:
            say(f"    {note}")
    for verdict in verdicts(board):
        say(verdict)
    return summary(board)
