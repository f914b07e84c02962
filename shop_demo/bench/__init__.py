"""Our recommendations measured against the known ways, on a real grocery year.

`journey.py` reads Complete Journey, `protocol.py` cuts it and writes the questions, `peers.py` are the
others, `ours.py` is the very `learn()` a shop trains with, `board.py` marks them all and prints the table.
Nobody sees anything after the cut; peers with knobs tune them on the last four weeks before it.
"""
