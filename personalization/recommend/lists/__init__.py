"""Best-seller and trend lists, and what they are made from: sums by the hour and by the day, never a scan of the log.

The log is summed once, when an hour is new or has been changed (`sums`); what a period holds is kept as a running total
(`totals`), and only lists in which a total has moved are sorted anew (`sorting`, `trend`). `refresh` leads them.
A group of people alike is a scope as a region is: `recommend.groupings` says who belongs together.
"""
