"""Attachments, viewed through the service: the browser never learns its address or token."""

from __future__ import annotations

import re

from fastapi import FastAPI, Request
from starlette.responses import Response

from app.desk.guard import IN_SCOPE
from app.protocol.errors import KBeanError

_SHA256 = re.compile(r"[0-9a-f]{64}")
_MARKS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"%PDF-", "application/pdf"),
)


def media_type_of(raw: bytes) -> str:
    """What bytes are, by their first ones; only pictures and PDF are shown, the rest is saved."""
    for mark, kind in _MARKS:
        if raw.startswith(mark):
            return kind
    if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        return "image/webp"
    return "application/octet-stream"


def add_files(app: FastAPI) -> None:
    """Add the way to attachments."""

    @app.get("/files/{conv}/{sha256}")
    async def attachment(request: Request, conv: str, sha256: str) -> Response:
        session = request.scope[IN_SCOPE]
        if not _SHA256.fullmatch(sha256):
            return Response("No such file.", 404)
        session.touch()
        try:
            raw = await session.client.files.bytes_of(conv, sha256)
        except KBeanError as error:
            title, _ = session.words.error(error)
            return Response(title, error.status or 502, media_type="text/plain; charset=utf-8")
        kind = media_type_of(raw)
        shown = kind.startswith("image/")
        headers = {
            "cache-control": "private, no-store",
            "content-security-policy": "default-src 'none'; sandbox",
            "content-disposition": "inline" if shown else "attachment",
        }
        return Response(raw, media_type=kind, headers=headers)
