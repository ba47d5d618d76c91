"""The room's parts put together; main.py makes one where a mailbox is configured."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine

from app.server.config import Config
from app.server.db.sealing import Sealer
from app.server.jobs.ticks import Ticks
from app.server.support.mail.outbox import Carrier, Outbox
from app.server.support.mail.postbox import Fetcher, Postbox
from app.server.support.mail.server import MailServer
from app.server.support.talk.attachments import Attachments
from app.server.support.talk.service import Talk

_SEND_EVERY = 2.0
_FETCH_EVERY = 20.0


class MailRoom:
    """E-mail in and out.

    Attributes:
        outbox: Writes letters; also the consent room's postman.
        postbox: Takes letters in.
        carrier: A tick: sends.
        fetcher: A tick: fetches.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        talk: Talk,
        files: Attachments,
        *,
        sealer: Sealer,
        secret: bytes,
        config: Config,
    ) -> None:
        """Wire the parts.

        Raises:
            ConfigError: for addresses of the mail server that can't be used.
        """
        self._server = MailServer(config.mail_address, config.smtp_url, config.imap_url)
        self._talk = talk
        self.outbox = Outbox(sealer, self._server, config.operator)
        self.postbox = Postbox(talk, files, self.outbox, secret=secret, trusted=config.mail_trusted)
        self.carrier = Carrier(engine, talk, sealer, self._server)
        self.fetcher = Fetcher(self.postbox, self._server)

    def register(self, ticks: Ticks) -> None:
        """Hear what is answered, and come round."""
        self._talk.listen(self.outbox)
        ticks.every(_SEND_EVERY, "mail-send", self.carrier.run)
        if self._server.fetches:
            ticks.every(_FETCH_EVERY, "mail-fetch", self.fetcher.run)
