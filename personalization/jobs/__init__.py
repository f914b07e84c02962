"""Background work, with its facts in PostgreSQL.

A Celery message only says "look again". Which period of a job has been done, by whom and how often it failed stands in
one row per job and period, so a message lost, doubled or taken by two workers changes nothing. A worker that dies is
noticed because its lease runs out; the work is then done again from the start.
"""
