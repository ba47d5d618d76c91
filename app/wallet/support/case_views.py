"""What a window draws of cases, feedback and surveys: immutable views (design/1 S7, S10)."""

from __future__ import annotations

import dataclasses

from app.protocol.messages.cases import (
    Case,
    CaseEvent,
    CaseNote,
    CaseSay,
    Feedback,
    FeedbackRequest,
    OpenCase,
)
from app.wallet.failures import Failure
from app.wallet.vault.stores.papers import ErrandKind


@dataclasses.dataclass(frozen=True, slots=True)
class CasesState:
    """All that isn't a list; :attr:`Cases.state`, replaced as a whole.

    Attributes:
        unread_cases: Cases that changed since the person looked at them.
        unread_feedback: Answers the person hasn't seen.
        open_surveys: Surveys that wait for the person.
        waiting: What goes out by itself as soon as there is a line.
        refused: What waits for the person's decision.
    """

    unread_cases: int = 0
    unread_feedback: int = 0
    open_surveys: int = 0
    waiting: int = 0
    refused: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Pending:
    """Something the person did that the service hasn't confirmed yet.

    Attributes:
        key: For :meth:`Cases.retry` and :meth:`Cases.discard`; the id of what it makes.
        kind: What it is.
        subject: The case, question or survey it is about; empty for something new.
        at: When it was written, Unix milliseconds.
        request: What was written; None for ``helpful`` and ``survey``.
        failure: Why the service won't have it; None while it is on its way.
    """

    key: str
    kind: ErrandKind
    subject: str
    at: int
    request: OpenCase | CaseNote | CaseSay | FeedbackRequest | None
    failure: Failure | None


@dataclasses.dataclass(frozen=True, slots=True)
class CaseView:
    """A case in the list.

    Attributes:
        case: As last seen.
        unread: It changed since the person looked.
    """

    case: Case
    unread: bool


@dataclasses.dataclass(frozen=True, slots=True)
class CaseShelf:
    """The list: the newest change first, and what is on its way, oldest first."""

    cases: tuple[CaseView, ...]
    pending: tuple[Pending, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class CasePage:
    """One case.

    Attributes:
        case: As last seen.
        events: Its timeline, oldest first; empty where it was never fetched.
        pending: What the person did since, in order.
    """

    case: Case
    events: tuple[CaseEvent, ...]
    pending: tuple[Pending, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class FeedbackView:
    """Something the person said, with the operator's answer."""

    feedback: Feedback
    unread: bool


@dataclasses.dataclass(frozen=True, slots=True)
class FeedbackShelf:
    """What the person said, newest first, and what is on its way, oldest first."""

    items: tuple[FeedbackView, ...]
    pending: tuple[Pending, ...]
