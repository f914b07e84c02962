"""The shop as somebody else sees it: an account, somebody in some segments, or a stranger; at a time, from a place.

`token` is what the address of such a page carries: signed, short-lived, and of use to one member of staff alone.
`answer` lets the shop's own view answer for that person, and takes back whatever it wrote; `inside` is what stands in
such a page in place of our scripts. Links, forms and scripts of the page are dead: it is there to be looked at.
"""
