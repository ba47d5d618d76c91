"""Intents from signing to the truth: written before they are sent, asked about until known.

Three outcomes and no fourth: it happened (with an answer that verifies), it did not and never
will, or nobody can tell yet. Which one it is never follows from silence (design/6). One desk
serves everything that is signed; what is special about a payment, a transfer, a plan or a
pre-authorisation is its :class:`Trade`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any, get_args

import msgspec

from app.protocol.errors import KBeanError, Problem
from app.protocol.ids import new_id
from app.protocol.messages.identity import ServiceKey
from app.wallet import receipts
from app.wallet.failures import failure_of
from app.wallet.line import Line
from app.wallet.snapshot import Board, IntentKind, Notice
from app.wallet.trade import AnswerT, Outcome, Pen, Refused, Signed, Succeeded, Trade, Unknown, Wish
from app.wallet.vault.stores.intents import Intent
from app.wallet.vault.vault import Vault
from app.wallet.vault.worker import VaultWorker

NOTICES = "notices"
KINDS: tuple[IntentKind, ...] = get_args(IntentKind)
"""What this desk looks after; other rows of the vault's journal have an owner of their own."""
_LOOK_BACK = 20


class IntentDesk:
    """Signs, sends, asks and keeps.

    Attributes:
        patience: Seconds a person waits for the answer before being told that it is missing.
    """

    def __init__(
        self, worker: VaultWorker, line: Line, board: Board, trades: Iterable[Trade[Any]]
    ) -> None:
        self._worker = worker
        self._line = line
        self._board = board
        self._trades = {str(trade.kind): trade for trade in trades}
        self._attended: set[str] = set()
        self.patience = 12.0

    async def prepare(self, wish: Wish[AnswerT]) -> Signed[AnswerT]:
        """Sign an intent and put it on the disk; when this returns it survives a power cut.

        Raises:
            KBeanError: ``session_ended`` when signed out.
            VaultError: the disk refused; nothing was or will be sent.
        """
        session = self._line.session
        if session is None:
            raise KBeanError("session_ended", "signed out")
        signed = wish.signed(
            Pen(
                key=new_id(),
                payer=session.user_id,
                device=session.device_id,
                time=self._line.clock.time_ms(),
                sign=self._line.device_key.sign,
            )
        )
        row = Intent(
            key=signed.key,
            kind=signed.trade.kind,
            body=signed.body,
            signature=signed.signature,
            created_at=signed.time,
        )

        def work(vault: Vault) -> int:
            with vault.transaction():
                vault.intents.write(row)
                # Bytes may leave from here on; one flush to the disk says both.
                vault.intents.mark_sent(row.key)
                vault.settings.put(_name_key(row.key), wish.payee_name)
            return _open(vault)

        self._attended.add(signed.key)
        self._board.post("notices", open_payments=await self._worker.run(work))
        return signed

    async def send(self, signed: Signed[AnswerT]) -> Outcome[AnswerT]:
        """Send what :meth:`prepare` wrote; retries carry the same key and the same bytes."""
        trade = signed.trade
        try:
            answer = await self._line.ask(
                lambda client: trade.send(client, signed.key, signed.sent), patience=self.patience
            )
        except KBeanError as error:
            return await self._not_done(signed.key, error)
        return await self._done(trade, signed.key, signed.body, answer)

    async def ask(self, key: str) -> Outcome[Any]:
        """Ask what became of an intent and burn its key where it was never posted.

        Raises:
            KBeanError: ``payment_not_found`` for a key that this vault doesn't hold.
        """
        row = await self._worker.run(lambda vault: vault.intents.get(key))
        if row is None:
            raise KBeanError("payment_not_found")
        trade = self._trades[row.kind]
        if row.finished:
            return _remembered(trade, row)
        try:
            answer = await self._line.ask(lambda client: trade.by_key(client, row))
        except KBeanError as error:
            await self._mark_unknown(key)
            return Unknown(failure_of(error, money="unknown"))
        if answer is None:
            # The fence holds: a request still under way can't post any more.
            return await self._refused(
                key, KBeanError(trade.never, "never posted", money="not_moved")
            )
        return await self._done(trade, key, row.body, answer)

    def leave(self, key: str) -> None:
        """A flow no longer looks after this intent; settling may take it."""
        self._attended.discard(key)

    def forget(self) -> None:
        """No flow looks after anything any more (the wallet is locked)."""
        self._attended.clear()

    async def told(self, key: str) -> None:
        """The person has seen how this intent ended: no notice is needed."""
        # First on the disk: whoever settles meanwhile must find it attended or told.
        await self._worker.run(lambda vault: vault.settings.remove(_name_key(key)))
        self._attended.discard(key)

    async def settle(self) -> tuple[Notice, ...]:
        """Ask about every intent that no flow looks after; what was found out becomes a notice."""
        found: list[Notice] = []
        # What a flow looked after when the vault was read it may have told since then.
        attended = frozenset(self._attended)
        for row in await self._worker.run(_untold):
            if row.key in attended or row.key in self._attended:
                continue
            outcome = await self.ask(row.key)
            if isinstance(outcome, Unknown):
                if outcome.failure.kind == "surroundings":
                    # The next one would meet the same silence.
                    break
                continue
            found.append(await self._notice(row, outcome))
        return tuple(found)

    async def dismiss(self, notice_id: str) -> None:
        """Forget a notice."""
        kept = tuple(n for n in self._board.snapshot.notices if n.notice_id != notice_id)
        await self._worker.run(lambda vault: vault.settings.put(NOTICES, kept))
        self._board.post("notices", notices=kept)

    async def verify(self, check: Callable[[Iterable[ServiceKey]], None]) -> None:
        """Verify something with the pinned keys; an unknown key is looked up once.

        Args:
            check: Holds it against these keys; raises as :meth:`Trade.check`.

        Raises:
            KBeanError: ``receipt_invalid``, or why an unknown key couldn't be looked up.
        """
        try:
            check(self._line.keys)
        except receipts.UnknownKeyError:
            await self._line.refresh_service()
            check(self._line.keys)

    async def _done(
        self, trade: Trade[AnswerT], key: str, body: bytes, answer: AnswerT
    ) -> Outcome[AnswerT]:
        try:
            await self.verify(lambda keys: trade.check(answer, body, keys))
        except KBeanError as error:
            await self._mark_unknown(key)
            return Unknown(failure_of(error, money="unknown"))
        now = self._line.clock.time_ms()
        raw = msgspec.json.encode(answer)

        def work(vault: Vault) -> int:
            with vault.transaction():
                trade.keep(vault, answer, now)
                vault.intents.finish(key, "settled", raw, checked_at=now)
            return _open(vault)

        left = await self._worker.run(work)
        trade.show(self._board, answer)
        self._board.post("notices", open_payments=left)
        return Succeeded(answer)

    async def _not_done(self, key: str, error: KBeanError) -> Refused | Unknown:
        if error.money in {"unknown", "moved"}:
            await self._mark_unknown(key)
            return Unknown(failure_of(error, money="unknown"))
        return await self._refused(key, error)

    async def _refused(self, key: str, error: KBeanError) -> Refused:
        error.money = "not_moved"
        raw = msgspec.json.encode(error.problem())
        now = self._line.clock.time_ms()

        def work(vault: Vault) -> int:
            vault.intents.finish(key, "refused", raw, checked_at=now)
            return _open(vault)

        self._board.post("notices", open_payments=await self._worker.run(work))
        return Refused(failure_of(error))

    async def _mark_unknown(self, key: str) -> None:
        now = self._line.clock.time_ms()

        def work(vault: Vault) -> int:
            vault.intents.mark_unknown(key, checked_at=now)
            return _open(vault)

        self._board.post("notices", open_payments=await self._worker.run(work))

    async def _notice(self, row: Intent, outcome: Succeeded[Any] | Refused) -> Notice:
        trade = self._trades[row.kind]
        amount, currency = trade.figures(row.body)
        done = isinstance(outcome, Succeeded)
        made = Notice(
            notice_id=new_id(),
            kind="payment_succeeded" if done else "payment_refused",
            at=self._line.clock.time_ms(),
            payee_name="",
            amount=amount,
            currency=currency,
            key=row.key,
            payment_id=trade.reference(outcome.answer) if isinstance(outcome, Succeeded) else None,
            failure=outcome.failure if isinstance(outcome, Refused) else None,
            what=trade.kind,
        )

        def work(vault: Vault) -> tuple[Notice, ...]:
            name = vault.settings.get(_name_key(row.key), str, "")
            with vault.transaction():
                kept = (
                    dataclasses.replace(made, payee_name=name),
                    *vault.settings.get(NOTICES, tuple[Notice, ...], ()),
                )
                vault.settings.put(NOTICES, kept)
                vault.settings.remove(_name_key(row.key))
            return kept

        kept = await self._worker.run(work)
        self._board.post("notices", notices=kept)
        return kept[0]


def still_open(vault: Vault) -> list[Intent]:
    """What was sent by this desk and has no known end, oldest first."""
    return [row for row in vault.intents.unfinished() if row.kind in KINDS]


def _open(vault: Vault) -> int:
    return len(still_open(vault))


def _name_key(key: str) -> str:
    return f"payee of {key}"


def _untold(vault: Vault) -> list[Intent]:
    """Open intents, and those that ended without anybody having been told."""
    ended = [
        row
        for kind in KINDS
        for row in vault.intents.recent(_LOOK_BACK, kind)
        if row.finished and vault.settings.get(_name_key(row.key), str, "")
    ]
    return [*still_open(vault), *ended]


def _remembered(trade: Trade[AnswerT], row: Intent) -> Succeeded[AnswerT] | Refused:
    """The outcome of a finished intent, out of the vault."""
    assert row.outcome is not None
    if row.state == "settled":
        return Succeeded(trade.decoded(row.outcome))
    problem = msgspec.json.decode(row.outcome, type=Problem)
    return Refused(failure_of(KBeanError.from_problem(problem)))
