"""What a person asks and answers live: consent, call-backs, surveys, freeze."""

from __future__ import annotations

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.cards import Scope
from app.protocol.messages.support import (
    Callback,
    CallbackRequest,
    Conversation,
    FreezeState,
    Grant,
    Judgement,
    LookList,
    Slot,
    SurveyAnswer,
)
from app.sdk.support import SupportClient
from app.wallet.line import Line
from app.wallet.support.consent import Consent
from app.wallet.support.live import Live
from app.wallet.support.standing import Standing
from app.wallet.support.views import ChatState
from app.wallet.vault.vault import Credential
from app.wallet.vault.worker import VaultWorker


class Requests:
    """The part of :class:`~app.wallet.support.chat.SupportChat` that needs the service at once."""

    _worker: VaultWorker
    _line: Line
    _standing: Standing
    _live: Live
    _consent: Consent

    @property
    def state(self) -> ChatState:
        """What is known now; replaced as a whole. Safe to read from any thread."""
        return self._standing.state

    async def close(self) -> None:
        """End the current conversation; live only."""
        conv = self._current().id
        told = await self._line.ask(lambda client: SupportClient(client).close(conv))
        await self._live.know(told)

    async def judge(self, seq: int, right: bool) -> None:
        """Answer "was this right?" below a bot's answer of the current conversation."""
        conv, word = self._current().id, Judgement(seq, right)
        await self._line.ask(lambda client: SupportClient(client).judge(conv, word))
        await self._worker.run(lambda vault: vault.chats.judge(conv, seq, right))
        await self._standing.look()

    async def rate(self, survey_id: str, stars: int, comment: str = "") -> None:
        """Answer a survey.

        Raises:
            KBeanError: ``survey_closed``, ``service_*``.
        """
        word = SurveyAnswer(stars, comment)
        event = await self._line.ask(lambda client: SupportClient(client).rate(survey_id, word))
        await self._consent.settled(event)

    async def looks(self, before: int | None = None) -> LookList:
        """Who saw what of the account and when, newest first; live only.

        Args:
            before: ``at`` of the last look of the page before.
        """
        return await self._line.ask(lambda client: SupportClient(client).looks(before))

    # --- call-backs

    async def slots(self) -> tuple[Slot, ...]:
        """Times at which somebody can call; live only."""
        listed = await self._line.ask(lambda client: SupportClient(client).slots())
        return tuple(listed.slots)

    async def request_callback(self, start: int, phone: str, topic: str = "") -> Callback:
        """Book one.

        Raises:
            KBeanError: ``slot_taken``, ``slot_invalid``, ``service_*``.
        """
        request = CallbackRequest(self._current().id, start, phone, topic)
        key = new_id()
        return await self._line.ask(lambda client: SupportClient(client).book(key, request))

    async def cancel_callback(self, callback_id: str) -> Callback:
        """Cancel one."""
        return await self._line.ask(lambda client: SupportClient(client).unbook(callback_id))

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
        return await self._consent.verify(
            request_id, accept, credential, passphrase=passphrase, code=code, answer=answer
        )

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
        return await self._consent.allow(request_id, allow, scopes, minutes, credential)

    async def revoke(self, grant_id: str) -> Grant:
        """End consent at once; live only."""
        return await self._consent.revoke(grant_id)

    async def answer_proposal(
        self,
        request_id: str,
        accept: bool,
        credential: Credential | None = None,
        *,
        passphrase: str = "",
    ) -> str:
        """Confirm or decline a change that an agent proposes; the request's state."""
        return await self._consent.propose(request_id, accept, credential, passphrase)

    async def confirm_action(self, request_id: str, yes: bool) -> str:
        """Confirm or decline what the bot would do; the request's state."""
        return await self._consent.act(request_id, yes)

    async def freeze(self, reason: str = "") -> FreezeState:
        """Stop all debits at once; needs nothing but being signed in."""
        return await self._consent.freeze(reason)

    async def thaw(self, passphrase: str) -> FreezeState:
        """Lift the freeze; the passphrase is proved here, then by the service.

        Raises:
            KBeanError: ``thaw_by_operator``, ``proof_failed``, ``service_*``.
            VaultError: the passphrase doesn't open this vault.
        """
        return await self._consent.thaw(passphrase)

    def _current(self) -> Conversation:
        conversation = self.state.conversation
        if conversation is None or not conversation.number:
            raise KBeanError("conversation_not_found", "the service knows none yet")
        return conversation
