"""A server of the demo's shop that is hard to kill: its master holds the socket and forks a worker for each that dies.

Each worker says its number to the standard output when it begins. Run with the port; the master touches no database.
"""

import os
import signal
import socket
import sys
import threading

from django.conf import settings
from django.db import connection
from waitress import create_server

from shop_demo.wsgi import application

WORKERS = 2
settings.DATABASES["default"]["CONN_MAX_AGE"] = 60


def work(listening: socket.socket, master: int) -> None:
    """Serves until killed; if the master is gone, nobody needs it any more."""

    def watch() -> None:
        while os.getppid() == master:
            threading.Event().wait(0.5)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
    connection.ensure_connection()
    # At one go: what two workers print at once would come mixed.
    os.write(sys.stdout.fileno(), f"{os.getpid()}\n".encode())
    create_server(application, sockets=[listening], threads=4).run()


def main() -> None:
    """Keeps the workers up."""
    listening = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=512)
    listening.setblocking(False)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    master, alive = os.getpid(), 0
    while True:
        while alive < WORKERS:
            if os.fork() == 0:
                work(listening, master)
            alive += 1
        os.wait()
        alive -= 1


main()
