"""What is kept of an error: PostgreSQL's details quote whole rows, and a row may name somebody."""


def message_of(error: BaseException) -> str:
    """The error's own words; of one of the database, its first sentence and none of the row that it quotes."""
    primary: str | None = getattr(getattr(error.__cause__, "diag", None), "message_primary", None)
    return primary or str(error) or repr(error)


def kind_and_message_of(error: BaseException) -> str:
    """The same, with its name before it, for those who know Python."""
    return f"{type(error).__name__}: {message_of(error)}"
