"""Requests for money: ask somebody, a link that anybody pays once, split a bill."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.codes import personal_code
from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7, new_id
from app.protocol.messages.transfers import AskMoney, MoneyRequest, MoneyRequestList, Split
from app.server.config import Config
from app.server.db.engine import reading
from app.server.http.access import checked_key
from app.server.http.front import now_ms
from app.server.keys import ServiceKeys
from app.server.ledger.plan import Answer, Draft, Idempotency, Plan, PlanWriter
from app.server.payments.by_key import raise_refusal
from app.server.payments.tables import payments
from app.server.payments.transfers import rules
from app.server.payments.transfers.payees import PayeeService
from app.server.payments.transfers.people import Payee, People, check_alive
from app.server.payments.transfers.rows import REQUESTS, SPLITS, RequestRow, SplitRow
from app.server.payments.transfers.tables import money_requests

ROUTE = "money-requests"
SPLIT_ROUTE = "splits"
_DAY_MS = 86_400_000
_MOST = 200
_COLUMNS = [money_requests.c[name] for name in RequestRow._fields]

Told = Callable[[str], None]
"""Tells a person's wallets that a request of theirs changed; after the commit."""


class _Viewer(NamedTuple):
    """Whom requests are shown to."""

    user_id: str
    names: dict[str, str]
    wallet_no: str


class RequestService:
    """Everything about requests but their payment, which is a transfer."""

    def __init__(
        self,
        engine: AsyncEngine,
        writer: PlanWriter,
        *,
        people: People,
        payees: PayeeService,
        keys: ServiceKeys,
        config: Config,
    ) -> None:
        """Wire the service."""
        self._engine = engine
        self._writer = writer
        self._people = people
        self._payees = payees
        self._keys = keys
        self._config = config
        self.told: Told = lambda _user_id: None

    # --- asking

    async def ask(self, asker: str, key: str | None, request: AskMoney) -> Answer:
        """Ask somebody, or make a link.

        Raises:
            KBeanError: ``idempotency_key_missing``, ``payee_not_found``, ``payee_ref_expired``,
                ``currency_unsupported``, ``amount_too_large``, ``too_many_requests``, ``busy``.
        """
        request_id = checked_key(key)
        self._check_money(request.amount, request.currency)
        payee = None
        if request.payee_ref is not None:
            payee = await self._people.payee(asker, request.payee_ref)
        await self._check_open(asker)
        viewer = await self._viewer(asker, [payee.user_id] if payee else [])

        def decide(draft: Draft) -> Answer:
            if payee is not None:
                check_alive(payee, draft.now)
            row = RequestRow(
                request_id,
                asker,
                payee.user_id if payee else None,
                request.amount,
                request.currency,
                request.note,
                None,
                "open",
                draft.now,
                draft.now + request.days * _DAY_MS,
            )
            _insert_once(draft, row)
            return Answer(201, msgspec.json.encode(self._shown(viewer, row, draft.now)))

        answer = await self._writer.submit(
            Plan(
                decide=decide,
                needs=((REQUESTS, (request_id,)),),
                idempotency=Idempotency(
                    asker, ROUTE, request_id, sha256(msgspec.json.encode(request)).digest()
                ),
            )
        )
        self._tell(answer, [asker, *([payee.user_id] if payee else [])])
        return answer

    async def split(self, asker: str, key: str | None, request: Split) -> Answer:
        """Ask everybody but the asker for their part of a bill.

        Raises:
            KBeanError: as :meth:`ask`; ``split_unequal``, ``payment_not_found``.
        """
        split_id = checked_key(key)
        rules.check_split(request)
        self._check_money(request.total, request.currency)
        if request.payment_id is not None:
            await self._check_payment(asker, request.payment_id)
        asked = [
            (new_id(), part.amount, await self._people.payee(asker, part.payee_ref))
            for part in request.parts
            if part.payee_ref is not None
        ]
        await self._check_open(asker, len(asked))
        people = [payee.user_id for _, _, payee in asked]
        viewer = await self._viewer(asker, people)

        def decide(draft: Draft) -> Answer:
            rows = _parts(draft, asker, split_id, request, asked)
            shown = [self._shown(viewer, row, draft.now) for row in rows]
            return Answer(201, msgspec.json.encode(MoneyRequestList(shown, draft.now)))

        answer = await self._writer.submit(
            Plan(
                decide=decide,
                needs=((SPLITS, (split_id,)),),
                idempotency=Idempotency(
                    asker, SPLIT_ROUTE, split_id, sha256(msgspec.json.encode(request)).digest()
                ),
            )
        )
        self._tell(answer, [asker, *people])
        return answer

    def _check_money(self, amount: int, currency: str) -> None:
        config = self._config
        if currency not in config.currencies:
            raise KBeanError("currency_unsupported", field="currency")
        if amount > config.payment_max:
            raise KBeanError(
                "amount_too_large",
                field="amount",
                params={"limit": config.payment_max, "currency": currency},
            )

    async def _check_open(self, asker: str, more: int = 1) -> None:
        """Nobody floods others with requests."""
        async with reading(self._engine) as connection:
            there = await connection.scalar(
                sa.select(sa.func.count()).where(
                    money_requests.c.asker_id == asker,
                    money_requests.c.state == "open",
                    money_requests.c.expires_at > now_ms(),
                )
            )
        if (there or 0) + more > rules.OPEN_REQUESTS:
            raise KBeanError("too_many_requests", "too many open requests", retry_after=3600)

    async def _check_payment(self, asker: str, payment_id: str) -> None:
        found = None
        if is_uuid7(payment_id):
            async with reading(self._engine) as connection:
                found = await connection.scalar(
                    sa.select(payments.c.id).where(
                        payments.c.id == payment_id, payments.c.payer_id == asker
                    )
                )
        if found is None:
            raise KBeanError("payment_not_found", field="payment_id", money="none")

    # --- what becomes of them

    async def all_of(self, user_id: str) -> MoneyRequestList:
        """The person's requests, theirs and of them; open ones first, newest first."""
        t, now = money_requests.c, now_ms()
        closed = sa.case((sa.and_(t.state == "open", t.expires_at > now), 0), else_=1)
        mine = sa.or_(t.asker_id == user_id, t.asked_id == user_id, t.payer_id == user_id)
        async with reading(self._engine) as connection:
            found = await connection.execute(
                sa.select(*_COLUMNS)
                .where(mine)
                .order_by(closed, t.created_at.desc(), t.id.desc())
                .limit(_MOST)
            )
            rows = [RequestRow(*row) for row in found]
        viewer = await self._viewer(user_id, [p for row in rows for p in row[1:3] if p] + [
            row.payer_id for row in rows if row.payer_id
        ])  # fmt: skip
        return MoneyRequestList([self._shown(viewer, row, now) for row in rows], now)

    async def decline(self, user_id: str, request_id: str) -> MoneyRequestList:
        """The person who is asked won't pay.

        Raises:
            KBeanError: ``money_request_not_found``, ``money_request_closed``, ``busy``.
        """
        return await self._end(user_id, request_id, "declined")

    async def cancel(self, user_id: str, request_id: str) -> MoneyRequestList:
        """The asker takes it back.

        Raises:
            KBeanError: ``money_request_not_found``, ``money_request_closed``, ``busy``.
        """
        return await self._end(user_id, request_id, "cancelled")

    async def _end(self, user_id: str, request_id: str, state: str) -> MoneyRequestList:
        def change(row: RequestRow, now: int) -> RequestRow:
            if row.state == state:
                return row
            rules.check_open(row, now)
            return row._replace(state=state, ended_at=now)

        return await self._change(user_id, request_id, change, by_asker=state == "cancelled")

    async def remind(self, user_id: str, request_id: str) -> MoneyRequestList:
        """Tell the person who is asked again; once a day.

        Raises:
            KBeanError: ``money_request_not_found``, ``money_request_closed``,
                ``too_many_requests``, ``busy``.
        """

        def change(row: RequestRow, now: int) -> RequestRow:
            rules.check_open(row, now)
            if row.asked_id is None:
                raise KBeanError("money_request_not_found", "nobody in particular is asked")
            wait = (row.reminded_at or 0) + rules.REMIND_MS - now
            if wait > 0:
                raise KBeanError("too_many_requests", retry_after=-(-wait // 1000))
            return row._replace(reminded_at=now)

        return await self._change(user_id, request_id, change, by_asker=True)

    async def _change(
        self,
        user_id: str,
        request_id: str,
        change: Callable[[RequestRow, int], RequestRow],
        *,
        by_asker: bool,
    ) -> MoneyRequestList:
        if not is_uuid7(request_id):
            raise KBeanError("money_request_not_found")
        others: list[str] = []

        def decide(draft: Draft) -> Answer:
            row = draft.get(REQUESTS, request_id)
            if row is None or user_id != (row.asker_id if by_asker else row.asked_id):
                raise KBeanError("money_request_not_found")
            changed = change(row, draft.now)
            if changed != row:
                draft.change(REQUESTS, changed)
            others[:] = [person for person in (row.asker_id, row.asked_id) if person]
            return Answer(200, b"")

        answer = await self._writer.submit(Plan(decide=decide, needs=((REQUESTS, (request_id,)),)))
        raise_refusal(answer)
        self._tell(answer, others)
        return await self.all_of(user_id)

    # --- showing

    def _tell(self, answer: Answer, people: Iterable[str]) -> None:
        if answer.status < 400 and not answer.replayed:
            for person in people:
                self.told(person)

    async def _viewer(self, user_id: str, others: Iterable[str]) -> _Viewer:
        profile = await self._payees.profile(user_id)
        return _Viewer(user_id, await self._people.names(others), profile.wallet_no)

    def _shown(self, viewer: _Viewer, row: RequestRow, now: int) -> MoneyRequest:
        mine = row.asker_id == viewer.user_id
        other = (row.asked_id or row.payer_id or "") if mine else row.asker_id
        state: Any = rules.request_state(row, now)
        ref = None
        if not mine and state == "open":
            ref = self._people.refs.seal(viewer.user_id, row.asker_id, row.expires_at)
        return MoneyRequest(
            request_id=row.id,
            mine=mine,
            other=viewer.names.get(other, ""),
            amount=row.amount,
            currency=row.currency,
            note=row.note,
            state=state,
            created_at=row.created_at,
            expires_at=row.expires_at,
            link=self._link(viewer, row) if mine else "",
            group_id=row.group_id,
            payee_ref=ref,
            transfer_id=row.transfer_id if row.payer_id == viewer.user_id else None,
            reminded_at=row.reminded_at,
        )

    def _link(self, viewer: _Viewer, row: RequestRow) -> str:
        return personal_code.build(
            self._keys.code,
            self._keys.code_key_id,
            wallet_no=viewer.wallet_no,
            currency=row.currency,
            amount=row.amount,
            request_id=row.id,
            country=self._config.default_region,
        )


def _insert_once(draft: Draft, row: RequestRow) -> None:
    """A key makes one request for ever, though its answer is kept for a month."""
    if draft.get(REQUESTS, row.id) is not None:
        raise KBeanError("idempotency_body_differs", "the key was used for a request")
    draft.insert(REQUESTS, row)


def _parts(
    draft: Draft,
    asker: str,
    split_id: str,
    request: Split,
    asked: list[tuple[str, int, Payee]],
) -> list[RequestRow]:
    if draft.get(SPLITS, split_id) is not None:
        raise KBeanError("idempotency_body_differs", "the key was used for a split")
    draft.insert(
        SPLITS,
        SplitRow(split_id, asker, request.total, request.currency, request.payment_id, draft.now),
    )
    rows = []
    for request_id, amount, payee in asked:
        check_alive(payee, draft.now)
        row = RequestRow(
            request_id,
            asker,
            payee.user_id,
            amount,
            request.currency,
            request.note,
            split_id,
            "open",
            draft.now,
            draft.now + 14 * _DAY_MS,
        )
        draft.insert(REQUESTS, row)
        rows.append(row)
    return rows
