"""What a segment may ask of a person: one file each, beside their contract in `rule.py`."""

from importlib import import_module
from pkgutil import iter_modules


def load() -> None:
    """Imports every rule, so that each registers itself."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
