"""Attachments, the past on a new device, search and export, against the real service."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from app.protocol.errors import KBeanError
from app.protocol.messages.cards import FileCard
from app.wallet.support.views import ExportFormat
from tests.end_to_end.chatting import (
    AGENT,
    LONG,
    agree,
    bubbles,
    chatting,
    sent,
    told,
)
from tests.end_to_end.world import until, world


async def test_a_picture_goes_in_two_steps_and_is_found_offline(tmp_path):
    async with world(tmp_path, bot="silent") as here:
        ann = await chatting(here)
        await ann.support.open(language="en")
        conv = await sent(ann)
        seen = []

        def cut_once(heard):
            if heard.line.startswith("PUT ") and not seen:
                seen.append(heard)
                return "lose_answer"
            return "pass"

        here.road.rule = cut_once
        note = tmp_path / "note.txt"
        note.write_text("配方 recipe\n", encoding="utf-8")
        key = await ann.support.send_file(note, "notes/配方.txt")
        await sent(ann)
        await agree(here, ann, conv)
        drawn = next(b for b in await bubbles(ann, conv) if b.key == key)
        assert isinstance(drawn.card, FileCard)
        assert (drawn.card.name, drawn.kind) == ("配方.txt", "file")
        assert await ann.support.attachment(drawn.card) == note.read_bytes()
        laptop = await chatting(here, "laptop", sign_in=True)
        await agree(here, laptop, conv)
        assert await laptop.support.attachment(drawn.card) == note.read_bytes()
        await here.road.shut()
        assert await laptop.support.attachment(drawn.card) == note.read_bytes()


async def test_a_new_device_has_the_newest_page_first_and_then_everything(tmp_path):
    async with world(tmp_path, bot="silent") as here:
        desktop = await chatting(here, "desktop")
        await desktop.support.open(language="zh")
        conv = await sent(desktop)
        for start in range(0, 260, 26):
            async with here.service.talk.change() as change:
                for number in range(start, start + 26):
                    row = change.row(conv) if number % 26 else await change.conversation(conv)
                    await change.append(row, AGENT, "text", f"第 {number} 条回复")
        laptop = await chatting(here, "laptop", sign_in=True)
        await until(lambda: laptop.support.state.conversation is not None, LONG)
        await agree(here, laptop, conv)
        page = await laptop.support.page(conv, limit=50)
        older = await laptop.support.page(conv, before=page.older, limit=300)
        seqs = [b.seq for b in (*older.bubbles, *page.bubbles)]
        assert seqs == list(range(1, len(seqs) + 1))
        assert len(page.bubbles) == 50
        assert older.older is None
        hits = await laptop.support.search("第 37 条")
        assert [hit.excerpt for hit in hits] == [f"第 {n} 条回复" for n in (237, 137, 37)]
        assert hits[0].number == laptop.support.state.conversation.number


async def test_the_whole_transcript_is_written_for_its_owner_alone(tmp_path):
    async with world(tmp_path, bot="silent") as here:
        ann = await chatting(here)
        await ann.support.open(language="zh")
        await ann.support.send("钱没到 <b>")
        conv = await sent(ann)
        picture = io.BytesIO()
        Image.new("RGB", (8, 8), "#0f7b55").save(picture, "PNG")
        await ann.support.send_file(picture.getvalue(), "截图.png")
        await sent(ann)
        await agree(here, ann, conv)
        card = (await bubbles(ann, conv))[-1].card
        assert isinstance(card, FileCard)
        await ann.support.attachment(card)
        await here.road.shut()
        signs: dict[ExportFormat, str] = {
            "html": "data:image/",
            "txt": "钱没到 <b>",
            "json": '"seq": 2',
        }
        for fmt, sign in signs.items():
            path = tmp_path / f"chat.{fmt}"
            await ann.support.export(path, fmt, language="zh")
            assert sign in path.read_text("utf-8")
            assert path.stat().st_mode & 0o777 == 0o600
        assert "<b>" not in (tmp_path / "chat.html").read_text("utf-8")
        kept_before = (tmp_path / "chat.txt").read_bytes()
        with pytest.raises(FileNotFoundError):
            await ann.support.export(tmp_path / "no folder" / "chat.txt", "txt")
        assert (tmp_path / "chat.txt").read_bytes() == kept_before
        assert sorted(p.name for p in tmp_path.glob("chat*")) == [
            "chat.html",
            "chat.json",
            "chat.txt",
        ]


async def test_what_cant_be_sent_is_said_before_it_is_written(tmp_path):
    async with world(tmp_path, bot="silent") as here:
        ann = await chatting(here)
        support = ann.support
        with pytest.raises(KBeanError, match="conversation_not_found"):
            await support.send("to nobody")
        with pytest.raises(KBeanError, match="conversation_not_found"):
            await support.close()
        await support.open(language="en")
        for text, code in ((" \n", "message_empty"), ("x" * 4001, "validation_failed")):
            with pytest.raises(KBeanError, match=code):
                await support.send(text)
        with pytest.raises(KBeanError, match="attachment_refused"):
            await support.send_file(b"MZ\x90\x00", "virus.txt")
        assert support.state.waiting_out == 0
        # What only looks like a picture the service refuses; the person decides.
        key = await support.send_file(b"\x89PNG\r\n\x1a\nno picture", "broken.png")
        await until(lambda: support.state.refused_out == 1, LONG)
        conv = await sent(ann)
        refused = next(b for b in await bubbles(ann, conv) if b.key == key)
        assert refused.failure.code == "attachment_refused"
        await support.discard(key)
        assert support.state.refused_out == 0
        await support.typing(True)
        await support.typing(False)
        await support.send("x" * 4000)
        await sent(ann)
        assert await told(here, conv) == ["x" * 4000]
