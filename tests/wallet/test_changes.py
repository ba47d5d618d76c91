"""Observers hear in order, hurt no neighbour, and can leave."""

from __future__ import annotations

from app.wallet.changes import Observers
from app.wallet.snapshot import Board, Network


def test_in_order_until_removed():
    heard: list[tuple[str, int]] = []
    observers: Observers[int] = Observers()
    leave = observers.add(lambda event: heard.append(("a", event)))
    observers.add(lambda event: heard.append(("b", event)))
    observers.tell(1)
    leave()
    leave()
    observers.tell(2)
    observers.clear()
    observers.tell(3)
    assert heard == [("a", 1), ("b", 1), ("b", 2)]


def test_one_that_fails_is_logged_and_hurts_no_neighbour(expect_log):
    expect_log("an observer failed")
    heard: list[int] = []
    observers: Observers[int] = Observers()

    def fail(_event: int) -> None:
        raise ZeroDivisionError

    observers.add(fail)
    observers.add(heard.append)
    observers.tell(1)
    assert heard == [1]


def test_the_board_tells_only_what_differs():
    board = Board()
    told: list[frozenset[str]] = []
    board.observers.add(told.append)
    board.post("network", network=Network.ONLINE)
    board.post("network", network=Network.ONLINE)
    board.post("activity")
    board.post(as_of=5)
    assert told == [frozenset({"network"}), frozenset({"activity"})]
    board.clear()
    assert board.snapshot.network is Network.UNKNOWN
