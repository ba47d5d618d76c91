"""Support as a window uses it: one object, no network where the vault can answer (design/4).

``session.support`` exists in every state of the session. All coroutines run on the session's loop;
:attr:`SupportChat.state` may be read from any thread. What changed is told by the session's
observers: topic ``"support"`` (state or transcript), ``"grants"`` (consent began or ended).

Failures are :class:`KBeanError` and :class:`VaultError`; give them to ``failure_of``. Writing never
fails for lack of a network: it waits in the outbox. What must be asked live says
``service_unreachable``.
"""

from __future__ import annotations

from pathlib import Path

from app.protocol.messages.support import (
    Callback,
    ContextCard,
    Conversation,
    FileCard,
    FreezeState,
    Grant,
    Language,
    LookList,
    Scope,
    Slot,
)
from app.wallet.support.views import BubblePage, ChatState, ExportFormat, Hit
from app.wallet.vault.vault import Credential


class SupportChat:
    """The person's side of support."""

    def __init__(self) -> None:
        self.state = ChatState()

    # --- reading

    async def page(self, conv: str, *, before: int | None = None, limit: int = 60) -> BubblePage:
        """Some lines of a conversation, from the vault; what is missing there is fetched.

        Args:
            conv: The conversation; a local id goes on working after the real one is known.
            before: ``older`` of the page below; None is the newest page.
            limit: Lines a page.
        """
        raise NotImplementedError

    async def conversations(self) -> tuple[Conversation, ...]:
        """All conversations, newest first."""
        raise NotImplementedError

    async def search(self, text: str, limit: int = 50) -> tuple[Hit, ...]:
        """Find words in the whole transcript: any part of any word, any script, newest first."""
        raise NotImplementedError

    async def attachment(self, file: FileCard) -> bytes:
        """The bytes of an attachment, checked against its hash; kept in the vault.

        Raises:
            KBeanError: ``attachment_not_found``, ``attachment_differs``, ``service_*``.
        """
        raise NotImplementedError

    async def export(self, path: Path, fmt: ExportFormat, *, language: Language = "zh") -> None:
        """Write the whole transcript to a file for its owner alone, wholly or not at all.

        Raises:
            OSError: the file can't be written; what was there before is untouched.
        """
        raise NotImplementedError

    async def looks(self, before: int | None = None) -> LookList:
        """Who saw what of the account and when, newest first; live only.

        Args:
            before: ``at`` of the last look of the page before.
        """
        raise NotImplementedError

    # --- writing

    async def open(self, context: ContextCard | None = None, *, language: Language) -> str:
        """The conversation to write into, made where there is none that is open.

        Works offline: the id is then a local one that keeps working. Without a context a closed
        newest conversation is answered as it is: it is :meth:`new` that begins another.

        Args:
            context: What the person was looking at; appended to the conversation.
            language: What bot and queue go by.

        Returns:
            The conversation's id.
        """
        raise NotImplementedError

    async def new(self, *, language: Language = "zh") -> str:
        """Begin a new conversation, where the current one is closed; its id."""
        raise NotImplementedError

    async def send(self, text: str, *, context: ContextCard | None = None) -> str:
        """Say something in the current conversation; on the disk when this returns.

        Returns:
            The bubble's key.

        Raises:
            KBeanError: ``message_empty``; ``conversation_not_found`` before :meth:`open`.
        """
        raise NotImplementedError

    async def send_file(self, source: Path | bytes, name: str, *, text: str = "") -> str:
        """Attach a picture (PNG, JPEG, WebP, GIF), a PDF or a text; on the disk when this returns.

        Raises:
            KBeanError: ``attachment_refused``, ``attachment_too_large``.
            OSError: the file can't be read.
        """
        raise NotImplementedError

    async def choose(self, topic: str) -> str:
        """Take one of the bot's suggestions, or ``none_of_these``; the bubble's key."""
        raise NotImplementedError

    async def act(self, name: str) -> str:
        """Ask for an action by name (a button under an answer); the bubble's key."""
        raise NotImplementedError

    async def ask_human(self) -> str:
        """Ask for a person; always possible, waits in the outbox when offline."""
        raise NotImplementedError

    async def back_to_bot(self) -> str:
        """Leave the queue and go on with the bot."""
        raise NotImplementedError

    async def retry(self, key: str) -> None:
        """Send a refused message again; a closed conversation is opened again by it."""
        raise NotImplementedError

    async def discard(self, key: str) -> None:
        """Throw a message away that is refused or still waits."""
        raise NotImplementedError

    async def draft(self, conv: str) -> str:
        """What was typed and not sent in this conversation."""
        raise NotImplementedError

    async def keep_draft(self, conv: str, text: str) -> None:
        """Remember what is typed, in the vault; empty forgets it."""
        raise NotImplementedError

    async def read(self, seq: int) -> None:
        """The person saw everything of the current conversation up to ``seq``."""
        raise NotImplementedError

    async def typing(self, on: bool) -> None:
        """The person writes, or no longer; call it at every key, it is told sparingly."""
        raise NotImplementedError

    async def close(self) -> None:
        """End the current conversation; live only."""
        raise NotImplementedError

    async def judge(self, seq: int, right: bool) -> None:
        """Answer "was this right?" below a bot's answer of the current conversation."""
        raise NotImplementedError

    async def rate(self, survey_id: str, stars: int, comment: str = "") -> None:
        """Answer a survey.

        Raises:
            KBeanError: ``survey_closed``, ``service_*``.
        """
        raise NotImplementedError

    # --- call-backs

    async def slots(self) -> tuple[Slot, ...]:
        """Times at which somebody can call; live only."""
        raise NotImplementedError

    async def request_callback(self, start: int, phone: str, topic: str = "") -> Callback:
        """Book one.

        Raises:
            KBeanError: ``slot_taken``, ``slot_invalid``, ``service_*``.
        """
        raise NotImplementedError

    async def cancel_callback(self, callback_id: str) -> Callback:
        """Cancel one."""
        raise NotImplementedError

    # --- consent: proved here first, then signed by the device key

    async def answer_verification(
        self,
        request_id: str,
        accept: bool,
        credential: Credential | None = None,
        *,
        passphrase: str = "",
        code: str = "",
        answer: str = "",
    ) -> str:
        """Prove who is there, or decline (which needs no proof).

        Args:
            request_id: The card's.
            accept: Whether to prove it.
            credential: Opens the vault: passphrase or keychain.
            passphrase: The sign-in passphrase, where the card's level is 2.
            code: The one-time code, where ``factors`` names it.
            answer: To the security question, likewise.

        Returns:
            The request's state: ``passed``, ``failed``, ``declined``.

        Raises:
            KBeanError: ``proof_failed``, ``request_expired``, ``too_many_requests`` (local pause),
                ``service_*``.
            VaultError: the credential is wrong.
        """
        raise NotImplementedError

    async def answer_access(
        self,
        request_id: str,
        allow: bool,
        *,
        scopes: tuple[Scope, ...] = (),
        minutes: int = 15,
        credential: Credential | None = None,
    ) -> Grant:
        """Allow an agent to see something for some minutes, or decline; errors as above."""
        raise NotImplementedError

    async def revoke(self, grant_id: str) -> Grant:
        """End consent at once; live only."""
        raise NotImplementedError

    async def answer_proposal(
        self,
        request_id: str,
        accept: bool,
        credential: Credential | None = None,
        *,
        passphrase: str = "",
    ) -> str:
        """Confirm or decline a change that an agent proposes; the request's state."""
        raise NotImplementedError

    async def confirm_action(self, request_id: str, yes: bool) -> str:
        """Confirm or decline what the bot would do; the request's state."""
        raise NotImplementedError

    async def freeze(self, reason: str = "") -> FreezeState:
        """Stop all debits at once; needs nothing but being signed in."""
        raise NotImplementedError

    async def thaw(self, passphrase: str) -> FreezeState:
        """Lift the freeze; the passphrase is proved here, then by the service.

        Raises:
            KBeanError: ``thaw_by_operator``, ``credentials_wrong``, ``service_*``.
            VaultError: the passphrase doesn't open this vault.
        """
        raise NotImplementedError
