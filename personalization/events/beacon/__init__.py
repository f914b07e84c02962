"""What browsers report: any bytes come in, and each event is stored once or refused for a reason that is counted.

`body` takes the bytes, `batch` reads them, `judge` decides on each event, `receive` has it written by one statement.
`outcomes` says what may become of an event, in the owner's words; `tally` counts it: received = stored + refused.
What nobody could read waits in the `quarantine` for a week, to be tried again.
"""
