"""The owner's rules: which goods a block may show, and which come first.

`rule.py` says what a rule is, `condition.py` what it may ask of a product; each condition is one file in `conditions/`.
`apply.py` carries rules out in a fixed order, `spread.py` keeps one category or brand from filling a block, `tired.py`
moves back what a person has seen too often.
"""
