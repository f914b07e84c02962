"""The examinations, one file each, in the order in which they are told."""

from importlib import import_module

NAMES = (
    "installation",
    "capture",
    "orders",
    "browser",
    "consent",
    "jobs",
    "learning",
    "storage",
    "blocks",
    "goods",
    "facts",
)


def load() -> None:
    """Registers all of them."""
    for name in NAMES:
        import_module(f"{__name__}.{name}")
