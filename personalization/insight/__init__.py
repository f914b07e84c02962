"""Did it work: what the doctor finds in a running shop.

Each file in `examinations/` looks at one part and says what it found in one line each, with the exact fix.
`doctor` asks them all; the command and the page "Health" show the same answers.
"""
