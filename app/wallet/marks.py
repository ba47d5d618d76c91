"""What a person says of their movements: a category, labels, a note (design/1 M6).

``session.marks`` exists in every state of the session. Everything stays in the vault; the service
never hears of it. What changed is told by the session's observers: topic ``"marks"``.
"""

from __future__ import annotations

import dataclasses
import re

from app.protocol.messages.payments import Movement
from app.wallet.categories import category_of
from app.wallet.line import Line
from app.wallet.parts import Spawn
from app.wallet.snapshot import Board
from app.wallet.vault.errors import VaultError
from app.wallet.vault.stores.marks import EMPTY, Mark
from app.wallet.vault.vault import Vault
from app.wallet.vault.worker import VaultWorker

MOST_LABELS = 8
"""Labels on one movement."""
LABEL_SIGNS = 24
"""Signs of a label."""
NOTE_SIGNS = 300
"""Signs of a note."""
_AT_ONCE = 200
"""Rows of an older version that are indexed at once: some 40 ms of the vault's thread."""


@dataclasses.dataclass(frozen=True, slots=True)
class Noted:
    """A movement as the person sees it.

    Attributes:
        category: The group it is counted in.
        mark: What the person said of this movement.
        rule: What everything of the merchant is filed under, or None.
    """

    category: str
    mark: Mark = EMPTY
    rule: str | None = None


def clean_label(text: str) -> str:
    """A label as it is kept: one line, no sign in front, not too long; perhaps nothing."""
    return re.sub(r"\s+", " ", text).strip().lstrip("#＃").strip()[:LABEL_SIGNS].rstrip()


def with_label(mark: Mark, text: str) -> Mark:
    """The mark with one more label; the same where it has it, in any case, or has enough."""
    label = clean_label(text)
    held = {one.casefold() for one in mark.labels}
    if not label or label.casefold() in held or len(mark.labels) >= MOST_LABELS:
        return mark
    return Mark(mark.category, (*mark.labels, label), mark.note)


def without_label(mark: Mark, label: str) -> Mark:
    """The mark without a label."""
    return Mark(mark.category, tuple(one for one in mark.labels if one != label), mark.note)


def with_note(mark: Mark, text: str) -> Mark:
    """The mark with another note."""
    return Mark(mark.category, mark.labels, text.strip()[:NOTE_SIGNS])


class MarkBook:
    """Reads and writes marks; a part of the session."""

    def __init__(self, worker: VaultWorker, line: Line, board: Board, *, spawn: Spawn) -> None:
        """Put it together; nothing happens before :meth:`opened`."""
        self._worker = worker
        self._line = line
        self._board = board
        self._spawn = spawn

    async def opened(self) -> None:
        """The vault is open: index behind the window what an older version wrote."""
        self._spawn(self._catch_up())

    def start(self) -> None:
        """Signed in: marks are no concern of the service."""

    def told(self, topics: set[str]) -> None:
        """Nothing that the service tells changes a mark."""

    def stopped(self) -> None:
        """Locked: nothing is held here."""

    async def of(self, movement: Movement) -> Noted:
        """What is said of one movement."""
        return await self._worker.run(lambda vault: _noted(vault, movement))

    async def put(self, movement_id: str, mark: Mark) -> None:
        """Keep what the person says of a movement; it is found by it at once."""
        now = self._line.clock.time_ms()
        await self._worker.run(lambda vault: vault.activity.mark(movement_id, mark, at=now))
        self._board.post("marks")

    async def file(self, movement: Movement, category: str | None, *, always: bool) -> None:
        """Count a movement in a group; ``None`` leaves it to the merchant again.

        Args:
            movement: Which one.
            category: A key of ``app.wallet.categories``.
            always: Everything of this merchant, past and coming; what the person filed one by one
                stays where they put it.
        """
        now = self._line.clock.time_ms()

        def work(vault: Vault) -> None:
            mark = vault.marks.get(movement.movement_id)
            own = None if always else category
            with vault.transaction():
                if always and movement.counterparty:
                    vault.activity.file_under(movement.counterparty, category, at=now)
                changed = Mark(own, mark.labels, mark.note)
                vault.activity.mark(movement.movement_id, changed, at=now)

        await self._worker.run(work)
        self._board.post("marks")

    async def labels(self) -> tuple[tuple[str, int], ...]:
        """Every label in use and on how many movements, the most used first."""
        return await self._worker.run(lambda vault: tuple(vault.marks.labels()))

    async def _catch_up(self) -> None:
        done = 0
        try:
            while count := await self._worker.run(lambda vault: vault.activity.catch_up(_AT_ONCE)):
                done += count
        except VaultError:
            return  # locked, or the disk is full: the next opening goes on from here
        if done:
            self._board.post("marks")


def _noted(vault: Vault, movement: Movement) -> Noted:
    grouped = vault.activity.grouped([movement.movement_id])
    usual = category_of(movement.kind, movement.mcc)
    return Noted(
        grouped.get(movement.movement_id, usual),
        vault.marks.get(movement.movement_id),
        vault.marks.rule(movement.counterparty) if movement.counterparty else None,
    )
