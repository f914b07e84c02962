"""How far each visit went, and by which touchpoints: a row a visit, made from the log while it grows.

A visit counts as having come to a step if it did that or a later one: who puts goods into the basket from a list need
not open their pages. Only visits of shoppers who agreed to be counted have a row.
"""
