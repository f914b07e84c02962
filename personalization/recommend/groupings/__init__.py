"""Ways to say which shoppers are alike: one file each, beside their contract in `grouping.py`.

A grouping puts accounts into groups overnight (`ShopperGroup`); the sums of the lists do the rest.
"""

from importlib import import_module
from pkgutil import iter_modules


def load() -> None:
    """Imports every grouping, so that each registers itself."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
