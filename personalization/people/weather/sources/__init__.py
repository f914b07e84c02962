"""Where the weather may come from: one file each, beside their contract in `source.py`."""

from importlib import import_module
from pkgutil import iter_modules


def load() -> None:
    """Imports every source, so that each registers itself; the catch-all comes last."""
    for module in sorted(iter_modules(__path__), key=lambda one: (one.name == "file", one.name)):
        import_module(f"{__name__}.{module.name}")
