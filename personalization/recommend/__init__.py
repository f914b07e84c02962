"""What to offer: candidates from tables, filters, and a choice.

`train/` learns from the log and writes tables, one version at a time; `strategies/` read them.
`choose()` takes a `Context` and a strategy and gives cards that may be bought now. It never sees a request.
A page only reads: whatever takes thought was thought the night before.
"""
