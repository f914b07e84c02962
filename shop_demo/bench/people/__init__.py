"""What it costs to know a million customers: profiles, and whatever asks them.

`size` says how large the shop is and `fill` makes it, in a database of its own; each part of the bench is a module with
a `measure(stage)`, named in `parts`; `stage` keeps the time of what is measured, by `line`s.
"""
