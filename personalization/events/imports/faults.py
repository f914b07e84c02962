"""What keeps a file from being read, and what is wrong with one row of it."""


class ImportFault(Exception):
    """The file cannot be read as asked: the message says what to do."""


class RowFault(Exception):
    """The row cannot be an event: the message says why."""
