"""Pop-ups: what may interrupt somebody, when, and how seldom.

`models` holds the owner's pop-ups and the ledger of what interrupted whom. A page's script asks once (`views.py`):
`sight` reads all that is needed by three queries at the most, `weighing` says of each pop-up whether it may come and
why not, and the browser waits for the moment. When that has come, `showing` draws it, and `ledger` lets it through if
the person's budget has room. What a pop-up holds is a design: `designs/`, one file each.
"""
