"""Who they are: what a person told us about their taste; profiles and segments build on it.

`tell` is the only writer and `preferences.read` the only reader on a page; what is told to an account counts on all
of its devices, what a stranger tells follows them into their account. A choice obeys from the very next block on.
"""
