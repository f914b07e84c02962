"""The demo's shop front: what Oscar shows through a search engine, shown from the shop's own tables.

`departments` knows the tree of categories, `shelves` which goods stand on a page and in what order,
`search` finds goods by words, `views` put them on pages, `urls` place those pages before Oscar's.
Templates are in templates/oscar and templates/shop_demo, their look in static/shop_demo.
"""
