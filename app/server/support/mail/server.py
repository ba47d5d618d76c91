"""The operator's mail server: letters leave by SMTP and are fetched by IMAP."""

from __future__ import annotations

import asyncio
import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from urllib.parse import unquote, urlsplit

import aiosmtplib
from imap_tools import AND, BaseMailBox, MailBox, MailBoxUnencrypted, MailMessageFlags
from imap_tools.errors import ImapToolsError

from app.server.config import ConfigError

_TIMEOUT = 30.0
_FETCH_MAX = 50


@dataclass(frozen=True, slots=True)
class Door:
    """One way to the server: ``smtp(s)://user:password@host:port`` or ``imap(s)://…/folder``."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    folder: str

    def __repr__(self) -> str:
        return f"Door({self.scheme}://{self.host}:{self.port})"

    @classmethod
    def read(cls, url: str, *schemes: str) -> Door:
        """Take an address apart.

        Raises:
            ConfigError: if it is none; the password is never repeated.
        """
        try:
            parts = urlsplit(url)
            ports = {"smtp": 587, "smtps": 465, "imap": 143, "imaps": 993}
            port = parts.port or ports[parts.scheme]
        except (ValueError, KeyError):
            raise ConfigError(f"a mail address must begin with {' or '.join(schemes)}") from None
        if parts.scheme not in schemes or not parts.hostname:
            raise ConfigError(f"a mail address must begin with {' or '.join(schemes)}")
        return cls(
            parts.scheme,
            parts.hostname,
            port,
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            unquote(parts.path.strip("/")) or "INBOX",
        )

    @property
    def local(self) -> bool:
        """Whether it stays on this machine, where plain text is allowed."""
        return self.host in {"127.0.0.1", "::1", "localhost"}


class MailServer:
    """Sends and fetches."""

    def __init__(self, address: str, smtp_url: str, imap_url: str) -> None:
        """Name the service's own address and both doors; an empty one is shut.

        Raises:
            ConfigError: for an address that can't be used.
        """
        self.address = address
        self._smtp = Door.read(smtp_url, "smtp", "smtps") if smtp_url else None
        self._imap = Door.read(imap_url, "imap", "imaps") if imap_url else None

    @property
    def fetches(self) -> bool:
        """Whether letters come in."""
        return self._imap is not None

    async def send(self, letter: Message) -> None:
        """Hand a letter over.

        Raises:
            aiosmtplib.SMTPException: the server refused or went away.
            OSError: it can't be reached.
        """
        door = self._smtp
        if door is None:
            raise ConfigError("no smtp_url is set")
        await aiosmtplib.send(
            letter,
            hostname=door.host,
            port=door.port,
            username=door.user or None,
            password=door.password or None,
            use_tls=door.scheme == "smtps",
            # Off this machine nothing travels in the clear: no STARTTLS, no letter.
            start_tls=None if door.local else door.scheme == "smtp",
            timeout=_TIMEOUT,
        )

    async def unread(self) -> list[tuple[str, bytes]]:
        """Letters that nobody has taken yet: (uid, bytes), the oldest first, fifty at most.

        Raises:
            OSError: the server can't be reached or refused.
        """
        return await asyncio.to_thread(self._work, None)

    async def taken(self, uids: list[str]) -> None:
        """Mark letters as read, so that they don't come again.

        Raises:
            OSError: the server can't be reached or refused.
        """
        if uids:
            await asyncio.to_thread(self._work, uids)

    def _work(self, uids: list[str] | None) -> list[tuple[str, bytes]]:
        try:
            with self._mailbox() as box:
                if uids is not None:
                    box.flag(uids, MailMessageFlags.SEEN, value=True)
                    return []
                letters = box.fetch(AND(seen=False), mark_seen=False, limit=_FETCH_MAX, bulk=False)
                return [(str(mail.uid), mail.obj.as_bytes()) for mail in letters if mail.uid]
        except (ImapToolsError, ssl.SSLError, imaplib.IMAP4.error) as error:
            raise OSError(f"IMAP: {type(error).__name__}") from None

    @contextmanager
    def _mailbox(self) -> Iterator[BaseMailBox]:
        """The folder, opened; the connection is closed whatever happens."""
        door = self._imap
        if door is None:
            raise ConfigError("no imap_url is set")
        box: BaseMailBox
        if door.scheme == "imaps":
            context = ssl.create_default_context()
            box = MailBox(door.host, door.port, timeout=_TIMEOUT, ssl_context=context)
        elif door.local:
            box = MailBoxUnencrypted(door.host, door.port, timeout=_TIMEOUT)
        else:
            raise ConfigError("IMAP without TLS is only for this machine")
        try:
            yield box.login(door.user, door.password, initial_folder=door.folder)
        finally:
            box.client.shutdown()
