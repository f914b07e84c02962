"""What is wrong with somebody's table, in words that name the column and the fix."""

from typing import Any


class BadTransactions(ValueError):
    """The table cannot be read as asked. `text` says what to do, and is translated where it is read."""

    def __init__(self, text: str, /, **words: Any) -> None:
        super().__init__(text % words)
        self.text, self.words = text, words
