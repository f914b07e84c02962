"""The journey: how many visits come to each step on the way to an order, where the others leave, and by which ways.

`asked` is what the owner wants to see, `figures` reads it from the visits that people/journeys follows, `page` puts it
into words and pictures, and `leavers` makes a segment of those who left at a step.
"""
