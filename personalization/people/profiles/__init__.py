"""What is known of each person in one row: orders, tastes, habits; made from the log by set-based SQL.

A person is an account, or a stranger's visitor until it signs in. `refresh` works through those who did something
since, and writes only rows that differ; `rebuild` goes through everybody. Segments and predictions read the rows.
"""
