"""Means over responses of numbers that are means over batches."""


class Meter:
    """Adds up batches, each by its number of responses; a number that some batch lacks is averaged over the others."""

    def __init__(self) -> None:
        self.sums: dict[str, float] = {}
        self.responses: dict[str, int] = {}

    def add(self, values: dict[str, float], responses: int) -> None:
        """One batch of so many responses."""
        for name, value in values.items():
            self.sums[name] = self.sums.get(name, 0.0) + value * responses
            self.responses[name] = self.responses.get(name, 0) + responses

    def means(self) -> dict[str, float]:
        """The means so far.

        Example:
            >>> meter = Meter()
            >>> meter.add({"l_bce": 1.0}, responses=3)
            >>> meter.add({"l_bce": 0.0}, responses=1)
            >>> meter.means()
            {'l_bce': 0.75}
        """
        return {name: value / self.responses[name] for name, value in self.sums.items()}
