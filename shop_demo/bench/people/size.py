"""How large the shop of the bench is."""

from dataclasses import dataclass

EVENTS_OF_A_VISIT = 5


@dataclass(frozen=True)
class Size:
    """By its customers: four visits each, three of which end in an order, five events to a visit."""

    customers: int

    @property
    def visits(self) -> int:
        """Of all customers in a year."""
        return 4 * self.customers

    @property
    def events(self) -> int:
        """What they left in the log."""
        return self.visits * EVENTS_OF_A_VISIT

    @property
    def database(self) -> str:
        """The name of its database."""
        return f"bench_people_{self.customers}"
