"""What rules and strategies may know of a product without asking Oscar: one narrow row each, kept fresh by a job.

`models.py` holds the rows, `fact.py` reads them for a page in one query, `refresh.py` keeps them true.
"""
