"""Trainings go to the queue that the shop names, and every other job to the usual one."""

import pytest
from kombu import Connection

from personalization import tasks

QUICK = (tasks.train, tasks.refresh_rankings_task, tasks.sweep_orders)
SLOW = (tasks.work_off_training, tasks.work_off_scorecards_task)


@pytest.fixture
def broker():
    """A broker in memory, emptied afterwards."""
    with Connection("memory://") as connection:
        yield connection
        for queue in ("learning", "celery"):
            connection.SimpleQueue(queue).clear()


def sent(task, broker, queue):
    """How many messages of the task arrive in that queue."""
    task._exec_options = None  # Celery keeps them for as long as a process lives, and so do settings
    try:
        task.apply_async(connection=broker)
    finally:
        task._exec_options = None
    waiting = broker.SimpleQueue(queue)
    try:
        return waiting.qsize()
    finally:
        waiting.clear()
        waiting.close()


@pytest.mark.worker
@pytest.mark.parametrize("task", SLOW, ids=lambda task: task.name)
def test_what_learns_goes_to_the_queue_of_learners(task, broker, settings):
    settings.PERSONALIZATION_TRAINING_QUEUE = "learning"
    assert sent(task, broker, "learning") == 1


@pytest.mark.worker
@pytest.mark.parametrize("task", [*QUICK, *SLOW], ids=lambda task: task.name)
def test_where_no_queue_is_named_all_go_the_usual_way(task, broker, settings):
    assert sent(task, broker, "celery") == 1


@pytest.mark.worker
@pytest.mark.parametrize("task", QUICK, ids=lambda task: task.name)
def test_the_other_jobs_do_not_wait_behind_a_training(task, broker, settings):
    settings.PERSONALIZATION_TRAINING_QUEUE = "learning"
    assert sent(task, broker, "learning") == 0
