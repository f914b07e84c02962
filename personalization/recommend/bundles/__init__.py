"""Bundles: goods that make sense together, to be bought with one button.

A job composes them from what the served model knows (`compose`), and asks Oscar which of the shop's offers would make
the most wanted of them cheaper (`price`). A page reads one row, and shows a saving only while it is still true
(`saving`).
"""
