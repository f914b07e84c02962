"""Which block or banner an event is about, in one readable word.

"block:12" is one of the owner's blocks, "tag:home-1" one of a template's own, "banner:3" a banner.

The same rule stands here twice, for PostgreSQL that writes the daily figures and for Python that reads them.
"""

LENGTH = 80
_OWNERS, _TEMPLATES, _BANNERS = "block:", "tag:", "banner:"

# Of an event named `one`. A template's own block is called by its place, or else by its kind of list; what the browser
# says of it names no kind, so that is looked up where the block was shown. Whatever a browser sends must not fail here.
BLOCK_KEY = f"""
left(CASE WHEN starts_with(one.kind, 'banner_') THEN '{_BANNERS}' ||
              CASE WHEN one.payload->>'banner' ~ '^[0-9]{{1,18}}$' THEN one.payload->>'banner' ELSE '?' END
          WHEN one.payload->>'block' ~ '^[0-9]{{1,18}}$' THEN '{_OWNERS}' || (one.payload->>'block')
          ELSE '{_TEMPLATES}' || coalesce(nullif(one.payload->>'slot', ''), nullif(one.payload->>'strategy', ''), (
              SELECT nullif(shown.payload->>'strategy', '') FROM personalization_event AS shown
              WHERE shown.kind = 'block_shown' AND shown.id = CASE
                  WHEN one.payload->>'shown' ~ '^[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$'
                  THEN (one.payload->>'shown')::uuid END), '?')
     END, {LENGTH})
"""  # noqa: S608 - words of our own


def block_key(block_id: int) -> str:
    """The word for an owner's block."""
    return f"{_OWNERS}{block_id}"


def owners_block(key: str) -> int | None:
    """The owner's block behind the word; None for a template's own."""
    return _number(key, _OWNERS)


def banner_of(key: str) -> int | None:
    """The banner behind the word; None for whatever is none."""
    return _number(key, _BANNERS)


def place_told(key: str) -> str:
    """What a template's own block is called."""
    return key.removeprefix(_TEMPLATES)


def _number(key: str, prefix: str) -> int | None:
    number = key.removeprefix(prefix)
    return int(number) if number != key and number.isdecimal() else None
