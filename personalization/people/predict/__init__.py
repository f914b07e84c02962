"""What people will do: expected orders and spend, churn, the next order. Learned by a job, kept in profiles.

Each model is one file that learns from a table of customers and predicts for another; `backtest` says how well it did
on a time it had not seen, and what is not good enough is not shown.
"""
