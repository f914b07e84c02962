"""Interest doors: a shopper is asked once what they came for, and every block after that begins there.

A door has two to four ways in, each a heading, a picture and categories of the shop. What was chosen is a preference
like others: `people/tell` keeps it, `people/preferences` reads it, blocks obey it. `showing` draws the door, `views` is
where a press goes, `form` and `admin` are the owner's side.
"""
