"""Offers of the owner's own: a price for some people, by a code that is theirs alone or without any.

`models` says what is offered, `shop.codes` makes of it an offer of Oscar's, `issue` gives codes to people: to one, or
to all whom a `triggers` file means. `judge` is asked by Oscar, by way of `shop.promise`, whose basket an offer is for,
and `places` counts out a budget so that it holds under any number of checkouts at once. `keep` is the job that looks
after it all, `owned` the codes of one person.
"""
