"""Consent from the wallet: proved here, signed by the device, and never given by accident."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

import httpx
import msgspec
import pytest

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.cards import AccessCard, ActionCard, FileCard, SurveyCard
from app.protocol.messages.desk import (
    AskAccess,
    AskVerification,
    CloseRequest,
    Propose,
    Reply,
)
from app.protocol.messages.stream import Typing
from app.protocol.messages.support import AttachmentOffer, AttachmentState, Sender
from app.wallet.session import WalletSession
from app.wallet.support.views import Bubble
from app.wallet.vault.errors import WrongPassphraseError
from app.wallet.vault.vault import Passphrase
from tests.end_to_end.chatting import LONG, agree, bubbles, chatting, eventually, say, sent
from tests.end_to_end.people import PASSPHRASE
from tests.end_to_end.world import World, until, world
from tests.server.staff import Member, make_member
from tests.server.world import World as Shop

ME = Passphrase(PASSPHRASE)


class Helped:
    """Ann, whose conversation an agent owns, and the agent at the desk's API."""

    def __init__(self, here: World, ann: WalletSession, agent: Member, conv: str) -> None:
        self.here = here
        self.ann = ann
        self.agent = agent
        self.conv = conv
        self.heard: list[frozenset[Any]] = []
        ann.observe(self.heard.append)

    async def asks(self, what: str, body: Any) -> Bubble:
        """The agent asks; the card as the wallet shows it."""
        path = f"/v1/staff/conversations/{self.conv}/{what}"
        answer = await self.agent.post(path, body)
        assert answer.status_code == 201, answer.text
        request_id = msgspec.json.decode(answer.content)["request_id"]
        await until(lambda: any(_request(b) == request_id for b in self.open), LONG)
        return next(b for b in self.open if _request(b) == request_id)

    @property
    def open(self) -> tuple[Bubble, ...]:
        return self.ann.support.state.asks

    async def state(self, request_id: str) -> str:
        drawn = await bubbles(self.ann, self.conv)
        return next(b.request_state for b in drawn if _request(b) == request_id)


def _request(bubble: Bubble) -> str:
    found: str = getattr(bubble.card, "request_id", "")
    return found


@contextlib.asynccontextmanager
async def helped(folder) -> AsyncIterator[Helped]:
    async with world(folder, bot="silent") as here, httpx.AsyncClient() as client:
        url = f"http://127.0.0.1:{here.road.upstream}"
        client.base_url = httpx.URL(url)
        agent = await make_member(Shop(here.service, url, client), "agent")
        ann = await chatting(here)
        await ann.support.open(language="zh")
        await ann.support.send("请帮帮我")
        conv = await sent(ann)
        async with here.service.talk.change() as change:
            row = await change.conversation(conv)
            await change.give(row, "agent", "claimed", agent_id=agent.id, agent_name="林婷")
        await until(lambda: ann.support.state.conversation.agent_name == "林婷", LONG)
        yield Helped(here, ann, agent, conv)


async def test_identity_is_proved_here_and_to_the_service(tmp_path):
    async with helped(tmp_path) as room:
        support = room.ann.support
        card = _request(await room.asks("verifications", AskVerification(2)))
        with pytest.raises(WrongPassphraseError):
            await support.answer_verification(card, True, Passphrase("wrong"))
        with pytest.raises(KBeanError, match="proof_needed"):
            await support.answer_verification(card, True)
        assert not [h for h in room.here.road.heard if "/verifications/" in h.line]
        with pytest.raises(KBeanError, match="proof_failed"):
            await support.answer_verification(card, True, ME, passphrase="not the one")
        # The answer is lost on its way back; the same bytes go out again.
        fates = ["lose_answer"]
        room.here.road.rule = lambda heard: (
            fates.pop() if fates and "/verifications/" in heard.line else "pass"
        )
        state = await support.answer_verification(card, True, ME, passphrase=PASSPHRASE)
        assert state == "passed"
        assert room.open == ()
        assert await room.state(card) == "passed"
        # Answered on this device already, tried again by an impatient finger.
        assert await support.answer_verification(card, False) == "passed"
        declined = _request(await room.asks("verifications", AskVerification(1)))
        assert await support.answer_verification(declined, False) == "declined"


async def test_access_is_allowed_for_less_and_revoked_at_once(tmp_path):
    async with helped(tmp_path) as room:
        support = room.ann.support
        asked = await room.asks("access", AskAccess(["balance", "devices"], "missing payment", 30))
        assert isinstance(asked.card, AccessCard)
        request_id = asked.card.request_id
        with pytest.raises(WrongPassphraseError):
            await support.answer_access(request_id, True, credential=Passphrase("wrong"))
        fates = ["lose_answer"]
        room.here.road.rule = lambda heard: (
            fates.pop() if fates and "/access/" in heard.line else "pass"
        )
        grant = await support.answer_access(
            request_id, True, scopes=("balance",), minutes=10, credential=ME
        )
        assert (grant.scopes, grant.state) == (["balance"], "active")
        assert [g.id for g in support.state.grants] == [grant.id]
        assert any("grants" in topics for topics in room.heard)
        assert room.open == ()
        # Said twice is said once.
        again = await support.answer_access(request_id, True, minutes=10, credential=ME)
        assert again.id == grant.id

        path = f"/v1/staff/conversations/{room.conv}/account?scope="
        assert (await room.agent.get(f"{path}balance")).status_code == 200
        assert (await room.agent.get(f"{path}devices")).status_code == 403
        (look,) = (await support.looks()).looks
        assert (look.scope, look.agent_name) == ("balance", "林婷")
        assert (await support.revoke(grant.id)).state == "revoked"
        assert support.state.grants == ()
        assert (await room.agent.get(f"{path}balance")).status_code == 403
        await eventually(lambda: _is(room, request_id, "revoked"))

        other = _request(await room.asks("access", AskAccess(["profile"], "one more look")))
        assert (await support.answer_access(other, False)).state == "declined"
        assert support.state.grants == ()
        with pytest.raises(KBeanError, match="request_not_found"):
            await support.answer_access(new_id(), True, credential=ME)


async def _is(room: Helped, request_id: str, state: str) -> bool:
    return await room.state(request_id) == state


async def test_a_proposed_change_is_confirmed_by_the_person(tmp_path):
    async with helped(tmp_path) as room:
        body = Propose("display_name", "as you asked", "安安")
        card = _request(await room.asks("proposals", body))
        state = await room.ann.support.answer_proposal(card, True, ME, passphrase=PASSPHRASE)
        assert state in {"confirmed", "done"}
        await until(lambda: room.ann.snapshot.person.display_name == "安安", LONG)
        second = _request(await room.asks("proposals", body))
        assert await room.ann.support.answer_proposal(second, False) == "declined"


async def test_freeze_needs_a_tap_and_thaw_needs_the_person(tmp_path):
    async with helped(tmp_path) as room:
        support = room.ann.support
        assert (await support.freeze("lost my phone")).state == "frozen"
        assert support.state.frozen
        assert (await support.freeze()).state == "frozen"
        await room.ann.refresh()
        assert support.state.frozen
        with pytest.raises(WrongPassphraseError):
            await support.thaw("wrong")
        assert (await support.thaw(PASSPHRASE)).state == "active"
        assert not support.state.frozen


async def test_an_agents_file_is_shown_and_kept_and_the_survey_waits(tmp_path):
    async with helped(tmp_path) as room:
        support = room.ann.support
        path = f"/v1/staff/conversations/{room.conv}"
        guide = "第一步：打开安全中心\n".encode()
        offer = AttachmentOffer(
            room.conv, sha256(guide).hexdigest(), "步骤.txt", "text/plain", len(guide)
        )
        await room.agent.post(f"{path}/attachments", offer)
        answer = await room.agent.world.client.put(
            f"{path}/attachments/{offer.sha256}", content=guide, headers=room.agent.headers
        )
        file = msgspec.json.decode(answer.content, type=AttachmentState).file
        await room.agent.post(f"{path}/messages", Reply(new_id(), "请照着做", file))
        await agree(room.here, room.ann, room.conv)
        drawn = (await bubbles(room.ann, room.conv))[-1]
        assert isinstance(drawn.card, FileCard)
        assert (drawn.card, drawn.body) == (file, "请照着做")
        assert await support.attachment(drawn.card) == guide
        await support.export(tmp_path / "chat.txt", "txt", language="zh")
        assert "步骤.txt" in (tmp_path / "chat.txt").read_text("utf-8")
        await room.agent.post(f"{path}/messages", Reply(new_id(), "好了"))
        answer = await room.agent.post(f"{path}/close", CloseRequest("resolved"))
        assert answer.status_code < 300, answer.text
        await until(lambda: any(isinstance(b.card, SurveyCard) for b in room.open), LONG)
        survey = next(b.card for b in room.open if isinstance(b.card, SurveyCard))
        await support.rate(survey.survey_id, 5, "谢谢")
        assert not any(isinstance(b.card, SurveyCard) for b in room.open)
        assert support.state.conversation.owner == "nobody"


async def test_typing_and_place_come_and_go(tmp_path):
    async with helped(tmp_path) as room:
        support = room.ann.support
        user = room.ann.line.session.user_id
        hub = room.here.service.hub
        hub.tell(f"person:{user}", Typing(room.conv, True, "staff", "林婷"))
        await until(lambda: support.state.typing == ("林婷",), LONG)
        await say(room.here, room.conv, "在的", Sender("agent", room.agent.id, "林婷"))
        await until(lambda: support.state.typing == (), LONG)
        hub.tell(f"person:{user}", Typing(room.conv, True, "staff", "林婷"))
        await until(lambda: support.state.typing == ("林婷",), LONG)
        await until(lambda: support.state.typing == (), LONG)
        await support.back_to_bot()
        await until(lambda: support.state.conversation.owner == "bot", LONG)
        await support.ask_human()
        await until(lambda: support.state.conversation.owner in {"queue", "agent"}, LONG)
        await sent(room.ann)


async def test_the_bots_action_is_confirmed_and_its_answer_judged(tmp_path):
    async with world(tmp_path, bot="words") as here:
        ann = await chatting(here)
        support = ann.support
        await support.open(language="zh")
        await support.act("freeze")
        conv = await sent(ann)
        await until(lambda: any(isinstance(b.card, ActionCard) for b in support.state.asks), LONG)
        card = next(b.card for b in support.state.asks if isinstance(b.card, ActionCard))
        assert card.action == "freeze"
        assert await support.confirm_action(card.request_id, True) in {"confirmed", "done"}
        await until(lambda: support.state.frozen, LONG)
        assert support.state.asks == ()
        await support.thaw(PASSPHRASE)

        await support.choose("refund_time")
        await until(lambda: support.state.waiting_out == 0, LONG)
        await eventually(lambda: _answered(ann, conv))
        answer = next(b for b in await bubbles(ann, conv) if _judged_for(b))
        assert answer.seq is not None
        await support.judge(answer.seq, True)
        assert next(b for b in await bubbles(ann, conv) if _judged_for(b)).judged is True
        await agree(here, ann, conv)


def _judged_for(bubble: Bubble) -> bool:
    return bool(getattr(bubble.card, "judge", False))


async def _answered(session: WalletSession, conv: str) -> bool:
    return any(_judged_for(b) for b in await bubbles(session, conv))


async def test_a_call_is_booked_and_cancelled(tmp_path):
    async with helped(tmp_path) as room:
        support = room.ann.support
        slots = await support.slots()
        assert slots
        booked = await support.request_callback(slots[-1].start, "+86 138 0013 8000", "退款")
        assert booked.state == "booked"
        assert "0013" not in booked.phone_masked
        assert (await support.cancel_callback(booked.id)).state == "cancelled"
        await until(lambda: support.state.info is not None, LONG)
        await asyncio.sleep(0)
        assert support.state.info.timezone
