"""The route of statements: parse, call, answer."""

from __future__ import annotations

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from app.protocol.messages.settlement import StatementRequest
from app.server.http.access import PERSON
from app.server.http.application import SIGNED_IN, refusals
from app.server.http.bodies import StrictBody
from app.server.http.limits import RateLimit
from app.server.http.tokens import Principal
from app.server.payments.settlement.routes import file_of
from app.server.payments.settlement.statements import StatementService


def statement_routes(statements: StatementService, per_minute: int | None) -> list[Any]:
    """What a person asks for; so many a minute each."""
    asking = RateLimit(per_minute)

    @post(
        "/v1/statements",
        dto=StrictBody[StatementRequest],
        return_dto=None,
        status_code=200,
        tags=["accounts"],
        responses={200: file_of("application/pdf")}
        | refusals(
            *SIGNED_IN,
            "validation_failed",
            "statement_invalid",
            "currency_unsupported",
            "too_many_requests",
            "unsupported_media_type",
        ),
        dependencies=PERSON,
        security=[{"person": []}],
    )
    async def statement(
        person: NamedDependency[Principal], data: JSONBody[StatementRequest]
    ) -> Response[bytes]:
        """A sealed statement of account (PDF); both days count."""
        asking.check(person.id)
        document = await statements.make(person.id, data)
        name = f"kbean-statement-{data.first}-{data.last}.pdf"
        return Response(
            document,
            media_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    return [statement]
