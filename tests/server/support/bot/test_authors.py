"""The learning loop: see what is missing, make it phrasings, publish, and be answered better."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from app.protocol.ids import new_id
from app.protocol.messages.cards import AnswerCard
from app.protocol.messages.knowledge import (
    KnowledgeList,
    KnowledgePublished,
    KnowledgeTried,
    KnowledgeVersion,
    QuestionClusters,
)
from tests.databases import on_one_database
from tests.server.staff import Member, make_member
from tests.server.support.bot.test_conversation import from_bot, has, talk, told
from tests.server.support.world import stream
from tests.server.world import World, code_of, world

KNOWLEDGE = "/v1/staff/knowledge"


"""One worker for all that fits or loads: what is fitted is fitted once."""


@pytest.fixture
async def shop(tmp_path: Path, database_url: str):
    # By words alone: what is looked at here is the loop, and this fits in a blink.
    async with world(tmp_path, database_url, bot="words") as made:
        await made.service.bot.shelf.library()
        yield made


async def tried(author: Member, question: str) -> KnowledgeTried:
    answer = await author.post(f"{KNOWLEDGE}/test", {"question": question, "language": "zh"})
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=KnowledgeTried)


async def listed(author: Member) -> KnowledgeList:
    return msgspec.json.decode((await author.get(KNOWLEDGE)).content, type=KnowledgeList)


async def missing(author: Member) -> QuestionClusters:
    answer = await author.get(f"{KNOWLEDGE}/questions")
    return msgspec.json.decode(answer.content, type=QuestionClusters)


async def version(author: Member, topic: str, language: str = "zh") -> KnowledgeVersion:
    answer = await author.get(f"{KNOWLEDGE}/{topic}/{language}")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=KnowledgeVersion)


async def test_what_people_asked_in_vain_becomes_phrasings_with_one_click(shop: World):
    person, author = await shop.person(), await make_member(shop, "senior")
    conv = await talk(person)
    asked = "豆包儿咋个整嘛"
    async with stream(person) as line:
        await line.say(conv.id, asked)
        await told(line, lambda m: from_bot(m) and m.seq > 2)
        await line.say(conv.id, "都不是", choice="none_of_these")
        await told(line, lambda m: from_bot(m) and m.seq > 4)
    (cluster,) = (await missing(author)).clusters
    (question,) = cluster.questions
    assert question.question == asked
    before = await version(author, "points_use")
    settled = await author.post(
        f"{KNOWLEDGE}/questions", {"ids": [question.id], "topic": "points_use"}
    )
    assert settled.status_code == 204, settled.text
    assert (await missing(author)).clusters == []
    after = await version(author, "points_use")
    assert (after.version, after.published) == (before.version + 1, before.published)
    assert after.entry.phrasings[-1] == asked
    assert (await listed(author)).drafts == 1
    assert (await tried(author, asked)).candidates[0].topic != "points_use"
    done = await author.post(f"{KNOWLEDGE}/publish")
    assert done.status_code == 200, done.text
    assert msgspec.json.decode(done.content, type=KnowledgePublished).publication == 1
    assert (await tried(author, asked)).candidates[0].topic == "points_use"
    now = await listed(author)
    assert (now.publication, now.drafts) == (1, 0)


async def test_an_edited_answer_is_given_once_it_is_published_on_every_node(
    tmp_path: Path, postgresql: str
):
    async with (
        world(tmp_path / "one", postgresql, bot="words") as shop,
        world(tmp_path / "one", postgresql, bot="words") as other,
    ):
        await shop.service.bot.shelf.library()
        author, person = await make_member(shop, "admin"), await shop.person()
        standing = await version(author, "hours")
        entry = msgspec.structs.replace(standing.entry, body="从早上六点起都有人。")
        assert (await author.put(f"{KNOWLEDGE}/hours/zh", entry)).status_code == 200
        conv = await talk(person)
        async with stream(person) as line:
            await line.say(conv.id, "时间", choice="hours")
            first = await told(line, has(AnswerCard))
            assert first.body != entry.body
            shelf = other.service.bot.shelf
            assert (await shelf.library()).entry("hours", "zh").body == first.body
            assert (await author.post(f"{KNOWLEDGE}/publish")).status_code == 200
            await line.say(conv.id, "时间", choice="hours")
            second = await told(line, lambda m: has(AnswerCard)(m) and m.seq > first.seq)
            assert second.body == entry.body
            assert isinstance(second.card, AnswerCard)
            assert second.card.version == standing.version + 1
            await shelf.look()
            assert (await shelf.library()).entry("hours", "zh").body == entry.body


@on_one_database
async def test_questions_are_put_aside_and_what_is_wrong_is_refused_and_said(shop: World):
    agent, author = await make_member(shop, "agent"), await make_member(shop, "admin")
    person = await shop.person()
    # Agents have no business here, and questions have no names.
    for path in (KNOWLEDGE, f"{KNOWLEDGE}/questions", f"{KNOWLEDGE}/hours/zh"):
        assert code_of(await agent.get(path)) == "forbidden"
        assert (await author.get(path)).status_code == 200
    for number in (f"{new_id()}.1", "1.1", f"{new_id()}.99999999999", "x"):
        answer = await author.post(f"{KNOWLEDGE}/questions", {"ids": [number]})
        assert code_of(answer) == "not_found"
    # Questions that are no loss.
    conv = await talk(person)
    async with stream(person) as line:
        await line.say(conv.id, "豆包儿咋个整嘛")
        await told(line, lambda m: from_bot(m) and m.seq > 2)
        await line.say(conv.id, "都不是", choice="none_of_these")
        await told(line, lambda m: from_bot(m) and m.seq > 4)
    ids = [q.id for cluster in (await missing(author)).clusters for q in cluster.questions]
    assert len(ids) == 1
    assert (await author.post(f"{KNOWLEDGE}/questions", {"ids": ids})).status_code == 204
    assert (await missing(author)).clusters == []
    assert (await listed(author)).drafts == 0
    # What is wrong in itself.
    entry = (await version(author, "hours")).entry
    replace = msgspec.structs.replace
    wrong = [
        replace(entry, phrasings=entry.phrasings[:3]),
        replace(entry, body="<b>six</b>"),
        replace(entry, actions=["dance"]),
        replace(entry, review="2026-02-31"),
    ]
    for each in wrong:
        answer = await author.put(f"{KNOWLEDGE}/hours/zh", each)
        assert code_of(answer) == "knowledge_invalid", answer.text
    # Good by itself, wrong together with the others: only publishing can say so.
    stray = replace(entry, links=["nowhere_at_all"])
    assert (await author.put(f"{KNOWLEDGE}/hours/zh", stray)).status_code == 200
    assert code_of(await author.post(f"{KNOWLEDGE}/publish")) == "knowledge_invalid"
    assert code_of(await author.get(f"{KNOWLEDGE}/no_such_topic/zh")) == "not_found"
    assert code_of(await author.get(f"{KNOWLEDGE}/hours/xx")) == "not_found"
