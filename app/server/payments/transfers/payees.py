"""Finding somebody to pay without learning who people are (:mod:`.rules` says what it costs)."""

from __future__ import annotations

import secrets
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.codes import personal_code
from app.protocol.errors import KBeanError
from app.protocol.messages.identity import Contact
from app.protocol.messages.transfers import (
    FindMe,
    KnownPayee,
    KnownPayees,
    NameCheck,
    NameChecked,
    PayeeFound,
    PayeeLookup,
    PersonalCode,
)
from app.server.config import Config
from app.server.db.engine import insert_of, reading, writing
from app.server.http.front import now_ms
from app.server.identity.rules import normal_contact
from app.server.identity.tables import users
from app.server.keys import ServiceKeys
from app.server.payments.rules import Calendar
from app.server.payments.transfers import rules
from app.server.payments.transfers.people import People, check_alive
from app.server.payments.transfers.refs import REF_MS
from app.server.payments.transfers.rows import RequestRow
from app.server.payments.transfers.tables import (
    lookup_budgets,
    money_requests,
    payee_contacts,
    payee_profiles,
)

_KNOWN_MOST = 200
_KEPT_DAYS = 7


class _Wanted(NamedTuple):
    """What is looked for: a condition on people, and what a code says besides."""

    which: sa.ColumnElement[bool]
    amount: int | None = None
    currency: str | None = None
    note: str = ""
    request_id: str | None = None


class PayeeService:
    """Looks people up, counts it, and gives them a number and a code of their own."""

    def __init__(
        self,
        engine: AsyncEngine,
        people: People,
        keys: ServiceKeys,
        config: Config,
        calendar: Calendar,
    ) -> None:
        """Wire the service."""
        self._engine = engine
        self._people = people
        self._keys = keys
        self._config = config
        self._calendar = calendar

    # --- looking up

    async def look_up(self, asker: str, request: PayeeLookup) -> PayeeFound:
        """Find somebody; unknown, hidden and oneself are told and timed alike.

        Raises:
            KBeanError: ``payee_not_found``, ``too_many_requests``, ``contact_invalid``; of a code
                ``code_malformed``, ``code_foreign``, ``code_unsigned``, ``code_forged``,
                ``payee_is_payer``, ``money_request_not_found``, ``money_request_closed``.
        """
        wanted = self._wanted(request)
        now = now_ms()
        async with writing(self._engine) as connection:
            spent = await self._budget(connection, asker, now)
            if not rules.may_look_up(spent):
                raise KBeanError("too_many_requests", "no more look-ups today", retry_after=3600)
            row = await _found(connection, asker, wanted.which)
            # Oneself by one's own code is said in words; by anything else it is nobody.
            own = row is not None and row.id == asker
            nobody = row is None or (own and request.how != "code")
            cost = rules.NOT_FOUND if nobody else rules.FOUND
            await self._spend(connection, asker, now, cost)
            asked = await self._request(connection, asker, wanted.request_id)
        if nobody:
            raise KBeanError("payee_not_found", field="value")
        if own:
            raise KBeanError("payee_is_payer", field="value")
        if wanted.request_id is not None:
            if asked is None or asked.asker_id != row.id:
                raise KBeanError("money_request_not_found", field="value")
            rules.check_open(asked, now)
            wanted = wanted._replace(amount=asked.amount, currency=asked.currency, note=asked.note)
        expires_at = now + REF_MS
        return PayeeFound(
            payee_ref=self._people.refs.seal(asker, row.id, expires_at),
            name=rules.masked_name(row.display_name),
            expires_at=expires_at,
            known=row.contact is not None,
            amount=wanted.amount,
            currency=wanted.currency,
            note=wanted.note,
            request_id=wanted.request_id,
        )

    def _wanted(self, request: PayeeLookup) -> _Wanted:
        """What is looked for; what is refused here says nothing about anybody."""
        profile = payee_profiles.c
        if request.how in {"phone", "email"}:
            kind: Literal["phone", "email"] = "phone" if request.how == "phone" else "email"
            contact = normal_contact(Contact(kind, request.value), self._config.default_region)
            allowed = profile.by_phone if kind == "phone" else profile.by_email
            return _Wanted(
                sa.and_(
                    users.c.contact_kind == contact.kind,
                    users.c.contact == contact.value,
                    sa.func.coalesce(allowed, sa.true()),
                )
            )
        if request.how == "wallet":
            number = "".join(request.value.split())
            if not personal_code.is_wallet_number(number):
                raise KBeanError("validation_failed", "not a wallet number", field="value")
            return _Wanted(profile.wallet_no == number)
        code = personal_code.read(request.value.strip())
        code.verify(self._keys.code_publics)
        named = None if code.amount is None else code.currency
        return _Wanted(
            profile.wallet_no == code.wallet_no, code.amount, named, code.note, code.request_id
        )

    async def _request(
        self, connection: AsyncConnection, asker: str, request_id: str | None
    ) -> RequestRow | None:
        if request_id is None:
            return None
        columns = [money_requests.c[name] for name in RequestRow._fields]
        row = (
            await connection.execute(
                sa.select(*columns).where(
                    money_requests.c.id == request_id,
                    sa.or_(money_requests.c.asked_id.is_(None), money_requests.c.asked_id == asker),
                )
            )
        ).one_or_none()
        return None if row is None else RequestRow(*row)

    # --- counting

    async def _budget(self, connection: AsyncConnection, asker: str, now: int) -> int:
        """What the day has cost so far, with the row locked until the transaction ends."""
        return int((await self._counts(connection, asker, now)).spent)

    async def _counts(self, connection: AsyncConnection, asker: str, now: int) -> Any:
        table = lookup_budgets
        fresh = insert_of(connection)(table).values(
            user_id=asker, day=self._calendar.day(now), spent=0, checks=0
        )
        # A conflict that changes nothing still locks the row.
        kept = fresh.on_conflict_do_update(
            index_elements=[table.c.user_id, table.c.day], set_={"spent": table.c.spent}
        )
        return (await connection.execute(kept.returning(table.c.spent, table.c.checks))).one()

    async def _spend(
        self, connection: AsyncConnection, asker: str, now: int, cost: int, checks: int = 0
    ) -> None:
        table = lookup_budgets
        await connection.execute(
            sa.update(table)
            .where(table.c.user_id == asker, table.c.day == self._calendar.day(now))
            .values(spent=table.c.spent + cost, checks=table.c.checks + checks)
        )

    async def forget(self) -> None:
        """Remove the counts of days that are over; harmless to repeat."""
        last = self._calendar.day(now_ms()) - _KEPT_DAYS
        async with writing(self._engine) as connection:
            await connection.execute(sa.delete(lookup_budgets).where(lookup_budgets.c.day < last))

    async def check_name(self, asker: str, request: NameCheck) -> NameChecked:
        """Whether a typed full name is the payee's.

        Raises:
            KBeanError: ``name_check_exhausted``, ``payee_not_found``, ``payee_ref_expired``.
        """
        now = now_ms()
        async with writing(self._engine) as connection:
            payee = await self._people.payee_within(connection, asker, request.payee_ref)
            check_alive(payee, now)
            used = int((await self._counts(connection, asker, now)).checks)
            if used >= rules.CHECKS:
                raise KBeanError("name_check_exhausted", retry_after=3600)
            await self._spend(connection, asker, now, 0, checks=1)
            name = await connection.scalar(
                sa.select(users.c.display_name).where(users.c.id == payee.user_id)
            )
        return NameChecked(rules.same_name(request.name, name or ""), rules.CHECKS - used - 1)

    # --- whom a person has paid

    async def known(self, user_id: str) -> KnownPayees:
        """Whom the person has paid, the latest first."""
        contacts = payee_contacts.c
        async with reading(self._engine) as connection:
            rows = await connection.execute(
                sa.select(contacts.id, contacts.last_at, contacts.times, users.c.display_name)
                .join(users, users.c.id == contacts.payee_id)
                .where(contacts.owner_id == user_id)
                .order_by(contacts.last_at.desc(), contacts.id)
                .limit(_KNOWN_MOST)
            )
            items = [
                KnownPayee(row.id, rules.masked_name(row.display_name), row.last_at, row.times)
                for row in rows
            ]
        return KnownPayees(items, now_ms())

    # --- one's own code

    async def code(
        self, user_id: str, amount: int | None, note: str, currency: str | None
    ) -> PersonalCode:
        """What others scan to pay this person; the number is given at the first call.

        Raises:
            KBeanError: ``currency_unsupported``, ``amount_too_large``.
        """
        config = self._config
        currency = currency or config.currency
        if currency not in config.currencies:
            raise KBeanError("currency_unsupported", params={"currency": currency})
        if amount is not None and amount > config.payment_max:
            raise KBeanError(
                "amount_too_large",
                field="amount",
                params={"limit": config.payment_max, "currency": currency},
            )
        row = await self.profile(user_id)
        text = personal_code.build(
            self._keys.code,
            self._keys.code_key_id,
            wallet_no=row.wallet_no,
            currency=currency,
            amount=amount,
            note=note,
            country=config.default_region,
        )
        return PersonalCode(text, row.wallet_no, row.by_phone, row.by_email)

    async def find_me(self, user_id: str, wish: FindMe) -> PersonalCode:
        """Say by what others find this person."""
        await self.profile(user_id)
        async with writing(self._engine) as connection:
            await connection.execute(
                sa.update(payee_profiles)
                .where(payee_profiles.c.user_id == user_id)
                .values(by_phone=wish.by_phone, by_email=wish.by_email)
            )
        return await self.code(user_id, None, "", None)

    async def profile(self, user_id: str) -> Any:
        """The person's row with the wallet number; given now where there is none."""
        mine = sa.select(payee_profiles).where(payee_profiles.c.user_id == user_id)
        async with reading(self._engine) as connection:
            row = (await connection.execute(mine)).one_or_none()
        while row is None:
            # A number that is taken, or a call at the same time, changes nothing: look again.
            async with writing(self._engine) as connection:
                number = personal_code.wallet_number(f"{secrets.randbelow(10**9):09d}")
                await connection.execute(
                    insert_of(connection)(payee_profiles)
                    .values(
                        user_id=user_id,
                        wallet_no=number,
                        by_phone=True,
                        by_email=True,
                        created_at=now_ms(),
                    )
                    .on_conflict_do_nothing()
                )
                row = (await connection.execute(mine)).one_or_none()
        return row


async def _found(connection: AsyncConnection, asker: str, which: sa.ColumnElement[bool]) -> Any:
    contacts = payee_contacts.c
    query = (
        sa.select(users.c.id, users.c.display_name, contacts.id.label("contact"))
        .outerjoin(payee_profiles, payee_profiles.c.user_id == users.c.id)
        .outerjoin(
            payee_contacts,
            sa.and_(contacts.payee_id == users.c.id, contacts.owner_id == asker),
        )
        .where(which)
    )
    return (await connection.execute(query)).one_or_none()
