"""The log of what happened: one append-only table, one writer, one reader.

`record()` is the only writer in a request: it gathers, and the middleware writes once when the view is done.
`history` is the only reader. Orders are the truth about purchases: `sweep` compares them with the log and heals it.
A visitor is a signed cookie; at login it is linked to the account and its history follows.
"""
