"""What this process counts of itself since its start."""

from collections import Counter


class Tally:
    """Calls to Telegram, by method and by what came of them."""

    def __init__(self) -> None:
        self.calls: Counter[tuple[str, str]] = Counter()

    def count_call(self, method: str, outcome: str) -> None:
        self.calls[method, outcome] += 1
