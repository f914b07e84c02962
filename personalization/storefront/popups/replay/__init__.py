"""What a pop-up would have done: the shop's own last weeks once more, with it switched on.

`log` reads what people did, person by person; `pages` finds the pages among it, and how long each was looked at;
`person` walks through them with the pop-up's own rules (`weighing.py`) and the caps of its ledger; `count` adds it up.
The worker does it (`job`), a row keeps what came of it (`models`), and `page` tells it.
"""
