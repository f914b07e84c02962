"""Shows what was chosen: the owner's blocks, and the tags that a developer puts into a template.

`request.py` turns a request into a `Context`, `blocks.py` asks for a choice and renders it, `models.py` holds the
owner's blocks. Nothing here can break a page: what fails is logged once, and a simpler list or nothing is shown.
"""
