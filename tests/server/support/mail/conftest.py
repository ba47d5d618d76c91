"""Real mail servers: Dovecot keeps what comes, aiosmtpd takes what leaves."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.databases import free_port
from tests.server.world import World, world

OURS = "help@kbean.example"
_PASSWORD = "p@ss:word/signs"
_numbers = count(1)


@dataclass
class Sink:
    """An SMTP server's memory; ``refuse`` answers every letter with this instead."""

    letters: list[EmailMessage] = field(default_factory=list)
    refuse: str = ""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refuse:
            return self.refuse
        content = envelope.content
        assert isinstance(content, bytes)
        letter = message_from_bytes(content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 taken"


@dataclass
class Mailbox:
    """A Dovecot mailbox that letters can be put into."""

    folder: Path
    port: int

    def put(self, letter: bytes) -> None:
        path = self.folder / "tmp" / f"{next(_numbers)}.letter"
        path.write_bytes(letter)
        path.chmod(0o600)
        _own(path)
        path.rename(self.folder / "new" / path.name)

    @property
    def url(self) -> str:
        return f"imap://support:p%40ss%3Aword%2Fsigns@127.0.0.1:{self.port}/INBOX"

    def unread(self) -> int:
        seen = [path for path in (self.folder / "cur").iterdir() if "S" in path.name.split(",")[-1]]
        kept = [*(self.folder / "cur").iterdir(), *(self.folder / "new").iterdir()]
        return len(kept) - len(seen)


def _own(path: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(path, "mail", "mail")


@pytest.fixture(scope="session")
def dovecot() -> Iterator[tuple[Path, int]]:
    """An IMAP server on a free port; every mailbox has the same password."""
    program = shutil.which("dovecot", path=os.environ["PATH"] + ":/usr/sbin")
    if program is None:
        raise RuntimeError("dovecot is not installed: dev.py setup installs it")
    # Its sockets need a short path, and its other users a way in: pytest's folders let nobody in.
    base = Path(tempfile.mkdtemp(prefix="kbean-dovecot-"))
    base.chmod(0o755)
    port = free_port()
    me = "nobody" if os.geteuid() == 0 else getpass.getuser()
    owner = "mail" if os.geteuid() == 0 else me
    for name in ("run", "state", "mail"):
        (base / name).mkdir()
    _own(base / "mail")
    (base / "dovecot.conf").write_text(
        f"""
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{base}/mail/%u
first_valid_uid = 1
default_login_user = {me}
default_internal_user = {me}
default_internal_group = {"nogroup" if me == "nobody" else owner}
passdb {{
  driver = static
  args = password={_PASSWORD}
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner} home={base}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""
    )
    server = subprocess.Popen([program, "-F", "-c", str(base / "dovecot.conf")])
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if server.poll() is not None or time.monotonic() > deadline:
                    log = (base / "log").read_text() if (base / "log").exists() else ""
                    raise RuntimeError(f"dovecot did not start: {log}") from None
                time.sleep(0.05)
        yield base / "mail", port
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(base, ignore_errors=True)


@pytest.fixture
def mailbox(dovecot: tuple[Path, int]) -> Mailbox:
    """The support mailbox, empty."""
    root, port = dovecot
    folder = root / "support"
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir()
    _own(folder)
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir()
        _own(folder / name)
    return Mailbox(folder, port)


@pytest.fixture
def sink() -> Iterator[tuple[Sink, int]]:
    """An SMTP server on a free port."""
    taken, port = Sink(), free_port()
    controller: Any = Controller(taken, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield taken, port
    finally:
        controller.stop()


@dataclass
class Post:
    """A service with e-mail."""

    shop: World
    sink: Sink
    mailbox: Mailbox

    async def fetch(self) -> None:
        mail = self.shop.service.mail
        assert mail is not None
        await mail.fetcher.run()

    async def carry(self) -> list[EmailMessage]:
        """Send what waits; everything that was ever sent."""
        mail = self.shop.service.mail
        assert mail is not None
        await mail.carrier.run()
        return self.sink.letters


@pytest.fixture
async def post(
    database_url: str, tmp_path: Path, mailbox: Mailbox, sink: tuple[Sink, int]
) -> AsyncIterator[Post]:
    settings = {
        "mail_address": OURS,
        "smtp_url": f"smtp://127.0.0.1:{sink[1]}",
        "imap_url": mailbox.url,
        "mail_trusted": "mx.kbean.example",
        "operator": "K豆运营",
    }
    async with world(tmp_path, database_url, **settings) as shop:
        # Fetching and carrying are done by hand: a letter that the tick carries isn't there yet.
        await shop.service.ticks.stop()
        yield Post(shop, sink[0], mailbox)
