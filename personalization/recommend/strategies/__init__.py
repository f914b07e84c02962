"""The strategies: one file each, beside their contract in `strategy.py`. They read tables and never write."""

from importlib import import_module
from pkgutil import iter_modules


def load() -> None:
    """Imports every strategy, so that each registers itself."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
