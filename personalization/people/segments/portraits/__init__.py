"""What the people of a segment are like, beside all people that the shop knows: in figures, in words, in pictures.

`figures` reads profiles and nothing else, in three statements; `portrait` makes sense of them, `words` tells them.
"""
