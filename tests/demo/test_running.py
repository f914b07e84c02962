"""Starting and stopping."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from oscar.core.loading import get_model

from shop_demo.running import addresses, children, database
from shop_demo.running.children import ChildEnded, Children
from shop_demo.running.database import AlreadyRunning, SomebodyElses, alone, check_is_ours
from shop_demo.running.keeper import keeper_login


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(children, "subfolder", lambda name: tmp_path)
    return tmp_path


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind((addresses.HOST, 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_told_with_the_way_out(taken: int) -> None:
    assert not addresses.is_free(taken)
    with pytest.raises(CommandError, match=f"--port {taken + 1}"):
        call_command("demo", port=taken)


def test_a_process_that_ends_is_noticed_with_its_last_words(logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(children.COMMANDS, "web", ["{module}"])
    with Children() as started:
        started.start("web", module="no_such_module")
        started.running["web"].wait()
        with pytest.raises(ChildEnded, match="no_such_module"):
            started.check()


def test_leaving_stops_everything(logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(children.COMMANDS, "web", ["http.server", "--bind", "127.0.0.1", "0"])
    with Children() as started:
        started.start("web")
        process = started.running["web"]
        started.check()
    assert process.returncode is not None


def test_a_process_ends_with_its_parent() -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "shop_demo.running.child", "http.server", "--bind", "127.0.0.1", "0"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    child.stdin.close()  # what the system does when the parent is gone, however it went
    child.wait(timeout=20)


@pytest.mark.django_db
def test_the_keeper_can_always_come_in() -> None:
    first = keeper_login()
    keeper = get_user_model().objects.get(username=first.username)
    keeper.set_password("forgotten")
    keeper.save()
    assert keeper_login() == first
    keeper.refresh_from_db()
    assert keeper.check_password(first.password)
    assert keeper.is_superuser


@pytest.mark.django_db(transaction=True)
def test_the_database_is_held_by_one_demo_at_a_time() -> None:
    with alone(), pytest.raises(AlreadyRunning), alone():
        pass


@pytest.mark.django_db
def test_a_shop_of_somebody_else_is_not_thrown_away(anna: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "EMBEDDED", "not in use")
    check_is_ours()  # tables of the demo without an order: a start that was broken off
    get_model("order", "Order").objects.create(number="1", total_incl_tax=1, total_excl_tax=1, user=anna)
    with pytest.raises(SomebodyElses, match="--reset"):
        check_is_ours()
