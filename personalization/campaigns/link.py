"""Where a campaign may lead: to a page of this shop, and nowhere else."""


def is_own_page(link: str) -> bool:
    """An address that begins with one slash; browsers take `/\\` for two."""
    return link.startswith("/") and not link.startswith(("//", "/\\")) and link.isprintable()


def own_page_or_none(link: str) -> str:
    """The address, or nothing where it leads elsewhere: what was stored past the form is looked at once more."""
    return link if is_own_page(link) else ""
