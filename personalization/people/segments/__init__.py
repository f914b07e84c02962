"""Who belongs together: a segment is a tree of rules that the owner builds, and the people it holds.

`compile` makes one SQL statement of a tree, `members` keeps who is in it and notes who came and who left, `now` answers
on a request. The rules themselves stand in `people/rules/`, one file each.
"""
