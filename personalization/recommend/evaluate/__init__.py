"""The scorecard: what each way to recommend would have found of what was then really bought.

`cases.py` asks about the days held out, `contenders.py` answers as each strategy would have on the day before them,
`figures.py` measures, `scorecard.py` is the door. A log goes in, plain values come out: the shop's own history and
anybody's file go the same way.
"""
