"""Money between people, as a window uses it: ``session.people`` (design/1 M3, M11).

Lists come from the vault, at once and without a network; the service is asked behind: after
signing in, when the event stream says that something has changed, and after every step of the
person's. What moves money is signed and carried by the desk (:mod:`app.wallet.intents`).

What changed is told by the session's observers: topics ``transfers`` (payees and requests),
``plans``, ``holds`` and ``limits``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Literal, TypeVar

from app.protocol.errors import KBeanError
from app.protocol.messages.limits import Limits, LimitsRequest
from app.protocol.messages.transfers import (
    AskMoney,
    FindMe,
    MoneyRequest,
    MoneyRequestList,
    NameCheck,
    NameChecked,
    PayeeFound,
    PayeeLookup,
    PersonalCode,
    Plan,
    Split,
    Transfer,
)
from app.sdk.holds import Holds
from app.sdk.transfers import Transfers
from app.wallet import receipts
from app.wallet.gate import Gate
from app.wallet.intents import IntentDesk
from app.wallet.line import Line
from app.wallet.parts import Spawn
from app.wallet.people import shelf
from app.wallet.people.shelf import LISTS, ListName, PeopleState, Told
from app.wallet.snapshot import Board, Topic
from app.wallet.vault.errors import VaultError
from app.wallet.vault.vault import Passphrase
from app.wallet.vault.worker import VaultWorker

T = TypeVar("T")
PlanStep = Literal["pause", "resume", "stop", "skip"]
RequestStep = Literal["decline", "cancel", "remind"]

_PATIENCE = 12.0
_STREAM: dict[str, ListName] = {
    "requests": "requests",
    "plans": "plans",
    "holds": "holds",
    "limits": "limits",
    "accounts": "payees",
}
"""What the service's stream names, and which list is asked for then."""
_TOPICS: dict[ListName, Topic] = {
    "payees": "transfers",
    "requests": "transfers",
    "plans": "plans",
    "holds": "holds",
    "limits": "limits",
}


class People:
    """The person's side of money between people."""

    def __init__(
        self,
        worker: VaultWorker,
        line: Line,
        board: Board,
        desk: IntentDesk,
        gate: Gate,
        *,
        spawn: Spawn,
    ) -> None:
        """Put it together; nothing happens before :meth:`opened`."""
        self._worker = worker
        self._line = line
        self._board = board
        self._desk = desk
        self._gate = gate
        self._spawn = spawn
        self._asking: set[ListName] = set()
        self._state = PeopleState()

    @property
    def state(self) -> PeopleState:
        """Everything as last seen; may be read from any thread."""
        return self._state

    # --- with the session

    async def opened(self) -> None:
        """The vault is open: show what it holds."""
        self._state = await self._worker.run(shelf.load)

    def start(self) -> None:
        """Signed in: ask for everything."""
        for name in LISTS:
            self._ask_soon(name)
        self._spawn(self._quietly(self.personal_code))

    def told(self, topics: set[str]) -> None:
        """The service's stream says that something changed, or that something may have."""
        for topic in sorted(topics & _STREAM.keys()):
            self._ask_soon(_STREAM[topic])

    def stopped(self) -> None:
        """Locked: the tasks have ended, nothing is known any more."""
        self._asking.clear()
        self._state = PeopleState()

    # --- who is paid

    async def lookup(
        self, how: Literal["phone", "email", "wallet", "code"], value: str
    ) -> PayeeFound:
        """Find somebody.

        Raises:
            KBeanError: ``payee_not_found``, ``payee_is_payer``, ``too_many_requests`` …
        """
        return await self._ask(lambda it: it.lookup(PayeeLookup(how, value)))

    async def check_name(self, payee_ref: str, name: str) -> NameChecked:
        """Does this full name fit?

        Raises:
            KBeanError: ``name_check_exhausted``, ``payee_ref_expired``.
        """
        return await self._ask(lambda it: it.check_name(NameCheck(payee_ref, name)))

    async def personal_code(self, amount: int | None = None, note: str = "") -> PersonalCode:
        """What others scan to pay this person; the plain one is kept for showing it offline."""
        code = await self._ask(lambda it: it.personal_code(amount, note))
        if amount is None and not note:
            await self._keep_code(code)
        return code

    async def find_me(self, *, by_phone: bool, by_email: bool) -> PersonalCode:
        """Choose how others find this person."""
        code = await self._ask(lambda it: it.find_me(FindMe(by_phone, by_email)))
        await self._keep_code(code)
        return code

    # --- requests for money

    async def ask_money(self, key: str, request: AskMoney) -> MoneyRequest:
        """Ask somebody, or anybody by a link; the same key asks once."""
        made = await self._ask(lambda it: it.ask_money(key, request))
        self._ask_soon("requests")
        return made

    async def split(self, key: str, split: Split) -> tuple[MoneyRequest, ...]:
        """Ask everybody for their part of a bill; the same key asks once."""
        made = await self._ask(lambda it: it.split(key, split))
        self._ask_soon("requests")
        return tuple(made.items)

    async def take_request(self, request_id: str, step: RequestStep) -> None:
        """Decline one that came, cancel one's own, or remind of it."""

        async def work(it: Transfers) -> MoneyRequestList:
            if step == "decline":
                return await it.decline(request_id)
            return await (it.cancel(request_id) if step == "cancel" else it.remind(request_id))

        try:
            await self._keep("requests", await self._ask(work))
        except KBeanError:
            # What became of it meanwhile, the list says.
            self._ask_soon("requests")
            raise

    # --- plans, holds, limits

    async def take_plan(self, plan_id: str, step: PlanStep) -> Plan:
        """Pause, resume, stop, or skip the next payment.

        Raises:
            KBeanError: ``plan_not_found``, ``plan_ended``.
        """

        async def work(it: Transfers) -> Plan:
            steps = {
                "pause": it.pause_plan,
                "resume": it.resume_plan,
                "stop": it.stop_plan,
                "skip": it.skip_plan,
            }
            return await steps[step](plan_id)

        try:
            return await self._ask(work)
        finally:
            self._ask_soon("plans")

    async def set_limits(self, wanted: LimitsRequest) -> Limits:
        """Choose one's own limits; looser ones carry the passphrase, proved here first.

        Raises:
            KBeanError: ``step_up_needed`` where they are looser and it is missing,
                ``limit_invalid``, ``proof_failed``.
            VaultError: the passphrase isn't this vault's.
        """
        if wanted.passphrase is not None:
            await self._gate.prove(Passphrase(wanted.passphrase))
        limits = await self._ask(lambda it: it.set_limits(wanted))
        await self._keep("limits", limits)
        return limits

    # --- reading

    async def transfer(self, transfer_id: str) -> Transfer:
        """A transfer of this person with its verified receipt, fetched where it isn't here yet.

        Raises:
            KBeanError: ``transfer_not_found``, ``receipt_invalid``, ``service_*``.
        """
        kept = await self._worker.run(lambda vault: shelf.transfer(vault, transfer_id))
        if kept is not None:
            receipts.check_signature(kept.receipt, self._line.keys)
            return kept
        fetched = await self._ask(lambda it: it.transfer(transfer_id))
        if fetched.receipt.transfer_id != transfer_id or fetched.transfer_id != transfer_id:
            raise KBeanError("receipt_invalid", "of another transfer", field="transfer_id")
        await self._desk.verify(partial(receipts.check_signature, fetched.receipt))
        now = self._line.clock.time_ms()
        await self._worker.run(
            lambda vault: vault.papers.put(shelf.TRANSFER, transfer_id, fetched, at=now, seen=True)
        )
        return fetched

    async def refresh(self, *names: ListName) -> None:
        """Ask for lists now; without a name for all.

        Raises:
            KBeanError: why it couldn't be done.
        """
        for name in names or LISTS:
            await self._keep(name, await self._fetch(name))

    # --- pieces

    async def _ask(self, work: Callable[[Transfers], Awaitable[T]]) -> T:
        return await self._line.ask(lambda client: work(Transfers(client)), patience=_PATIENCE)

    async def _fetch(self, name: ListName) -> Told:
        if name == "holds":
            return await self._line.ask(lambda client: Holds(client).holds(), patience=_PATIENCE)

        async def work(it: Transfers) -> Told:
            if name == "payees":
                return await it.payees()
            if name == "requests":
                return await it.requests()
            return await (it.plans() if name == "plans" else it.limits())

        return await self._ask(work)

    async def _keep(self, name: ListName, told: Told) -> None:
        before = self._state
        self._state = await self._worker.run(lambda vault: shelf.keep(vault, name, told))
        if self._state != before:
            self._board.post(_TOPICS[name])

    async def _keep_code(self, code: PersonalCode) -> None:
        now = self._line.clock.time_ms()
        self._state = await self._worker.run(lambda vault: shelf.keep_code(vault, code, now))
        self._board.post("transfers")

    def _ask_soon(self, name: ListName) -> None:
        if name not in self._asking:
            self._asking.add(name)
            self._spawn(self._quietly(partial(self._ask_again, name)))

    async def _ask_again(self, name: ListName) -> None:
        self._asking.discard(name)
        await self.refresh(name)

    async def _quietly(self, work: Callable[[], Awaitable[object]]) -> None:
        with contextlib.suppress(KBeanError, VaultError):
            await work()
