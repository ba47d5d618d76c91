"""Attachments: judged by their bytes, pictures made anew, sealed, for nobody else's eyes."""

from __future__ import annotations

import io
from hashlib import sha256
from typing import Any

import httpx
import msgspec
import pytest
import sqlalchemy as sa
from PIL import Image

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.cards import FileCard
from app.protocol.messages.stream import Send
from app.protocol.messages.support import ATTACHMENT_MAX, AttachmentOffer, AttachmentState
from app.server.support.talk.pictures import prepare
from app.server.support.talk.tables import attachment_bytes
from tests.server.support.world import Person, World, open_conversation, stream
from tests.server.world import code_of

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def picture(
    kind: str, mode: str = "RGB", size: tuple[int, int] = (40, 30), **options: Any
) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(out, kind, **options)
    return out.getvalue()


def with_place() -> bytes:
    """A photograph that says where it was taken, and lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "at home"
    exif.get_ifd(0x8825)[2] = (39.0, 54.0, 0.0)
    return picture("JPEG", exif=exif) + b"trailing secret"


def bomb() -> bytes:
    """A few thousand bytes that are 64 million pixels."""
    out = io.BytesIO()
    Image.new("1", (8000, 8000)).save(out, "PNG")
    return out.getvalue()


async def offer(person: Person, conv: str, data: bytes, **changes: Any) -> httpx.Response:
    fields: dict[str, Any] = {
        "conversation_id": conv,
        "sha256": sha256(data).hexdigest(),
        "name": "截图.png",
        "media_type": "image/png",
        "size": len(data),
    } | changes
    return await person.world.client.post(
        "/v1/support/attachments",
        content=msgspec.json.encode(AttachmentOffer(**fields)),
        headers=person.headers,
    )


async def upload(person: Person, data: bytes, digest: str | None = None) -> httpx.Response:
    return await person.world.client.put(
        f"/v1/support/attachments/{digest or sha256(data).hexdigest()}",
        content=data,
        headers=person.headers | {"content-type": "application/octet-stream"},
    )


def state_of(answer: httpx.Response) -> AttachmentState:
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=AttachmentState)


async def test_first_the_hash_then_the_bytes_then_the_message(square: World):
    data = with_place()
    shop = square
    person, stranger = await shop.person(), await shop.person()
    conv = await open_conversation(person)
    assert state_of(await offer(person, conv.id, data)).state == "needed"
    assert state_of(await offer(person, conv.id, data)).state == "needed"
    kept = state_of(await upload(person, data))
    assert kept.state == "stored"
    assert state_of(await upload(person, data)) == kept
    assert state_of(await offer(person, conv.id, data)) == kept
    file = kept.file
    assert isinstance(file, FileCard)
    assert (file.media_type, file.width, file.height) == ("image/jpeg", 30, 40)
    async with stream(person) as line:
        # What the message says of the file is what the service knows of it.
        lie = msgspec.structs.replace(file, name="evil.exe", size=1)
        ack = await line.say(conv.id, kind="file", file=lie)
        assert (await line.message(conv.id, ack.seq)).card == file
        unknown = msgspec.structs.replace(file, sha256="0" * 64)
        assert await line.refused(conv.id, kind="file", file=unknown) == "attachment_not_found"
    got = await person.get(f"/v1/support/attachments/{file.sha256}")
    assert got.headers["content-type"] == "image/jpeg"
    assert got.headers["content-disposition"] == "attachment"
    assert sha256(got.content).hexdigest() == file.sha256
    assert b"at home" not in got.content
    assert b"trailing secret" not in got.content
    assert not Image.open(io.BytesIO(got.content)).getexif()
    # Nobody else gets it, by whatever way.
    answer = await stranger.get(f"/v1/support/attachments/{file.sha256}")
    assert code_of(answer) == "attachment_not_found"
    foreign = await open_conversation(stranger)
    async with stream(stranger) as line:
        refused = await line.refused(foreign.id, kind="file", file=file)
        assert refused == "attachment_not_found"
    assert code_of(await offer(stranger, conv.id, data)) == "conversation_not_found"
    assert code_of(await upload(stranger, data)) == "attachment_not_found"
    async with shop.service.engine.connect() as connection:
        mine = sa.select(attachment_bytes).where(attachment_bytes.c.sha256 == file.sha256)
        (row,) = (await connection.execute(mine)).all()
    assert got.content[:20] not in row.content
    media_type, opened = await shop.service.attachments.of_conversation(conv.id, file.sha256)
    assert (media_type, opened) == ("image/jpeg", got.content)


async def test_the_same_file_is_kept_once(square: World):
    data = picture("PNG")
    shop = square
    found = []
    for _ in range(2):
        person = await shop.person()
        conv = await open_conversation(person)
        await offer(person, conv.id, data)
        kept = state_of(await upload(person, data))
        found.append(kept.file.sha256)
    assert found[0] == found[1]
    async with shop.service.engine.connect() as connection:
        mine = sa.select(attachment_bytes).where(attachment_bytes.c.sha256 == found[0])
        assert len((await connection.execute(mine)).all()) == 1


async def test_what_is_refused_is_refused_in_words(one_square: World):
    shop = one_square
    person = await shop.person()
    conv = await open_conversation(person)
    big = await offer(person, conv.id, b"x", size=ATTACHMENT_MAX + 1)
    assert code_of(big) == "attachment_too_large"
    kind = await offer(person, conv.id, b"x", media_type="application/x-msdownload")
    assert code_of(kind) == "attachment_refused"
    assert code_of(await upload(person, b"never offered")) == "attachment_not_found"
    # By content, not by name: a program that calls itself a picture.
    program = b"MZ\x90\x00" + b"\x00" * 60
    await offer(person, conv.id, program)
    assert code_of(await upload(person, program)) == "attachment_refused"
    await offer(person, conv.id, bomb())
    assert code_of(await upload(person, bomb())) == "attachment_too_large"
    data = picture("PNG")
    await offer(person, conv.id, data)
    differs = await upload(person, data + b"x", sha256(data).hexdigest())
    assert code_of(differs) == "attachment_differs"
    await shop.client.post(f"/v1/support/conversations/{conv.id}/close", headers=person.headers)
    assert code_of(await offer(person, conv.id, PDF)) == "conversation_closed"
    empty = Send(conv.id, new_id(), kind="file")
    answer = await shop.client.post(
        f"/v1/support/conversations/{conv.id}/messages",
        content=msgspec.json.encode(empty),
        headers=person.headers,
    )
    assert code_of(answer) == "message_empty"


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (picture("PNG"), "image/png"),
        (picture("PNG", "RGBA"), "image/png"),
        (picture("GIF", "P"), "image/png"),
        (picture("WEBP"), "image/jpeg"),
        (picture("BMP"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (picture("PNG", size=(6000, 10)), "image/png"),
        (PDF, "application/pdf"),
        ("收据 1\n总计 5 元".encode(), "text/plain; charset=utf-8"),
    ],
    ids=["png", "see-through", "gif", "webp", "bmp", "jpeg", "wide", "pdf", "text"],
)
def test_what_is_taken_and_as_what(data: bytes, media_type: str):
    kept = prepare(data)
    assert kept.media_type == media_type
    assert max(kept.width, kept.height) <= 4096
    if media_type.startswith("image"):
        assert Image.open(io.BytesIO(kept.data)).size == (kept.width, kept.height)
    else:
        assert kept.data == data


@pytest.mark.parametrize(
    "data",
    [
        b"<html><script>alert(1)</script>",
        b"  <svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x00\x01\x02",
        b"\xff\xfe\xfd",
        picture("PNG")[:60],
        picture("TIFF"),
    ],
    ids=["page", "svg", "controls", "latin", "damaged", "tiff"],
)
def test_what_is_not_taken(data: bytes):
    with pytest.raises(KBeanError, match="attachment_refused"):
        prepare(data)
