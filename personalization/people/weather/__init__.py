"""What the weather is where somebody is: asked of the shop's own source by a job, and read from a table on a page.

`sources/` is an open folder: a file, an address, a callable of the shop. `look.py` asks it every half an hour and keeps
the answer; `now.py` is all that a request sees, and costs it no network and hardly ever a query.
"""
