"""History from anywhere: receipts of a till, the export of another shop system, clickstreams, Oscar's own analytics.

A file goes one way: `table` reads rows, `translate` makes staged events of them or says what is wrong, `resolve` asks
the shop whose they are, `staging` copies a chunk into the log in one transaction, `rejects` keeps the refused rows.
`read_file` leads them and remembers how far it got; ids come from what a row says, so a row read twice is one event.
"""
