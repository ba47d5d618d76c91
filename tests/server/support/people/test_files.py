"""Files that an agent sends: as persons do, and by nobody but who holds the conversation."""

from __future__ import annotations

from hashlib import sha256

import msgspec
import pytest

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.desk import HandOver, Reply
from app.protocol.messages.stream import Msg
from app.protocol.messages.support import AttachmentOffer, AttachmentState
from tests.server.staff import Member
from tests.server.support.people.conftest import Desk
from tests.server.support.talk.test_attachments import with_place
from tests.server.world import code_of


async def test_an_agent_sends_files_into_what_they_hold(one_desk: Desk):
    """Announced, stored once, made anew, told once, and refused to everybody else."""
    person = await one_desk.world.person()
    conv = await one_desk.asked(person)
    owner, other = await one_desk.agent(), await one_desk.agent("supervisor", online=False)
    await one_desk.settled()
    assert await one_desk.owner(conv.id) == ("agent", owner.id)
    data, path = with_place(), f"/v1/staff/conversations/{conv.id}/attachments"
    digest = sha256(data).hexdigest()
    name = "卡号 4111 1111 1111 1111.jpg"
    offer = AttachmentOffer(conv.id, digest, name, "image/jpeg", len(data))

    async def put(member: Member, raw: bytes = data) -> AttachmentState:
        headers = member.headers | {"content-type": "application/octet-stream"}
        answer = await one_desk.world.client.put(f"{path}/{digest}", content=raw, headers=headers)
        if answer.status_code != 200:
            raise KBeanError(code_of(answer))
        return msgspec.json.decode(answer.content, type=AttachmentState)

    assert code_of(await other.post(path, offer)) == "not_owner"
    assert code_of(await owner.post(path.replace(conv.id, new_id()), offer)) == (
        "conversation_not_found"
    )
    assert (await owner.post(path, offer)).json() == {"state": "needed"}
    for member, raw, code in ((other, data, "not_owner"), (owner, b"else", "attachment_differs")):
        with pytest.raises(KBeanError, match=code):
            await put(member, raw)
    file = (await put(owner)).file
    assert file is not None
    assert (await put(owner)).file == file
    assert (await owner.post(path, offer)).json()["state"] == "stored"
    assert (file.media_type, file.width, file.height) == ("image/jpeg", 30, 40)
    assert "4111 1111" not in file.name
    reply = Reply(new_id(), "", file)
    async with one_desk.line(person) as line:
        sent = await owner.post(f"/v1/staff/conversations/{conv.id}/messages", reply)
        told = await line.expect(Msg, lambda frame: frame.message.sender.kind == "agent")
    again = await owner.post(f"/v1/staff/conversations/{conv.id}/messages", reply)
    assert (sent.status_code, again.json()) == (201, sent.json())
    assert (told.message.kind, told.message.card) == ("file", file)
    got = await person.get(f"/v1/support/attachments/{file.sha256}")
    assert got.headers["content-type"] == "image/jpeg"
    assert b"at home" not in got.content
    unknown = Reply(new_id(), "", msgspec.structs.replace(file, sha256="0" * 64))
    refused = await owner.post(f"/v1/staff/conversations/{conv.id}/messages", unknown)
    assert code_of(refused) == "attachment_not_found"
    note = Reply(new_id(), "给同事", file)
    refused = await owner.post(f"/v1/staff/conversations/{conv.id}/notes", note)
    assert code_of(refused) == "attachment_refused"
    # Handed on, it is no longer theirs to send into.
    await one_desk.do(owner, conv.id, "hand-over", HandOver(to="bot"))
    with pytest.raises(KBeanError, match=r"not_owner|conversation_not_found"):
        await put(owner)
