"""Learning from what a shop remembers: arrays in, arrays out, no database.

`log.py` says what goes in, `model.py` is the door (`learn`, `Model`), `answers.py` says what comes out.
Each learner is one small file that keeps the promise written in `learner.py`; a learner that has
too little to go on steps aside. `blend.py` weighs them on the shop's own last weeks, never by hand.
"""
