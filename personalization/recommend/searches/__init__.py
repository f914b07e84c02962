"""What people chose after they searched for something, so that the next one who searches the same finds it sooner.

A job follows the log a stretch at a time (`follow`), keeps what each visit came to (`SearchDeed`), and lists what
enough people chose (`lists`). What fewer searched for is never listed: it could be their own secret. A page asks for
the same words, for the same words in another order, and for single words, the rarest first (`SearchList`).
"""
