"""The work that judging packets may take."""

from __future__ import annotations

from msgspec import Struct


class Budget(Struct):
    """How many intersections of boxes may still be made; beyond it the answer is unknown, never guessed."""

    left: int

    def spend(self, steps: int) -> bool:
        """Whether there was enough."""
        self.left -= steps
        return self.left >= 0
