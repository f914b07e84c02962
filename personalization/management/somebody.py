"""How a command is told whom it is about."""

import uuid
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError

from personalization.events.accounts import ids_of
from personalization.events.personal import Whole, whole_account, whole_visitor


def add_arguments(parser: ArgumentParser) -> None:
    """Exactly one way to name somebody."""
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--email", help="The e-mail address of an account.")
    who.add_argument("--user", type=int, help="The number of an account, also of one that is deleted.")
    who.add_argument("--visitor", type=uuid.UUID, help="The id of a visitor; of a known one, the whole account.")


def named(options: Mapping[str, Any]) -> Whole:
    """The person. Raises CommandError for an address of nobody, or of several accounts."""
    if options["visitor"] is not None:
        return whole_visitor(options["visitor"])
    if options["user"] is not None:
        return whole_account(options["user"])
    found = ids_of(options["email"])
    if len(found) != 1:
        told = "No account has" if not found else f"{len(found)} accounts have"
        raise CommandError(f"{told} the address {options['email']}: name one by --user.")
    return whole_account(found[0])
