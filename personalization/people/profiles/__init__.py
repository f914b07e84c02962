"""What is known of each person in one row: orders, tastes, habits; made from the log by set-based SQL.

A person is an account, or a stranger's visitor until it signs in. `refresh` goes through those who did something since,
`rebuild` through everybody; both write only rows that differ. `orders`, `tastes` and `behaviour` make the columns of
people by themselves, `scores` those that compare them with all others. Segments and predictions read the rows.
"""
