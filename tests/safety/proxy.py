"""A proxy for TCP that behaves as badly as it is told to."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

PASS, REFUSE, BLACK_HOLE, SLOW, CUT = "pass", "refuse", "black hole", "slow", "cut"


class Proxy:
    """Stands before a server; `mode` may change while it is in use.

    PASS hands everything on; REFUSE has its door shut; BLACK_HOLE takes whatever comes and never answers; SLOW waits
    before each piece of an answer; CUT closes the connection in the middle of the first answer.
    """

    def __init__(self, port: int, *, mode: str = PASS, delay: float = 0.2) -> None:
        self.target, self.delay = port, delay
        self.accepted = 0
        self._mode = mode
        self._links: list[socket.socket] = []
        self._listener: socket.socket | None = None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]

    @property
    def mode(self) -> str:
        """How it behaves now."""
        return self._mode

    @mode.setter
    def mode(self, mode: str) -> None:
        self._mode = mode
        self._hang_up()
        if mode == REFUSE:
            self._shut()
        elif self._listener is None:
            self._open()

    def _open(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._listen, args=[self._listener], daemon=True).start()

    def _shut(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            # A blocked accept() keeps a socket that is merely closed.
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def _hang_up(self) -> None:
        links, self._links = self._links, []
        for link in links:
            with contextlib.suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
            link.close()

    def _listen(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                self.accepted += 1
                self._links.append(client)
                if self._mode != BLACK_HOLE:
                    self._connect(client)

    def _connect(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self.target))
        except OSError:
            client.close()
            return
        self._links.append(server)
        for source, sink, is_answer in ((client, server, False), (server, client, True)):
            threading.Thread(target=self._pump, args=[source, sink, is_answer], daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, is_answer: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                if is_answer and self._mode == SLOW:
                    time.sleep(self.delay)
                if is_answer and self._mode == CUT:
                    sink.sendall(piece[: len(piece) // 2])
                    break
                sink.sendall(piece)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def proxy(port: int = 1, *, mode: str = PASS) -> Iterator[Proxy]:
    """A proxy for as long as the block lasts."""
    made = Proxy(port)
    made.mode = mode
    try:
        yield made
    finally:
        made.mode = REFUSE
