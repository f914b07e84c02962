"""What an owner writes, as paragraphs of a page: data, never a template. Tags that are not on the list go."""

import nh3
from django.utils.html import linebreaks

TAGS = {"a", "b", "br", "em", "i", "li", "ol", "p", "strong", "ul"}
SCHEMES = {"https", "http", "mailto", "tel"}


def paragraphs(text: str) -> str:
    """With the few tags that are allowed, and links that lead somewhere and do nothing else."""
    return nh3.clean(linebreaks(text), tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel="noopener")
