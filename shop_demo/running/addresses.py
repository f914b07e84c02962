"""The one address the shop listens on."""

import socket
import time
import urllib.error
import urllib.request

HOST = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether nobody listens on this port yet."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def url(port: int) -> str:
    """Where the shop is found."""
    return f"http://{HOST}:{port}/"


def answers(port: int, *, timeout: float = 2.0) -> bool:
    """Whether the shop answers yet, with whatever page."""
    try:
        with urllib.request.urlopen(f"{url(port)}media/image_not_found.svg", timeout=timeout):  # noqa: S310 - our own
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        time.sleep(0.1)
        return False
