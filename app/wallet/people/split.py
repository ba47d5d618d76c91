"""Splitting a bill: every cent has an owner (design/1 M3)."""

from __future__ import annotations


def equal_parts(total: int, people: int) -> list[int]:
    """Parts of a bill in minor units; they add up to it.

    What doesn't divide goes one cent each to the first ones, the asker first: nobody is asked for
    a cent more than the asker bears.

    Args:
        total: The bill.
        people: How many share it, the asker included.

    Raises:
        ValueError: fewer than two people, or fewer cents than people.
    """
    if people < 2 or total < people:
        raise ValueError("a bill is split between two people or more, a cent each at least")
    each, over = divmod(total, people)
    return [each + 1 if number < over else each for number in range(people)]


def left_over(total: int, parts: list[int]) -> int:
    """What parts typed by hand leave of the bill; negative where they are more than it."""
    return total - sum(parts)
