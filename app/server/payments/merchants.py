"""Merchants, stores, tills and printed codes: the operator's work, and what a code stands for."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.codes import merchant_code
from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7, new_id
from app.protocol.messages.identity import TerminalSession, TerminalSignInRequest
from app.protocol.messages.payments import Payee, Resolution
from app.protocol.signing import decode_bytes, verify
from app.server.config import Config
from app.server.db.engine import reading, writing
from app.server.http.front import now_ms
from app.server.http.tokens import Principal, TokenBook
from app.server.identity.rules import check_clock
from app.server.keys import ServiceKeys
from app.server.ledger.accounts import open_accounts
from app.server.payments import rules
from app.server.payments.tables import merchant_codes, merchants, orders, stores, terminals
from app.server.points.rules import Sale

BeansFor = Callable[[Sale], int]
_SHORT_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_DETAILS_KEPT = 10_000


class MerchantBook:
    """Who can be paid, where, and by which code."""

    def __init__(
        self, engine: AsyncEngine, tokens: TokenBook, keys: ServiceKeys, config: Config
    ) -> None:
        """Wire the service."""
        self._engine = engine
        self._tokens = tokens
        self._keys = keys
        self._config = config
        self._details: OrderedDict[str, dict[str, str]] = OrderedDict()

    # --- the operator's work

    async def add_merchant(
        self,
        name: str,
        *,
        mcc: str,
        city: str,
        country: str = "CN",
        names: dict[str, str] | None = None,
    ) -> str:
        """Add a merchant and open its accounts.

        Args:
            name: Latin letters, at most 25 (EMVCo 59).
            mcc: Four digits (ISO 18245).
            city: At most 15.
            country: ISO 3166.
            names: The name in other languages by two letters, e.g. ``{"zh": "K豆便利店"}``.

        Returns:
            The merchant's id.

        Raises:
            CodeError: where a value would not fit into a code.
        """
        merchant_id = new_id()
        short_code = "M" + "".join(secrets.choice(_SHORT_ALPHABET) for _ in range(9))
        names = names or {}
        # Built once to prove that codes can be printed for it.
        self._build(
            new_id(),
            _details(short_code, names, mcc=mcc, country=country, name=name, city=city),
            "CNY",
        )
        async with writing(self._engine) as connection:
            await connection.execute(
                sa.insert(merchants).values(
                    id=merchant_id,
                    short_code=short_code,
                    name=name,
                    names=names,
                    mcc=mcc,
                    city=city,
                    country=country,
                    created_at=now_ms(),
                )
            )
            await open_accounts(
                connection, merchant_id, [("merchant", c) for c in self._config.currencies]
            )
        return merchant_id

    async def add_store(self, merchant_id: str, name: str, *, city: str) -> str:
        """Add a store; its id.

        Raises:
            KBeanError: ``not_found`` for an unknown merchant.
        """
        store_id = new_id()
        async with writing(self._engine) as connection:
            await _must_exist(connection, merchants, merchant_id)
            await connection.execute(
                sa.insert(stores).values(
                    id=store_id, merchant_id=merchant_id, name=name, city=city, created_at=now_ms()
                )
            )
        return store_id

    async def add_terminal(self, store_id: str, name: str, public_key: str) -> str:
        """Add a till by its public key; its id.

        Raises:
            KBeanError: ``not_found`` for an unknown store, ``device_key_invalid``.
        """
        try:
            decode_bytes(public_key)
        except ValueError:
            raise KBeanError("device_key_invalid", field="public_key") from None
        terminal_id = new_id()
        async with writing(self._engine) as connection:
            store = await _must_exist(connection, stores, store_id)
            await connection.execute(
                sa.insert(terminals).values(
                    id=terminal_id,
                    merchant_id=store.merchant_id,
                    store_id=store_id,
                    name=name,
                    public_key=public_key,
                    created_at=now_ms(),
                )
            )
        return terminal_id

    async def add_code(self, store_id: str, currency: str) -> tuple[str, str]:
        """Issue a static code for a store; its id and its text to print.

        Raises:
            KBeanError: ``not_found``, ``currency_unsupported``.
        """
        if currency not in self._config.currencies:
            raise KBeanError("currency_unsupported", params={"currency": currency})
        code_id = new_id()
        text = self._build(code_id, await self.code_details(store_id), currency)
        async with writing(self._engine) as connection:
            store = await _must_exist(connection, stores, store_id)
            await connection.execute(
                sa.insert(merchant_codes).values(
                    id=code_id,
                    merchant_id=store.merchant_id,
                    store_id=store_id,
                    currency=currency,
                    text=text,
                    created_at=now_ms(),
                )
            )
        return code_id, text

    async def revoke_code(self, code_id: str) -> None:
        """Withdraw a static code for good.

        Raises:
            KBeanError: ``not_found``.
        """
        await self._revoke(merchant_codes, code_id)

    async def revoke_terminal(self, terminal_id: str) -> str:
        """Withdraw a till: it can't sign in any more and its tokens die within a second.

        Returns:
            The till's store.

        Raises:
            KBeanError: ``not_found``.
        """
        row = await self._revoke(terminals, terminal_id)
        self._tokens.revocations.add(terminal_id, now_ms() + self._access_ms)
        return str(row.store_id)

    async def _revoke(self, table: sa.Table, identifier: str) -> Any:
        async with writing(self._engine) as connection:
            row = await _must_exist(connection, table, identifier)
            await connection.execute(
                sa.update(table)
                .where(table.c.id == identifier, table.c.revoked_at.is_(None))
                .values(revoked_at=now_ms())
            )
        return row

    async def set_merchant_state(self, merchant_id: str, *, active: bool) -> None:
        """Close a merchant for payments, or open it again.

        Raises:
            KBeanError: ``not_found``.
        """
        async with writing(self._engine) as connection:
            await _must_exist(connection, merchants, merchant_id)
            await connection.execute(
                sa.update(merchants)
                .where(merchants.c.id == merchant_id)
                .values(state="active" if active else "closed")
            )

    # --- codes

    async def code_details(self, store_id: str) -> dict[str, str]:
        """What every code of a store says, as :mod:`app.protocol.codes.merchant_code` takes it.

        Raises:
            KBeanError: ``not_found``.
        """
        details = self._details.get(store_id)
        if details is not None:
            return details
        if not is_uuid7(store_id):
            raise KBeanError("not_found", "no such store")
        async with reading(self._engine) as connection:
            row = (
                await connection.execute(
                    sa.select(merchants, stores.c.name.label("store"), stores.c.city.label("place"))
                    .join(stores, stores.c.merchant_id == merchants.c.id)
                    .where(stores.c.id == store_id)
                )
            ).one_or_none()
        if row is None:
            raise KBeanError("not_found", "no such store")
        details = _details(
            row.short_code,
            row.names,
            mcc=row.mcc,
            country=row.country,
            name=row.name,
            city=row.place,
        )
        if len(row.store) <= 25:
            details["store"] = row.store
        self._details[store_id] = details
        if len(self._details) > _DETAILS_KEPT:
            self._details.popitem(last=False)
        return details

    def _build(self, code_id: str, details: dict[str, str], currency: str) -> str:
        return merchant_code.build_static(
            self._keys.code, self._keys.code_key_id, code_id=code_id, currency=currency, **details
        )

    async def resolve(self, text: str, beans_for: BeansFor) -> Resolution:
        """What a scanned code stands for now. Moves nothing.

        Args:
            text: As scanned.
            beans_for: Tells how many K-Beans a sale earns.

        Raises:
            KBeanError: ``code_malformed``, ``code_foreign``, ``code_unsigned``,
                ``code_forged``, ``code_revoked``, ``merchant_closed``, ``order_not_found``,
                ``order_expired``, ``order_paid``, ``order_cancelled``.
        """
        code = merchant_code.read(text)
        code.verify(self._keys.code_publics)
        if code.currency not in self._config.currencies:
            raise KBeanError("currency_unsupported", params={"currency": code.currency})
        now = now_ms()
        row = await self._coded(code)
        if row.state != "active":
            raise KBeanError("merchant_closed")
        if code.dynamic:
            rules.check_payable(row.status, row.expires_at, now)
        elif row.revoked_at is not None:
            raise KBeanError("code_revoked")
        payee = Payee(
            merchant_id=row.merchant_id,
            name=row.name,
            names=row.names,
            mcc=row.mcc,
            store_id=row.store_id,
            store_name=row.store_name,
            city=row.place,
            terminal_id=row.terminal_id if code.dynamic else None,
        )
        if not code.dynamic:
            return Resolution(
                kind="static",
                payee=payee,
                currency=row.currency,
                code_id=code.code_id,
                server_time=now,
            )
        return Resolution(
            kind="dynamic",
            payee=payee,
            currency=row.currency,
            code_id=code.code_id,
            order_id=row.id,
            amount=row.amount,
            subject=row.subject,
            expires_at=row.expires_at,
            points=beans_for(Sale(row.merchant_id, row.mcc, row.currency, row.amount, now)),
            hold=row.kind == "hold",
            server_time=now,
        )

    async def _coded(self, code: merchant_code.MerchantCode) -> Any:
        table = orders if code.dynamic else merchant_codes
        query = (
            sa.select(
                table,
                merchants.c.state,
                merchants.c.name,
                merchants.c.names,
                merchants.c.mcc,
                stores.c.name.label("store_name"),
                stores.c.city.label("place"),
            )
            .join(merchants, merchants.c.id == table.c.merchant_id)
            .join(stores, stores.c.id == table.c.store_id)
            .where(table.c.id == code.code_id)
        )
        async with reading(self._engine) as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise KBeanError("order_not_found" if code.dynamic else "code_revoked")
        return row

    # --- tills

    async def sign_in(self, request: TerminalSignInRequest) -> TerminalSession:
        """A till proves its key and gets an access token.

        Raises:
            KBeanError: ``clock_off``, ``credentials_wrong``, ``device_revoked``.
        """
        now = now_ms()
        check_clock(request.time, now, self._config.clock_tolerance)
        row: Any = None
        if is_uuid7(request.terminal_id):
            async with reading(self._engine) as connection:
                row = (
                    await connection.execute(
                        sa.select(terminals).where(terminals.c.id == request.terminal_id)
                    )
                ).one_or_none()
        if row is None or not verify(row.public_key, request.signed_bytes(), request.signature):
            raise KBeanError("credentials_wrong")
        if row.revoked_at is not None:
            raise KBeanError("device_revoked")
        expires = now + self._access_ms
        principal = Principal("till", row.id, row.id, "", row.merchant_id, row.store_id, expires)
        return TerminalSession(
            terminal_id=row.id,
            merchant_id=row.merchant_id,
            store_id=row.store_id,
            access_token=self._tokens.issue(principal),
            access_expires_at=expires,
            server_time=now,
        )

    async def look_for_revoked(self, since_ms: int) -> None:
        """Learn which tills were withdrawn (here or on another node) whose tokens still live."""
        async with reading(self._engine) as connection:
            rows = await connection.execute(
                sa.select(terminals.c.id, terminals.c.revoked_at).where(
                    terminals.c.revoked_at >= since_ms
                )
            )
            found = [(row.id, row.revoked_at + self._access_ms) for row in rows]
        self._tokens.revocations.merge(found, now_ms())

    @property
    def _access_ms(self) -> int:
        return self._config.access_seconds * 1000


def _details(short_code: str, names: dict[str, str], **plain: str) -> dict[str, str]:
    details = {"merchant": short_code, **plain}
    local = next(((language, text) for language, text in names.items()), None)
    if local is not None:
        details["language"], details["local_name"] = local[0].upper(), local[1]
    return details


async def _must_exist(connection: Any, table: sa.Table, identifier: str) -> Any:
    row = None
    if is_uuid7(identifier):
        row = (
            await connection.execute(sa.select(table).where(table.c.id == identifier))
        ).one_or_none()
    if row is None:
        raise KBeanError("not_found", f"no such {table.name[:-1]}: {identifier}")
    return row
