"""Scorecards as the back-office knows them: asked for by a row, worked out by the worker, shown as a page.

Nothing here reckons: `../evaluate/` does, and its numbers lie in the row as plain values.
"""
