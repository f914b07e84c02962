"""The proxy is as bad as it says: each mode shown by a small echo server behind it."""

import socket
import threading
import time

import pytest

from tests.safety.proxy import BLACK_HOLE, CUT, PASS, REFUSE, SLOW, proxy


@pytest.fixture
def echo():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                with client:
                    while said := client.recv(100):
                        client.sendall(said)

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


def heard(port, said=b"hello"):
    with socket.create_connection(("127.0.0.1", port), timeout=0.5) as client:
        client.sendall(said)
        return client.recv(100)


def test_it_passes_refuses_and_passes_again(echo):
    with proxy(echo) as between:
        assert heard(between.port) == b"hello"
        between.mode = REFUSE
        with pytest.raises(ConnectionRefusedError):
            heard(between.port)
        between.mode = PASS
        assert heard(between.port) == b"hello"


def test_it_swallows_slows_and_cuts(echo):
    with proxy(echo, mode=BLACK_HOLE) as between:
        with pytest.raises(TimeoutError):
            heard(between.port)
        between.mode = SLOW
        started = time.monotonic()
        assert heard(between.port) == b"hello"
        assert time.monotonic() - started >= 0.2
        between.mode = CUT
        assert heard(between.port) == b"he"
        assert between.accepted == 3
