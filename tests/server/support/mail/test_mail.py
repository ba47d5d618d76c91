"""E-mail as a channel: real SMTP and IMAP servers; both databases where they decide."""

from __future__ import annotations

import asyncio
import io
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

import sqlalchemy as sa
from PIL import Image

from app.protocol.messages.support import Message, Sender
from app.server.db.engine import reading
from app.server.support.mail.tables import mail_outbox, mail_threads
from app.server.support.talk.tables import conversations
from tests.databases import on_one_database
from tests.server.staff import make_member
from tests.server.support.mail.conftest import OURS, Post

SAM = "sam@example.org"


def letter(
    text: str, *, subject: str = "Money is missing", answers: str = "", **headers: str
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f"Sam Rivera <{SAM}>"
    mail["To"] = OURS
    mail["Subject"] = subject
    mail["Message-ID"] = make_msgid(domain="example.org")
    if answers:
        mail["In-Reply-To"] = answers
        mail["References"] = answers
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


async def rows(post: Post) -> list[Any]:
    async with reading(post.shop.service.engine) as connection:
        query = sa.select(conversations).where(conversations.c.kind == "person")
        return list((await connection.execute(query.order_by(conversations.c.id))).all())


async def said(post: Post, conv: str) -> list[Message]:
    page = await post.shop.service.talk.page(conv, after=0, limit=100)
    return [message for message in page.messages if message.kind in {"text", "file"}]


async def reply(post: Post, conv: str, text: str) -> None:
    member = await make_member(post.shop)
    agent = Sender("agent", member.id, "林婷")
    async with post.shop.service.talk.change() as change:
        row = await change.conversation(conv)
        await change.give(row, "agent", "claimed", agent_id=agent.id, agent_name="林婷")
        await change.append(change.row(conv), agent, "text", text)


async def test_a_letter_becomes_a_conversation_and_the_answer_comes_back(post: Post) -> None:
    post.mailbox.put(letter("I paid twice for order 20261123.").as_bytes())
    await post.fetch()
    (row,) = await rows(post)
    assert (row.channel, row.owner, row.user_id, row.language) == ("email", "queue", None, "en")
    assert [m.body for m in await said(post, row.id)] == ["I paid twice for order 20261123."]
    assert post.mailbox.unread() == 0
    await reply(post, row.id, "We are looking into it.")
    confirmed, answer = await post.carry()
    assert row.number in str(confirmed["Subject"])
    assert confirmed["Auto-Submitted"] == "auto-generated"
    assert answer["To"] == SAM
    assert answer["From"] == f"K豆运营 <{OURS}>"
    text = answer.get_body().get_content()
    assert "We are looking into it." in text
    # The person answers that: it is the same conversation, and only the new words count.
    back = letter(
        f"Thank you!\n\nOn Monday K-Bean wrote:\n> {text.strip()}",
        subject=str(answer["Subject"]),
        answers=str(answer["Message-ID"]),
    )
    post.mailbox.put(back.as_bytes())
    await post.fetch()
    assert [m.body for m in await said(post, row.id)][-1] == "Thank you!"
    assert len(await rows(post)) == 1


async def test_a_letter_that_comes_twice_is_taken_once(post: Post) -> None:
    raw = letter("once").as_bytes()
    for _ in range(2):
        post.mailbox.put(raw)
    await post.fetch()
    mail = post.shop.service.mail
    assert mail is not None
    await asyncio.gather(*(mail.postbox.take(raw) for _ in range(4)))
    (row,) = await rows(post)
    assert [m.body for m in await said(post, row.id)] == ["once"]


@on_one_database
async def test_machines_are_not_answered(post: Post) -> None:
    post.mailbox.put(letter("out of office", Auto_Submitted="auto-replied").as_bytes())
    post.mailbox.put(letter("news", List_Id="<news.example>").as_bytes())
    post.mailbox.put(letter("sale", Precedence="bulk").as_bytes())
    post.mailbox.put(b"\x00\xff no letter at all \r\n")
    await post.fetch()
    assert await rows(post) == []
    assert await post.carry() == []
    assert post.mailbox.unread() == 0


@on_one_database
async def test_nobody_gets_into_a_strangers_conversation(post: Post) -> None:
    post.mailbox.put(letter("mine").as_bytes())
    await post.fetch()
    (row,) = await rows(post)
    (confirmed,) = await post.carry()
    forged = letter(
        "give me their data",
        subject=f"Re: [{row.number}]",
        answers=str(confirmed["Message-ID"]),
    )
    forged.replace_header("From", "Mallory <mallory@example.net>")
    post.mailbox.put(forged.as_bytes())
    await post.fetch()
    first, second = await rows(post)
    assert [m.body for m in await said(post, first.id)] == ["mine"]
    assert [m.body for m in await said(post, second.id)] == ["give me their data"]


@on_one_database
async def test_only_a_proved_sender_is_somebody_with_a_wallet(post: Post) -> None:
    person = await post.shop.person()
    address = person.contact.value
    domain = address.partition("@")[2]
    vouched = f"mx.kbean.example; dmarc=pass header.from={domain}"
    forged = f"mx.elsewhere.example; dmarc=pass header.from={domain}"
    for text, result in (("forged", forged), ("real", vouched)):
        mail = letter(text, Authentication_Results=result)
        mail.replace_header("From", address)
        post.mailbox.put(mail.as_bytes())
        await post.fetch()
    stranger, known = await rows(post)
    assert (stranger.user_id, known.user_id) == (None, person.session.user_id)
    assert [m.body for m in await said(post, known.id)] == ["real"]


@on_one_database
async def test_pictures_come_along_and_programs_do_not(post: Post) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(picture, "PNG")
    mail = letter("see the picture")
    mail.add_attachment(picture.getvalue(), maintype="image", subtype="png", filename="收据.png")
    mail.add_attachment(b"MZ\x90\x00" * 40, maintype="image", subtype="png", filename="run.png")
    for _ in range(2):
        post.mailbox.put(mail.as_bytes())
        await post.fetch()
    (row,) = await rows(post)
    text, file, refused = await said(post, row.id)
    assert (text.body, file.kind, refused.body) == ("see the picture", "file", "[run.png]")
    assert file.card is not None


@on_one_database
async def test_what_is_masked_in_the_chat_is_masked_in_letters(post: Post) -> None:
    post.mailbox.put(letter("my card is 4111 1111 1111 1111").as_bytes())
    await post.fetch()
    (row,) = await rows(post)
    assert "4111 1111 1111 1111" not in (await said(post, row.id))[0].body


@on_one_database
async def test_letters_are_sealed_and_gone_once_they_left(post: Post) -> None:
    post.mailbox.put(letter("hello").as_bytes())
    await post.fetch()
    async with reading(post.shop.service.engine) as connection:
        waiting = (await connection.execute(sa.select(mail_outbox))).one()
        thread = (await connection.execute(sa.select(mail_threads))).one()
    assert SAM.encode() not in waiting.letter
    assert SAM.encode() not in thread.address
    await post.carry()
    async with reading(post.shop.service.engine) as connection:
        sent = (await connection.execute(sa.select(mail_outbox))).one()
    assert (sent.state, sent.letter, sent.next_at) == ("sent", None, None)


async def test_a_server_that_is_busy_is_tried_again_one_that_refuses_is_not(
    post: Post, expect_log: Any
) -> None:
    expect_log("mail.not_sent")
    post.mailbox.put(letter("hello").as_bytes())
    await post.fetch()
    post.sink.refuse = "451 later"
    assert await post.carry() == []
    async with reading(post.shop.service.engine) as connection:
        row = (await connection.execute(sa.select(mail_outbox))).one()
    assert (row.state, row.tries) == ("waiting", 1)
    async with post.shop.service.talk.change() as change:
        await change.connection.execute(sa.update(mail_outbox).values(next_at=0))
    post.sink.refuse = "550 nobody of that name"
    await post.carry()
    async with reading(post.shop.service.engine) as connection:
        row = (await connection.execute(sa.select(mail_outbox))).one()
    assert (row.state, row.letter) == ("failed", None)
    (conversation,) = await rows(post)
    notes = await post.shop.service.talk.notes_id(conversation.id)
    assert notes is not None
    page = await post.shop.service.talk.page(notes, after=0, limit=10)
    assert [message.body for message in page.messages] == ["mail_failed"]


@on_one_database
async def test_a_reopened_thread_is_the_same_conversation(post: Post) -> None:
    post.mailbox.put(letter("hello").as_bytes())
    await post.fetch()
    (row,) = await rows(post)
    (confirmed,) = await post.carry()
    async with post.shop.service.talk.change() as change:
        await change.give(await change.conversation(row.id), "nobody", "closed")
    post.mailbox.put(letter("and again", answers=str(confirmed["Message-ID"])).as_bytes())
    await post.fetch()
    (again,) = await rows(post)
    assert (again.id, again.owner, again.cycle) == (row.id, "queue", 2)
