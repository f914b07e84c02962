"""Addresses that people leave in a pop-up: a wish, a letter with a signed link, and only then a subscription.

`take` writes the wish down and nothing more: whoever asks learns nothing of an address, and no page waits for a mail
server. `send` is the job that writes the letters, from rows, each at most once; `confirm` is what a link does.
"""
