"""Between people, typed, one method a route: payees, transfers, requests for money, plans, limits.

Source: design/1 M3 and M11, ``app/protocol/messages/transfers.py``.
"""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import urlencode

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.limits import Limits, LimitsRequest
from app.protocol.messages.transfers import (
    AskMoney,
    FindMe,
    KnownPayees,
    MoneyRequest,
    MoneyRequestList,
    NameCheck,
    NameChecked,
    PayeeFound,
    PayeeLookup,
    PersonalCode,
    Plan,
    PlanList,
    PlanRequest,
    Split,
    Transfer,
    TransferRequest,
)
from app.sdk.answers import read
from app.sdk.client import ServiceClient
from app.sdk.transport import Call

T = TypeVar("T", bound=msgspec.Struct)


class Transfers:
    """A signed-in person's money to and from other people."""

    def __init__(self, client: ServiceClient) -> None:
        """Ask as this person."""
        self._client = client

    # --- who is paid

    async def lookup(self, request: PayeeLookup) -> PayeeFound:
        """Find somebody who can be paid.

        Raises:
            KBeanError: ``payee_not_found``, ``payee_is_payer``, ``too_many_requests`` …
        """
        return await self._post("/v1/payees/lookup", request, PayeeFound)

    async def check_name(self, request: NameCheck) -> NameChecked:
        """Does this full name fit?

        Raises:
            KBeanError: ``payee_ref_expired``, ``name_check_exhausted``.
        """
        return await self._post("/v1/payees/check", request, NameChecked, repeatable=False)

    async def payees(self) -> KnownPayees:
        """Whom this person has paid before, the latest first."""
        return await self._get("/v1/payees", KnownPayees)

    async def personal_code(self, amount: int | None = None, note: str = "") -> PersonalCode:
        """What others scan to pay this person, with an amount and a note where they are given."""
        words = {"amount": amount, "note": note or None}
        query = urlencode({name: value for name, value in words.items() if value is not None})
        return await self._get(f"/v1/personal-code{'?' + query if query else ''}", PersonalCode)

    async def find_me(self, choice: FindMe) -> PersonalCode:
        """Choose how others find this person."""
        body = msgspec.json.encode(choice)
        call = Call("PUT", "/v1/personal-code/find-me", body, repeatable=True)
        return read(await self._client.send(call), PersonalCode)

    # --- transfers

    async def send(self, request: TransferRequest) -> Transfer:
        """Send a signed intent; the key is the intent's own."""
        return await self.send_bytes(request.intent.key, msgspec.json.encode(request))

    async def send_bytes(self, key: str, body: bytes) -> Transfer:
        """The same with the very bytes: every retry sends exactly these.

        Raises:
            KBeanError: the refusal (``money`` is ``not_moved``), or no answer (``unknown``).
        """
        return await self._signed("/v1/transfers", key, body, Transfer)

    async def transfer(self, transfer_id: str) -> Transfer:
        """One transfer of this person.

        Raises:
            KBeanError: ``transfer_not_found``.
        """
        return await self._get(f"/v1/transfers/{transfer_id}", Transfer)

    async def by_key(self, key: str, *, fence: bool = False) -> Transfer | None:
        """What became of an intent; with ``fence`` None is for ever."""
        query = "?fence=true" if fence else ""
        try:
            return await self._get(f"/v1/transfers/by-key/{key}{query}", Transfer)
        except KBeanError as error:
            if error.code == "transfer_not_found":
                return None
            raise

    # --- requests for money

    async def requests(self) -> MoneyRequestList:
        """Both ways, open ones first."""
        return await self._get("/v1/money-requests", MoneyRequestList)

    async def ask_money(self, key: str, request: AskMoney) -> MoneyRequest:
        """Ask somebody, or anybody by a link; the key becomes its id.

        Raises:
            KBeanError: ``payee_ref_expired``, ``payee_is_payer``, ``amount_too_large`` …
        """
        return await self._post("/v1/money-requests", request, MoneyRequest, key=key)

    async def split(self, key: str, request: Split) -> MoneyRequestList:
        """Ask everybody for their part of a bill.

        Raises:
            KBeanError: ``split_unequal``, ``payee_ref_expired``, ``payment_not_found``.
        """
        return await self._post("/v1/money-requests/split", request, MoneyRequestList, key=key)

    async def decline(self, request_id: str) -> MoneyRequestList:
        """Say no to a request that came."""
        return await self._step("money-requests", request_id, "decline", MoneyRequestList)

    async def cancel(self, request_id: str) -> MoneyRequestList:
        """Take one's own request back."""
        return await self._step("money-requests", request_id, "cancel", MoneyRequestList)

    async def remind(self, request_id: str) -> MoneyRequestList:
        """Remind of one's own request, once a day.

        Raises:
            KBeanError: ``money_request_not_found``, ``money_request_closed``,
                ``too_many_requests``.
        """
        return await self._step("money-requests", request_id, "remind", MoneyRequestList)

    # --- plans

    async def plans(self) -> PlanList:
        """With the last runs of each."""
        return await self._get("/v1/plans", PlanList)

    async def make_plan(self, request: PlanRequest) -> Plan:
        """Make a plan; the key is the intent's own and becomes the plan's id."""
        return await self.make_plan_bytes(request.intent.key, msgspec.json.encode(request))

    async def make_plan_bytes(self, key: str, body: bytes) -> Plan:
        """The same with the very bytes.

        Raises:
            KBeanError: ``plan_invalid``, ``proof_failed``, ``payee_ref_expired`` …
        """
        return await self._signed("/v1/plans", key, body, Plan)

    async def pause_plan(self, plan_id: str) -> Plan:
        """Pay nothing until it is resumed."""
        return await self._step("plans", plan_id, "pause", Plan)

    async def resume_plan(self, plan_id: str) -> Plan:
        """Go on with the next day."""
        return await self._step("plans", plan_id, "resume", Plan)

    async def stop_plan(self, plan_id: str) -> Plan:
        """End it for good."""
        return await self._step("plans", plan_id, "stop", Plan)

    async def skip_plan(self, plan_id: str) -> Plan:
        """Leave the next payment out."""
        return await self._step("plans", plan_id, "skip", Plan, repeatable=False)

    # --- limits

    async def limits(self) -> Limits:
        """The person's own limits, and what today cost."""
        return await self._get("/v1/limits", Limits)

    async def set_limits(self, request: LimitsRequest) -> Limits:
        """Choose them; looser ones carry the passphrase.

        Raises:
            KBeanError: ``step_up_needed``, ``limit_invalid``, ``proof_failed``.
        """
        call = Call("PUT", "/v1/limits", msgspec.json.encode(request), repeatable=True)
        return read(await self._client.send(call), Limits)

    # --- pieces

    async def _get(self, path: str, kind: type[T]) -> T:
        return read(await self._client.send(Call("GET", path)), kind, clock=self._client.clock)

    async def _post(
        self,
        path: str,
        message: msgspec.Struct,
        kind: type[T],
        *,
        key: str | None = None,
        repeatable: bool = True,
    ) -> T:
        call = Call("POST", path, msgspec.json.encode(message), key=key, repeatable=repeatable)
        return read(await self._client.send(call), kind)

    async def _step(
        self, room: str, name: str, step: str, kind: type[T], *, repeatable: bool = True
    ) -> T:
        call = Call("POST", f"/v1/{room}/{name}/{step}", repeatable=repeatable)
        return read(await self._client.send(call), kind)

    async def _signed(self, path: str, key: str, body: bytes, kind: type[T]) -> T:
        raw = await self._client.send(Call("POST", path, body, key=key))
        try:
            return read(raw, kind)
        except KBeanError as error:
            error.money = "unknown"
            raise
