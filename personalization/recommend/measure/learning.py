"""From a log to a model, by the steps of the nightly job: trial, gate, then everything; simpler where that fails."""

import logging
from collections.abc import Callable
from dataclasses import replace

from personalization.recommend.measure.verdict import Notes, refusal_of_data, refusal_of_figures
from personalization.recommend.train.log import ShopLog
from personalization.recommend.train.model import LearnSettings, Model, Progress, learn
from personalization.recommend.train.trial import hold_out, trial

logger = logging.getLogger("personalization")


def learned(
    log: ShopLog, *, settings: LearnSettings, holdout_days: float, notes: Notes, progress: Progress
) -> Model | None:
    """The model that production would serve, or a simpler one; None where nothing can be learned at all."""
    notes.refused = refusal_of_data(log)
    if notes.refused:
        notes.reasons.append(notes.refused)
    ways: list[tuple[str, Callable[[], Model]]] = [
        ("", lambda: _as_at_night(log, settings, holdout_days, notes, progress)),
        ("without a trial", lambda: learn(log, settings=settings, progress=progress)),
        ("without practice and item2vec",
         lambda: learn(log, settings=replace(settings, tune=False, item2vec=False), progress=progress)),
    ]  # fmt: skip
    for told, way in ways:
        try:
            model = way()
        except Exception as error:
            # Somebody else's data may break a learner: a list from a simpler one is worth more than none.
            logger.exception("learning failed")
            notes.reasons.append(f"{type(error).__name__}: {error}")
            notes.refused = notes.refused or f"It broke off: {type(error).__name__}: {error}"
            continue
        if told:
            notes.reasons.append(f"learned {told}")
        notes.facts = model.facts
        notes.reasons += [f"{task}: {one['why']}" for task, one in model.facts["blends"].items()]
        return model
    return None


def _as_at_night(log: ShopLog, settings: LearnSettings, holdout_days: float, notes: Notes, progress: Progress) -> Model:
    before, after = hold_out(log, days=holdout_days)
    if not len(before.purchases.product):
        return learn(log, settings=settings, progress=progress)
    tried = learn(before, settings=settings, progress=progress)
    notes.figures = trial(tried, before=before, after=after, seen=log.visits)
    notes.refused = notes.refused or refusal_of_figures(notes.figures)
    return learn(log, settings=settings, blends=tried.blends, previous=tried.vectors, progress=progress)
