"""Personalization for django-oscar shops, on the shop's own PostgreSQL.

Data goes one way: what happened (events) -> who they are (people) -> what to offer (recommend) ->
what the owner decided (campaigns) -> show it (storefront) or send it (outreach) -> did it work (insight).
"""
