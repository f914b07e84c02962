"""The toolbar of the staff at the foot of the shop's pages: who the shop takes one for, and what it made of it.

Off until somebody switches it on, in that browser and for that account alone (`watch.py`). Then the page notes what its
blocks chose (`noted`), `tag` puts a script at its end, and `views` answers that script once with all the rest
(`around`). Nothing is counted, and nobody else gets a tag, a script, or an answer.
"""
