"""`python -m shop_demo.running.child MODULE ARGS…` runs a module that ends when its parent does, however that ends.

The parent holds the other end of standard input and never writes: the end of input means that it is gone.
"""

import os
import runpy
import signal
import sys
import threading
import time

PATIENCE_SECONDS = 10


def _end_with_parent() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE_SECONDS)
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _leave(*_: object) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    # Modules with no handler of their own would die without running what is registered for the exit.
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
