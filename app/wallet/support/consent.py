"""Consent: proved here first, signed by the device's key, then told (design/4 §Identity).

Nobody but the person at this wallet can say yes: the passphrase or the keychain opens the vault
again before anything is signed. A no needs no proof. An answer whose acknowledgement was lost may
be given again; where the service says that it has one, the transcript tells which.
"""

from __future__ import annotations

import asyncio

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.cards import AccessCard, RequestEvent, Scope
from app.protocol.messages.support import (
    AccessAnswer,
    ActionAnswer,
    FreezeRequest,
    FreezeState,
    Grant,
    ProposalAnswer,
    ThawRequest,
    VerificationAnswer,
)
from app.sdk.support import SupportClient
from app.wallet.gate import Gate
from app.wallet.line import Line
from app.wallet.snapshot import Board
from app.wallet.support.standing import Standing
from app.wallet.vault.stores.chats import KeptMessage
from app.wallet.vault.vault import Credential, Passphrase
from app.wallet.vault.worker import VaultWorker

_EVENT_SECONDS = 5.0
_UNSIGNED = "A" * 86


class Consent:
    """Answers to what the bot and the agents ask of the person."""

    def __init__(
        self, worker: VaultWorker, line: Line, gate: Gate, board: Board, standing: Standing
    ) -> None:
        self._worker = worker
        self._line = line
        self._gate = gate
        self._board = board
        self._standing = standing

    async def verify(
        self,
        request_id: str,
        accept: bool,
        credential: Credential | None,
        *,
        passphrase: str,
        code: str,
        answer: str,
    ) -> str:
        """Prove who is there; the request's state."""
        await self._prove(accept, credential)
        reply = VerificationAnswer(
            accept=accept,
            time=self._line.clock.time_ms(),
            signature=_UNSIGNED,
            passphrase=passphrase,
            code=code,
            answer=answer,
        )
        signature = self._line.device_key.sign(reply.signed_bytes(request_id))
        reply = msgspec.structs.replace(reply, signature=signature)
        try:
            event = await self._line.ask(
                lambda client: SupportClient(client).verify(request_id, reply)
            )
        except KBeanError as error:
            return await self._known(request_id, error)
        return await self.settled(event)

    async def allow(
        self,
        request_id: str,
        allow: bool,
        scopes: tuple[Scope, ...],
        minutes: int,
        credential: Credential | None,
    ) -> Grant:
        """Allow or decline; the grant.

        Raises:
            KBeanError: ``request_not_found`` where no such card is in the transcript.
        """
        card = (await self._card(request_id)).message.card
        if not isinstance(card, AccessCard):
            raise KBeanError("request_not_found")
        await self._prove(allow, credential)
        wanted = [scope for scope in card.scopes if not scopes or scope in scopes]
        reply = AccessAnswer(
            allow, wanted, min(minutes, card.minutes), self._line.clock.time_ms(), _UNSIGNED
        )
        signature = self._line.device_key.sign(reply.signed_bytes(request_id, card.agent_id))
        reply = msgspec.structs.replace(reply, signature=signature)
        try:
            grant = await self._line.ask(
                lambda client: SupportClient(client).allow(request_id, reply)
            )
        except KBeanError as error:
            grant = await self._granted(request_id, allow, error)
        state = "granted" if grant.state == "active" else grant.state
        await self._worker.run(lambda vault: vault.chats.settle(request_id, state, grant.until))
        self._standing.grant_changed(grant)
        await self._standing.look()
        return grant

    async def revoke(self, grant_id: str) -> Grant:
        """End consent at once."""
        grant = await self._line.ask(lambda client: SupportClient(client).revoke(grant_id))
        self._standing.grant_changed(grant)
        return grant

    async def propose(
        self, request_id: str, accept: bool, credential: Credential | None, passphrase: str
    ) -> str:
        """Confirm or decline a change; the request's state."""
        await self._prove(accept, credential)
        reply = ProposalAnswer(
            accept=accept,
            time=self._line.clock.time_ms(),
            signature=_UNSIGNED,
            passphrase=passphrase,
        )
        signature = self._line.device_key.sign(reply.signed_bytes(request_id))
        reply = msgspec.structs.replace(reply, signature=signature)
        try:
            event = await self._line.ask(
                lambda client: SupportClient(client).propose(request_id, reply)
            )
        except KBeanError as error:
            return await self._known(request_id, error)
        return await self.settled(event)

    async def act(self, request_id: str, yes: bool) -> str:
        """Confirm or decline what the bot would do; the request's state."""
        try:
            event = await self._line.ask(
                lambda client: SupportClient(client).act(request_id, ActionAnswer(yes))
            )
        except KBeanError as error:
            return await self._known(request_id, error)
        return await self.settled(event)

    async def freeze(self, reason: str) -> FreezeState:
        """Stop all debits."""
        state = await self._line.ask(
            lambda client: SupportClient(client).freeze(FreezeRequest(reason))
        )
        self._shown(state)
        return state

    async def thaw(self, passphrase: str) -> FreezeState:
        """Lift the freeze: proved here, signed, proved to the service."""
        session = self._line.session
        if session is None:
            raise KBeanError("session_ended", "signed out")
        await self._gate.prove(Passphrase(passphrase))
        request = ThawRequest(passphrase, self._line.clock.time_ms(), _UNSIGNED)
        signature = self._line.device_key.sign(request.signed_bytes(session.user_id))
        request = msgspec.structs.replace(request, signature=signature)
        state = await self._line.ask(lambda client: SupportClient(client).thaw(request))
        self._shown(state)
        return state

    async def _prove(self, yes: bool, credential: Credential | None) -> None:
        if yes and credential is None:
            raise KBeanError("proof_needed")
        if yes and credential is not None:
            await self._gate.prove(credential)

    async def _card(self, request_id: str) -> KeptMessage:
        kept = await self._worker.run(lambda vault: vault.chats.asked(request_id))
        if kept is None:
            raise KBeanError("request_not_found")
        return kept

    async def settled(self, event: RequestEvent) -> str:
        """Write down what the service answered; its event in the stream says the same."""
        await self._worker.run(
            lambda vault: vault.chats.settle(event.request_id, event.state, event.until)
        )
        await self._standing.look()
        return event.state

    async def _granted(self, request_id: str, allow: bool, error: KBeanError) -> Grant:
        """The live grant of a request that was answered before, where the same was meant."""
        if error.code == "request_answered" and allow:
            looks = await self._line.ask(lambda client: SupportClient(client).looks())
            for grant in looks.grants:
                if grant.id == request_id:
                    return grant
        raise error

    async def _known(self, request_id: str, error: KBeanError) -> str:
        """The state of a request that the service says was answered already."""
        if error.code != "request_answered":
            raise error
        loop = asyncio.get_running_loop()
        end = loop.time() + _EVENT_SECONDS
        while loop.time() < end:
            state = (await self._card(request_id)).state
            if state:
                return state
            await asyncio.sleep(0.1)
        raise error

    def _shown(self, state: FreezeState) -> None:
        person = self._board.snapshot.person
        if person is not None:
            changed = msgspec.structs.replace(person, state=state.state)
            self._board.post("person", "accounts", person=changed)
