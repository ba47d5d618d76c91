"""Which role may call which route of the staff: the one table (design/4 §Queue and people).

A route that isn't named here is refused to everybody, so a new one can't be forgotten. The key is
the method and the path as it stands in the routes' files. What a role may do with *this*
conversation is decided further in: by ownership, by consent, by a grant.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.protocol.errors import KBeanError
from app.server.http.tokens import Principal

ROLES = (
    "agent",
    "senior",
    "supervisor",
    "mediator",
    "risk",
    "compliance",
    "finance",
    "auditor",
    "admin",
)
"""Every role there is (``Role`` in ``messages/desk.py``)."""

EVERYBODY = frozenset(ROLES)
FRONT = frozenset({"agent", "senior", "supervisor"})
"""Those who talk with people."""

LEADS = frozenset({"senior", "supervisor"})
READERS = FRONT | {"auditor", "compliance", "mediator", "risk"}
"""Those who may open conversations; which ones is decided by ``may_read``."""

OVERSEERS = frozenset({"supervisor", "compliance", "auditor"})

AUTHORS = LEADS | {"admin"}
"""Those who write the knowledge base."""

STAFF_ROUTES: dict[str, frozenset[str]] = {
    # --- identity
    "DELETE /v1/staff/sessions/current": EVERYBODY,
    "GET /v1/staff/audit": OVERSEERS,
    # --- people's work
    "GET /v1/staff/me": EVERYBODY,
    "GET /v1/staff/members": EVERYBODY,
    "PUT /v1/staff/presence": EVERYBODY,
    "GET /v1/staff/board": READERS,
    "GET /v1/staff/conversations/{conv_id}": READERS,
    "GET /v1/staff/conversations/{conv_id}/messages": READERS,
    "GET /v1/staff/conversations/{conv_id}/attachments/{sha256}": READERS,
    "POST /v1/staff/conversations/{conv_id}/attachments": FRONT,
    "PUT /v1/staff/conversations/{conv_id}/attachments/{sha256}": FRONT,
    "POST /v1/staff/conversations/{conv_id}/messages": FRONT,
    "POST /v1/staff/conversations/{conv_id}/notes": READERS - {"auditor"},
    "POST /v1/staff/conversations/{conv_id}/claim": FRONT,
    "POST /v1/staff/conversations/{conv_id}/consult": FRONT,
    "POST /v1/staff/conversations/{conv_id}/hand-over": FRONT,
    "POST /v1/staff/conversations/{conv_id}/close": FRONT,
    "POST /v1/staff/conversations/{conv_id}/macros/{macro_id}": FRONT,
    "GET /v1/staff/canned-replies": FRONT,
    "POST /v1/staff/canned-replies": FRONT,
    "PUT /v1/staff/canned-replies/{reply_id}": FRONT,
    "DELETE /v1/staff/canned-replies/{reply_id}": FRONT,
    "GET /v1/staff/macros": FRONT,
    "POST /v1/staff/macros": LEADS,
    "PUT /v1/staff/macros/{macro_id}": LEADS,
    "DELETE /v1/staff/macros/{macro_id}": LEADS,
    "GET /v1/staff/callbacks": FRONT,
    "POST /v1/staff/callbacks/{callback_id}": FRONT,
    # --- verification, consent, account help
    "POST /v1/staff/conversations/{conv_id}/verifications": FRONT,
    "POST /v1/staff/conversations/{conv_id}/access": FRONT,
    "POST /v1/staff/conversations/{conv_id}/proposals": FRONT,
    "POST /v1/staff/conversations/{conv_id}/freeze": FRONT,
    "GET /v1/staff/conversations/{conv_id}/account": FRONT | {"compliance"},
    "POST /v1/staff/conversations/{conv_id}/break-glass": frozenset({"supervisor", "compliance"}),
    "GET /v1/staff/break-glass": frozenset({"supervisor", "compliance"}),
    "POST /v1/staff/break-glass/{request_id}": frozenset({"supervisor", "compliance"}),
    # --- cases, feedback, quality, reports
    "GET /v1/staff/cases": READERS,
    "POST /v1/staff/cases": FRONT,
    "GET /v1/staff/cases/{case_id}": READERS,
    "POST /v1/staff/cases/{case_id}/notes": READERS - {"auditor"},
    "POST /v1/staff/cases/{case_id}/move": READERS - {"auditor"},
    "GET /v1/staff/feedback": FRONT | {"compliance", "auditor"},
    "POST /v1/staff/feedback/{feedback_id}": FRONT | {"compliance"},
    "GET /v1/staff/questionnaires": FRONT | {"admin", "auditor"},
    "POST /v1/staff/questionnaires": frozenset({"supervisor", "admin"}),
    "GET /v1/staff/questionnaires/{survey_id}": FRONT | {"admin", "auditor"},
    "POST /v1/staff/questionnaires/{survey_id}/outcome": frozenset({"supervisor", "admin"}),
    "GET /v1/staff/quality": LEADS | {"auditor"},
    "POST /v1/staff/quality/{sample_id}": LEADS,
    "GET /v1/staff/reports": LEADS | OVERSEERS | {"admin"},
    # --- the bot's knowledge base
    "GET /v1/staff/knowledge": AUTHORS,
    "GET /v1/staff/knowledge/questions": AUTHORS,
    "POST /v1/staff/knowledge/questions": AUTHORS,
    "POST /v1/staff/knowledge/test": AUTHORS,
    "POST /v1/staff/knowledge/publish": AUTHORS,
    "GET /v1/staff/knowledge/{topic}/{language}": AUTHORS,
    "PUT /v1/staff/knowledge/{topic}/{language}": AUTHORS,
}
"""``METHOD path`` → the roles that may call it."""

OPEN_ROUTES = frozenset({"POST /v1/staff/sessions"})
"""Routes of the staff that are called without a session: signing in."""

STAFF_PATH = "/v1/staff"
"""What every route of the staff begins with, and no other."""


def route_key(method: str, path: str) -> str:
    """How a route is named in the table, from a handler's or a request's path.

    The framework writes ``{id:str}`` in one place and ``{id}`` in another.
    """
    return f"{method} {path.replace(':str}', '}').replace(':int}', '}')}"


def is_open_route(method: str, path: str) -> bool:
    """Whether a route of the staff is called without a session."""
    return route_key(method, path) in OPEN_ROUTES


def check_route(principal: Principal, method: str, path: str) -> None:
    """Refuse one of the staff whose roles don't stand at this route.

    Raises:
        KBeanError: ``forbidden``.
    """
    needs_role(principal, STAFF_ROUTES.get(route_key(method, path), ()))


def needs_role(principal: Principal, roles: Iterable[str]) -> None:
    """Refuse one of the staff who has none of these roles.

    Raises:
        KBeanError: ``forbidden``.
    """
    if not set(roles) & set(principal.roles):
        raise KBeanError("forbidden", "this needs another role")
