"""How much a list must hold to be one."""

# A block wants three goods at least.
LEAST_GOODS = 3
# With fewer sales, orders or looks than this in all, which one comes first is an accident.
LEAST_IN_CATEGORY = 10
# And among so few people it would tell what the neighbours bought.
LEAST_AMONG_PEOPLE = 30

LEAST = {"goods": LEAST_GOODS, "in_category": LEAST_IN_CATEGORY, "among_people": LEAST_AMONG_PEOPLE}
