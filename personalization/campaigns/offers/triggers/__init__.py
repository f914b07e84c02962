"""What may give somebody a code: one file each, beside their contract in `trigger.py`."""

from importlib import import_module
from pkgutil import iter_modules


def load() -> None:
    """Imports every trigger, so that each registers itself."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
