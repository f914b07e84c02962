"""The next click, measured on visits simulated from real baskets, in two shapes that have little in common.

`walks.py` and `comparisons.py` make the visits, `rivals.py` are the known ways, `board.py` marks them.
No set of real clicks comes with a package. What is simulated stays honest in this: the products of a visit are those
that somebody really bought together or in turn; only their order, the detours and the ways back are made up, and
nothing that a recommender counts is among what they are made up from. Ours is tuned by neither: it learns its weights.
"""
