"""Statements with the service's seal: fetched, checked with the pinned keys, then written (M6)."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from typing import Literal

from app.protocol.errors import KBeanError
from app.protocol.messages.settlement import StatementRequest
from app.sdk.seals import Seal, check_seal
from app.sdk.statements import Statements
from app.wallet.line import Line
from app.wallet.vault.files import write_atomically

Language = Literal["zh-CN", "en"]
_PATIENCE = 90
"""Seconds; drawing a year takes the service some of them."""


async def save_statement(
    line: Line,
    path: Path,
    *,
    first: date,
    last: date,
    currency: str,
    language: Language,
) -> Seal:
    """Write a sealed statement; "saved" is only said of a file whose seal holds.

    Args:
        line: The way to the service, with the pinned keys.
        path: Where it goes; an older file there is replaced only by a good one.
        first: The first day, in the operator's time zone.
        last: The last day, which counts.
        currency: ISO 4217.
        language: Of the statement.

    Returns:
        Who sealed it and when.

    Raises:
        KBeanError: ``statement_invalid``, ``seal_invalid``, ``service_*``.
        OSError: the file can't be written.
    """
    wanted = StatementRequest(first.isoformat(), last.isoformat(), currency, language)
    document = await line.ask(lambda client: Statements(client).make(wanted), patience=_PATIENCE)
    seal = await _checked(line, document)
    if not seal.trusted:
        # The service may seal with a key that is newer than those pinned here.
        await line.refresh_service()
        seal = await _checked(line, document)
    if not seal.trusted:
        raise KBeanError("seal_invalid", "sealed by somebody else", money="none")
    await asyncio.to_thread(write_atomically, path, [document])
    return seal


async def _checked(line: Line, document: bytes) -> Seal:
    keys = {key.key_id: key.public_key for key in line.keys if key.purpose == "receipt"}
    return await asyncio.to_thread(check_seal, document, keys)
