"""The wallet's line to its service: one client, and what is known about the way there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal, TypeVar

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.identity import (
    RegistrationRequest,
    ServiceInfo,
    ServiceKey,
    Session,
    SignInRequest,
)
from app.protocol.signing import SigningKey
from app.sdk.address import ServiceAddress
from app.sdk.client import PublicClient, ServiceClient
from app.sdk.clock import ServiceClock
from app.sdk.stream import Token
from app.sdk.transport import TimeLimits, Transport
from app.wallet.enrolment import Enrolment, device_of
from app.wallet.snapshot import Board, Network
from app.wallet.vault.stores.service import OtherServiceError
from app.wallet.vault.vault import Vault
from app.wallet.vault.worker import VaultWorker

T = TypeVar("T")
Locale = Literal["zh-CN", "zh-TW", "en", "ja"]
SESSION_SECRET = "session"  # noqa: S105 - the name of a row, not a password
DEVICE_SECRET = "device_key"  # noqa: S105 - likewise
_PATIENCE = 3.0
_SETUP_PATIENCE = 30.0
_ENDED = frozenset({"session_ended", "refresh_invalid", "device_revoked"})
_NETWORK = {
    "service_unreachable": Network.OFFLINE,
    "service_untrusted": Network.UNTRUSTED,
    "plain_http_refused": Network.UNTRUSTED,
    "service_garbled": Network.TROUBLED,
    "internal_error": Network.TROUBLED,
}


class Line:
    """Opens with the vault, closes with it; every call of the wallet goes through :meth:`ask`."""

    def __init__(
        self,
        worker: VaultWorker,
        board: Board,
        clock: ServiceClock,
        limits: TimeLimits | None = None,
    ) -> None:
        self._limits = limits
        self._worker = worker
        self._board = board
        self.clock = clock
        self.keys: tuple[ServiceKey, ...] = ()
        self._device_key: SigningKey | None = None
        self._client: ServiceClient | None = None
        self._public: PublicClient | None = None
        self._ca_file: str | None = None

    @property
    def address(self) -> str | None:
        """The service's address; None while hung up."""
        return self._public.transport.address.url if self._public else None

    @property
    def session(self) -> Session | None:
        """The session that stands in the vault, or None when signed out."""
        return self._client.tokens.session if self._client else None

    @property
    def device_key(self) -> SigningKey:
        """The device's key; only while the line is open."""
        if self._device_key is None:
            raise KBeanError("unauthenticated", "this device has no key yet")
        return self._device_key

    def code_keys(self) -> dict[str, str]:
        """Pinned public keys for merchants' codes, by key id."""
        return {key.key_id: key.public_key for key in self.keys if key.purpose == "code"}

    async def connect(self, address: str, ca_file: str | None) -> PublicClient:
        """A client for what anybody may ask; replaces the one before."""
        await self._hang_up()
        parsed = ServiceAddress.parse(address)
        self._ca_file = ca_file
        self._public = PublicClient(
            Transport(parsed, ca_file=ca_file, clock=self.clock, limits=self._limits)
        )
        return self._public

    async def open(self, address: str, ca_file: str | None) -> None:
        """Take address, device key, session and pinned keys out of the open vault."""
        public = await self.connect(address, ca_file)
        seed, raw, keys = await self._worker.run(
            lambda vault: (
                vault.secrets.get(DEVICE_SECRET),
                vault.secrets.get(SESSION_SECRET),
                (*vault.service.keys("receipt"), *vault.service.keys("code")),
            )
        )
        self.keys = keys
        self._device_key = SigningKey(seed) if seed else None
        if self._device_key is not None and raw:
            session = msgspec.json.decode(raw, type=Session)
            self._client = ServiceClient(public.transport, self._device_key, session, self._keep)

    async def adopt(self, session: Session) -> None:
        """Take a new session (registration, sign-in): the vault first, then memory."""
        await self._keep(session)
        assert self._public is not None
        self._client = ServiceClient(self._public.transport, self.device_key, session, self._keep)
        self._board.post("session", session_ended=False)

    async def make_device_key(self) -> SigningKey:
        """The device's key, made and written to the vault where there is none yet."""
        fresh = SigningKey.generate()

        def work(vault: Vault) -> bytes:
            seed = vault.secrets.get(DEVICE_SECRET)
            if seed is None:
                seed = fresh.seed
                vault.secrets.put(DEVICE_SECRET, seed)
            return seed

        self._device_key = SigningKey(await self._worker.run(work))
        return self._device_key

    async def register(self, enrolment: Enrolment, passphrase: str, locale: Locale) -> Session:
        """Make the account that an enrolment describes.

        Raises:
            KBeanError: the service's refusal or trouble on the way.
        """
        key = self.device_key

        async def work(client: PublicClient) -> Session:
            unsigned = RegistrationRequest(
                enrolment.contact,
                passphrase,
                enrolment.display_name,
                locale,
                device_of(enrolment, key),
                self.clock.time_ms(),
                "",
            )
            signature = key.sign(unsigned.signed_bytes())
            return await client.register(msgspec.structs.replace(unsigned, signature=signature))

        return await self.ask_public(work, patience=_SETUP_PATIENCE)

    async def sign_in(self, enrolment: Enrolment, passphrase: str) -> Session:
        """Open a session for the person that an enrolment describes, on this device's key.

        Raises:
            KBeanError: the service's refusal or trouble on the way.
        """
        key = self.device_key

        async def work(client: PublicClient) -> Session:
            unsigned = SignInRequest(
                enrolment.contact,
                passphrase,
                device_of(enrolment, key),
                self.clock.time_ms(),
                "",
            )
            signature = key.sign(unsigned.signed_bytes())
            return await client.sign_in(msgspec.structs.replace(unsigned, signature=signature))

        return await self.ask_public(work, patience=_SETUP_PATIENCE)

    async def ask(
        self,
        work: Callable[[ServiceClient], Awaitable[T]],
        *,
        patience: float | None = None,
    ) -> T:
        """Call the service as the signed-in person and note what that says about the way there.

        Args:
            work: The call.
            patience: Seconds for all tries together, where a person waits for it.

        Raises:
            KBeanError: ``session_ended`` when signed out; ``service_unreachable`` when the
                patience is over; otherwise as the call.
        """
        if self._client is None:
            raise KBeanError("session_ended", "signed out")
        return await self.noting(_within(patience, work(self._client)))

    async def ask_public(
        self,
        work: Callable[[PublicClient], Awaitable[T]],
        *,
        patience: float | None = None,
    ) -> T:
        """The same for what anybody may ask."""
        if self._public is None:
            raise KBeanError("service_unreachable", "no service chosen", money="none")
        return await self.noting(_within(patience, work(self._public)))

    async def noting(self, work: Awaitable[T]) -> T:
        """Await a call; its end tells the network's state."""
        try:
            result = await work
        except KBeanError as error:
            self._failed(error)
            raise
        self._note(Network.ONLINE)
        return result

    def service(self) -> tuple[ServiceAddress, str | None]:
        """Where the service is and whom to trust there, for the event stream.

        Raises:
            KBeanError: ``service_unreachable`` while hung up.
        """
        if self._public is None:
            raise KBeanError("service_unreachable", "no service chosen", money="none")
        return self._public.transport.address, self._ca_file

    async def token(self, refused: str | None = None) -> Token:
        """An access token for the event stream, refreshed where it is old or was refused.

        Raises:
            KBeanError: ``session_ended`` when signed out; why it can't be refreshed.
        """
        if self._client is None:
            raise KBeanError("session_ended", "signed out")
        tokens = self._client.tokens
        try:
            text = await tokens.access(instead_of=refused)
        except KBeanError as error:
            self._failed(error)
            raise
        return Token(text, tokens.session.access_expires_at)

    async def refresh_service(self) -> ServiceInfo:
        """Ask who the service is and pin what is new; known keys never change.

        Raises:
            KBeanError: ``service_untrusted`` when another service answers at the address.
        """
        info = await self.ask_public(lambda client: client.service_info())
        assert self._public is not None
        await self.pin(self._public.transport.address.url, info)
        return info

    async def pin(self, address: str, info: ServiceInfo) -> None:
        """Write the service and its keys into the vault.

        Raises:
            KBeanError: ``service_untrusted`` when the vault belongs to another service.
        """
        at = self.clock.time_ms()

        def work(vault: Vault) -> tuple[ServiceKey, ...]:
            vault.service.pin(address, info, at=at)
            return (*vault.service.keys("receipt"), *vault.service.keys("code"))

        try:
            self.keys = await self._worker.run(work)
        except OtherServiceError as error:
            self._note(Network.UNTRUSTED)
            raise KBeanError("service_untrusted", "another service answers here") from error
        self._board.post("service", service=info)

    async def forget_session(self) -> None:
        """Drop the tokens, here and in the vault."""
        self._client = None
        await self._worker.run(lambda vault: vault.secrets.remove(SESSION_SECRET))

    async def close(self) -> None:
        """Hang up and forget keys and tokens."""
        await self._hang_up()
        self._device_key = None
        self.keys = ()

    async def _hang_up(self) -> None:
        if self._client is not None:
            await self._client.tokens.idle(_PATIENCE)
        public, self._public, self._client = self._public, None, None
        if public is not None:
            await asyncio.shield(public.transport.close())

    async def _keep(self, session: Session) -> None:
        raw = msgspec.json.encode(session)
        await self._worker.run(lambda vault: vault.secrets.put(SESSION_SECRET, raw))

    def _failed(self, error: KBeanError) -> None:
        self._note(_NETWORK.get(error.code, Network.ONLINE))
        if error.code in _ENDED:
            self._board.post("session", session_ended=True)

    def _note(self, network: Network) -> None:
        self._board.post("network", network=network, clock_offset_ms=self.clock.offset_ms)


async def _within(patience: float | None, work: Awaitable[T]) -> T:
    try:
        async with asyncio.timeout(patience):
            return await work
    except TimeoutError as error:
        raise KBeanError("service_unreachable", "no answer in time") from error
