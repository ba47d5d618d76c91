"""Attachments: bytes that are looked at once and kept (design/4)."""

from __future__ import annotations

import hashlib

from app.protocol.errors import KBeanError
from app.protocol.messages.cards import FileCard
from app.sdk.support import SupportClient
from app.wallet.line import Line
from app.wallet.vault.worker import VaultWorker


async def bytes_of(worker: VaultWorker, line: Line, file: FileCard) -> bytes:
    """The bytes of an attachment: out of the vault, else from the service and kept.

    Raises:
        KBeanError: ``attachment_not_found``, ``attachment_differs``, ``service_*``.
    """
    now = line.clock.time_ms()
    kept = await worker.run(lambda vault: vault.chat_files.get(file.sha256, at=now))
    if kept is not None:
        return kept
    data = await line.ask(lambda client: SupportClient(client).download(file.sha256))
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise KBeanError("attachment_differs")
    await worker.run(lambda vault: vault.chat_files.put(file.sha256, data, at=now))
    return data
