"""Groups that nobody has drawn: people who buy and look alike, found by the machine and named for the owner.

`look` makes numbers of profiles, `group` finds the groups, `same` gives them the numbers that they had before, `name`
their names, `job` keeps all of it. Each group is a segment like any other, by the rule `cluster`.
"""
