"""Starts and stops the whole demo shop: database, data, worker, first training, web, schedule.

`database` makes and recreates it, `first_start` fills an empty shop and resumes a broken-off start, `children` looks
after the other processes, `addresses` knows the port, `told` says it all on the terminal.
"""
