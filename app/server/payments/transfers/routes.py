"""Routes of payees and transfers: parse, call, answer."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from app.protocol.messages import LINE
from app.protocol.messages.transfers import (
    FindMe,
    KnownPayees,
    NameCheck,
    NameChecked,
    PayeeFound,
    PayeeLookup,
    PersonalCode,
    Transfer,
    TransferRequest,
)
from app.server.http.application import SIGNED_IN, answered, documented, refusals
from app.server.http.bodies import StrictBody
from app.server.http.limits import RateLimit
from app.server.http.preamble import AS_PERSON, KEY_REFUSALS, Key
from app.server.http.tokens import Principal
from app.server.payments.transfers.payees import PayeeService
from app.server.payments.transfers.service import TransferService

NO_JSON = "unsupported_media_type"
SIGNED = ("signature_invalid", "device_revoked", "clock_off", "proof_failed", "account_locked")


def payee_routes(payees: PayeeService, per_minute: int | None) -> list[Any]:
    """Who can be paid; the day's budget stands in the database, the minute's is this node's."""
    looking = RateLimit(per_minute)

    @post(
        "/v1/payees/lookup",
        dto=StrictBody[PayeeLookup],
        return_dto=None,
        status_code=200,
        tags=["transfers"],
        responses=refusals(
            *SIGNED_IN,
            "contact_invalid",
            "code_malformed",
            "code_foreign",
            "code_unsigned",
            "code_forged",
            "payee_not_found",
            "payee_is_payer",
            "money_request_not_found",
            "money_request_closed",
            "too_many_requests",
            NO_JSON,
        ),
        **AS_PERSON,
    )
    async def look_up(
        person: NamedDependency[Principal], data: JSONBody[PayeeLookup]
    ) -> PayeeFound:
        """Find somebody by phone, e-mail, wallet number or code; the name is masked."""
        looking.check(person.id)
        return await payees.look_up(person.id, data)

    @post(
        "/v1/payees/check",
        dto=StrictBody[NameCheck],
        return_dto=None,
        status_code=200,
        tags=["transfers"],
        responses=refusals(
            *SIGNED_IN, "payee_not_found", "payee_ref_expired", "name_check_exhausted", NO_JSON
        ),
        **AS_PERSON,
    )
    async def check_name(
        person: NamedDependency[Principal], data: JSONBody[NameCheck]
    ) -> NameChecked:
        """Whether a typed full name fits; a few tries a day."""
        return await payees.check_name(person.id, data)

    @get("/v1/payees", tags=["transfers"], responses=refusals(*SIGNED_IN), **AS_PERSON)
    async def known(person: NamedDependency[Principal]) -> KnownPayees:
        """Whom the person has paid, the latest first."""
        return await payees.known(person.id)

    @get(
        "/v1/personal-code",
        tags=["transfers"],
        responses=refusals(*SIGNED_IN, "currency_unsupported", "amount_too_large"),
        **AS_PERSON,
    )
    async def personal_code(
        person: NamedDependency[Principal],
        amount: Annotated[int | None, QueryParameter(ge=1, le=10**15)] = None,
        note: Annotated[str, QueryParameter(max_length=60, pattern=LINE)] = "",
        currency: Annotated[str | None, QueryParameter(pattern="^[A-Z]{3}$")] = None,
    ) -> PersonalCode:
        """What others scan to pay this person, and the number to tell."""
        return await payees.code(person.id, amount, note, currency)

    @put(
        "/v1/personal-code/find-me",
        dto=StrictBody[FindMe],
        return_dto=None,
        tags=["transfers"],
        responses=refusals(*SIGNED_IN, NO_JSON),
        **AS_PERSON,
    )
    async def find_me(person: NamedDependency[Principal], data: JSONBody[FindMe]) -> PersonalCode:
        """Say by what others find this person."""
        return await payees.find_me(person.id, data)

    return [look_up, check_name, known, personal_code, find_me]


def transfer_routes(transfers: TransferService) -> list[Any]:
    """Sending money, and what became of it."""

    @post(
        "/v1/transfers",
        dto=StrictBody[TransferRequest],
        return_dto=None,
        status_code=201,
        tags=["transfers"],
        responses=documented(201, Transfer)
        | refusals(
            *SIGNED_IN,
            *KEY_REFUSALS,
            *SIGNED,
            "payee_not_found",
            "payee_ref_expired",
            "payee_is_payer",
            "step_up_needed",
            "money_request_not_found",
            "money_request_closed",
            "order_mismatch",
            "amount_invalid",
            "amount_too_large",
            "currency_unsupported",
            "insufficient_funds",
            "limit_exceeded",
            "account_frozen",
            NO_JSON,
        ),
        **AS_PERSON,
    )
    async def transfer(
        person: NamedDependency[Principal],
        data: JSONBody[TransferRequest],
        idempotency_key: Key = None,
    ) -> Response[bytes]:
        """Send money to a person: a signed intent in, a signed receipt out."""
        return answered(await transfers.transfer(person, idempotency_key, data))

    @get(
        "/v1/transfers/{transfer_id:str}",
        tags=["transfers"],
        responses=documented(200, Transfer) | refusals(*SIGNED_IN, "transfer_not_found"),
        **AS_PERSON,
    )
    async def one(
        person: NamedDependency[Principal], transfer_id: FromPath[str]
    ) -> Response[bytes]:
        """One of the person's transfers."""
        found = await transfers.find(person.id, transfer_id)
        return Response(found, media_type="application/json")

    @get(
        "/v1/transfers/by-key/{key:str}",
        tags=["transfers"],
        responses=documented(200, Transfer)
        | refusals(*SIGNED_IN, "transfer_not_found", "idempotency_key_invalid"),
        **AS_PERSON,
    )
    async def by_key(
        person: NamedDependency[Principal], key: FromPath[str], fence: FromQuery[bool] = False
    ) -> Response[bytes]:
        """What became of an idempotency key; with ``fence`` nothing can become of it any more."""
        found = await transfers.by_key.find(person.id, key, fence=fence)
        return Response(found, media_type="application/json")

    return [transfer, one, by_key]
