"""One conversation as the desk knows it, without a page: order, gaps, requests, own replies.

The stream may tell a message twice, late or not at all; only ``last + 1`` is applied, everything
else is asked for (design/4 §Conversation and protocol).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Literal

from app.protocol.messages.cards import (
    AccessCard,
    ActionCard,
    FileCard,
    ProposalCard,
    RequestEvent,
    SurveyCard,
    VerificationCard,
)
from app.protocol.messages.support import Message

Applied = Literal["new", "known", "gap"]


@dataclasses.dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that is to be sent: what it is, and its bytes."""

    card: FileCard
    data: bytes


@dataclasses.dataclass(slots=True)
class Pending:
    """A reply on its way: shown at once, kept until the service has it or refuses it."""

    cmid: str
    body: str
    refusal: str = ""
    file: Enclosed | None = None


@dataclasses.dataclass(slots=True)
class Thread:
    """The messages of one stream as far as they are known here.

    Attributes:
        conv: The stream's id.
        messages: By seq; what is here has no gap between the oldest and :attr:`last`.
        more: Whether there are older ones at the service.
        requests: What became of a request, by its id; the newest event wins.
        pending: Own replies that have no number yet, in their order.
    """

    conv: str
    messages: dict[int, Message] = dataclasses.field(default_factory=dict)
    more: bool = False
    requests: dict[str, RequestEvent] = dataclasses.field(default_factory=dict)
    pending: dict[str, Pending] = dataclasses.field(default_factory=dict)

    @property
    def last(self) -> int:
        """The newest number known; 0 for none."""
        return max(self.messages, default=0)

    @property
    def first(self) -> int:
        """The oldest number known; 0 for none."""
        return min(self.messages, default=0)

    def apply(self, message: Message) -> Applied:
        """Take a message that the stream told."""
        if message.seq in self.messages or (self.messages and message.seq < self.first):
            self.pending.pop(message.cmid, None)
            return "known"
        if self.messages and message.seq != self.last + 1:
            return "gap"
        if not self.messages and message.seq != 1:
            return "gap"
        self._keep(message)
        return "new"

    def page(self, messages: Iterable[Message]) -> list[Message]:
        """Take a page of the service that follows on; the messages that were new, in order."""
        return [message for message in messages if self.apply(message) == "new"]

    def reset(self, messages: Iterable[Message], *, more: bool) -> None:
        """Begin anew from the newest page."""
        self.messages.clear()
        for message in sorted(messages, key=lambda message: message.seq):
            self._keep(message)
        self.more = more

    def older(self, messages: Iterable[Message], *, more: bool) -> list[Message]:
        """Take a page from before the oldest; the messages that were new, in order."""
        found = [message for message in messages if message.seq not in self.messages]
        for message in found:
            # An older event never overrides what a newer one said.
            known = dict(self.requests)
            self._keep(message)
            self.requests.update(known)
        self.more = more
        return sorted(found, key=lambda message: message.seq)

    def state_of(self, request_id: str) -> str:
        """What became of a request; empty while it is open."""
        event = self.requests.get(request_id)
        return event.state if event is not None else ""

    def seq_of_request(self, request_id: str) -> int | None:
        """Where the card of a request stands."""
        for seq, message in self.messages.items():
            if request_of(message) == request_id:
                return seq
        return None

    def _keep(self, message: Message) -> None:
        self.messages[message.seq] = message
        self.pending.pop(message.cmid, None)
        if isinstance(message.card, RequestEvent):
            self.requests[message.card.request_id] = message.card


def request_of(message: Message) -> str:
    """The request that a card asks; empty for other messages."""
    card = message.card
    if isinstance(card, VerificationCard | AccessCard | ProposalCard | ActionCard):
        return card.request_id
    if isinstance(card, SurveyCard):
        return card.survey_id
    return ""
