"""What an owner picks by name, and how it is kept: categories, goods, brands, regions, segments.

`choosable` is the contract of a kind of thing, `field` the form field that finds it, `stored` reads what was kept;
`settings` are those of the thing itself.
The kinds that need more than the shop's catalogue are registered where their names are known.
"""
