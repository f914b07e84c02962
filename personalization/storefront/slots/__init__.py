"""Content slots: places in the shop's templates that show each person the banner that is for them.

A banner is a campaign with words in each language, a picture and a link. `choice` says which one of a slot is for
whoever looks, `showing` draws it and notes that it was shown, `tag` is the pair of tags around what everybody else
sees. `form`, `sentence`, `health` and `admin` are the owner's side.
"""
