"""An agent of the demo who works by the desk's API, as a person at the desk would.

She greets, asks the person to prove who they are, asks to see their movements, looks, explains, and
closes when the person has answered. Everything goes through the service's public staff routes: what
she may not do, the service refuses.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from contextlib import suppress

from app.demo.organisation import STAFF_PASSPHRASE, DemoStaff
from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.cards import RequestEvent
from app.protocol.messages.desk import (
    AskAccess,
    AskVerification,
    CloseRequest,
    QueueEntry,
    Reply,
    StaffConversation,
    StaffSignIn,
)
from app.protocol.messages.stream import ServiceFrame
from app.protocol.messages.support import Language
from app.sdk.address import ServiceAddress
from app.sdk.staff import StaffClient
from app.sdk.stream import EventStream, Link, Token
from app.sdk.transport import Transport

_log = logging.getLogger(__name__)

_LOOK_SECONDS = 2.0
"""Looks at the board that often even if nothing was told."""

WORDS: dict[str, dict[Language, str]] = {
    "greet": {
        "zh": "您好，我是林婷。为了您的账户安全，请先点一下验证卡片，确认是您本人。",
        "en": "Hello, I am Lin Ting. To keep your account safe, please confirm on the card that "
        "it is you.",
    },
    "thanks": {
        "zh": "谢谢，已确认是您本人。想看一下您最近的收支，才能说清这笔付款，请您授权。",
        "en": "Thank you, that worked. To explain this payment I would like to look at your recent "
        "movements; please allow it.",
    },
    "explain": {
        "zh": "看到了：这是您在「{payee}」扫码付的款，签名来自您自己的设备，"
        "钱已经到商家账户，没有重复扣款。如果商品有问题，我可以帮您向商家申请退款。",
        "en": "I see it: you paid {payee} by scanning their code, signed by your own device. The "
        "money reached the merchant once, nothing was charged twice. If something is wrong with "
        "what you bought, I can help you ask for a refund.",
    },
    "refused": {
        "zh": "好的，不看也没关系。单从这笔付款的收据看，它由您的设备签名，只扣了一次。",
        "en": "That is fine, I don't need to look. The receipt alone shows that your device signed "
        "it and that it was charged once.",
    },
    "bye": {
        "zh": "不客气。我先结束这次对话，之后随时可以再找我们。",
        "en": "You are welcome. I close this now; write to us again at any time.",
    },
}
"""What she says; never an amount, never anything she was not shown."""

REASON: dict[Language, str] = {
    "zh": "核对您问到的这笔付款",
    "en": "To check the payment you ask about",
}


class ScriptedAgent:
    """Works in a thread of its own until :meth:`stop`."""

    def __init__(self, url: str, member: DemoStaff) -> None:
        """Sign in as ``member`` at the service."""
        self._address = ServiceAddress.parse(url)
        self._member = member
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="demo-agent", daemon=True)

    def start(self) -> None:
        """Come online; returns when conversations can be given to her.

        Raises:
            RuntimeError: if that did not work.
        """
        self._thread.start()
        if not self._ready.wait(30) or self._failure is not None:
            raise RuntimeError(f"the demo's agent did not come online: {self._failure}")

    def stop(self) -> None:
        """Go home."""
        if self._loop is not None and self._task is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._task.cancel)
            self._thread.join(timeout=15)

    def _run(self) -> None:
        try:
            asyncio.run(self._work())
        except asyncio.CancelledError:
            pass
        except Exception as error:
            _log.exception("the demo's agent stopped")
            self._failure = error
        finally:
            self._ready.set()

    async def _work(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        client = StaffClient(Transport(self._address))
        try:
            code = self._member.code()
            await client.sign_in(StaffSignIn(self._member.name, STAFF_PASSPHRASE, code))
            ears = _Ears(client)
            stream = EventStream(self._address, ears.token, ears, clock=client.clock)
            line = asyncio.create_task(stream.run(), name="demo-agent-stream")
            try:
                await asyncio.wait_for(ears.live.wait(), 20)
                await client.set_presence("online")
                self._ready.set()
                await Shift(client, ears.news).work()
            finally:
                line.cancel()
                with suppress(asyncio.CancelledError):
                    await line
        finally:
            await client.close()


class _Ears:
    """Hears that something changed; what exactly, the board says."""

    def __init__(self, client: StaffClient) -> None:
        self._client = client
        self.live = asyncio.Event()
        self.news = asyncio.Event()

    async def cursors(self) -> dict[str, int]:
        """None: pages are asked for."""
        return {}

    async def received(self, frame: ServiceFrame) -> None:
        """Look again."""
        del frame
        self.news.set()

    def linked(self, link: Link, close_code: int | None) -> None:
        """The line is up."""
        del close_code
        if link == "live":
            self.live.set()

    async def token(self, refused: str | None) -> Token:
        """The session's token; there is no other one."""
        session = self._client.session
        if refused == session.access_token:
            raise KBeanError("session_ended")
        return Token(session.access_token, session.access_expires_at)


class Shift:
    """What she does with the conversations that are hers."""

    def __init__(self, client: StaffClient, news: asyncio.Event) -> None:
        """Work through ``client``; ``news`` says that it is worth looking."""
        self._client = client
        self._news = news
        self._done: dict[str, set[str]] = {}

    async def work(self) -> None:
        """Until cancelled."""
        while True:
            self._news.clear()
            board = await self._client.board()
            for entry in board.mine:
                with suppress(KBeanError):
                    await self._help(entry)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), _LOOK_SECONDS)

    async def _help(self, entry: QueueEntry) -> None:
        """The next step of one conversation, if it is time for it."""
        conv, language = entry.conversation.id, entry.conversation.language
        key = f"{conv}.{entry.conversation.cycle}"
        done = self._done.setdefault(key, set())
        if "greet" not in done:
            done.add("greet")
            await self._say(conv, WORDS["greet"][language])
            await self._client.ask_verification(conv, AskVerification(1))
            return
        seen = await self._client.conversation(conv)
        if "thanks" not in done and seen.verified_level >= 1:
            done.add("thanks")
            await self._say(conv, WORDS["thanks"][language])
            await self._client.ask_access(conv, AskAccess(["movements"], REASON[language]))
        elif "thanks" in done and "explain" not in done:
            await self._look(conv, language, seen, done)
        elif "explain" in done and _answered(seen):
            done.add("bye")
            await self._say(conv, WORDS["bye"][language])
            await self._client.close_conversation(conv, CloseRequest("resolved"))

    async def _look(
        self, conv: str, language: Language, seen: StaffConversation, done: set[str]
    ) -> None:
        if any(grant.state == "active" for grant in seen.grants):
            done.add("explain")
            view = await self._client.account(conv, "movements")
            paid = next((m for m in view.movements if m.direction == "out"), None)
            payee = paid.counterparty if paid else "?"
            await self._say(conv, WORDS["explain"][language].format(payee=payee))
        elif any(grant.state == "declined" for grant in seen.grants):
            done.add("explain")
            await self._say(conv, WORDS["refused"][language])

    async def _say(self, conv: str, text: str) -> None:
        await self._client.reply(conv, Reply(new_id(), text))


def _answered(seen: StaffConversation) -> bool:
    """Whether the person has written since her explanation."""
    for message in reversed(seen.messages):
        if message.kind == "text" and message.sender.kind in {"person", "agent"}:
            return message.sender.kind == "person"
        if isinstance(message.card, RequestEvent) and message.card.state == "granted":
            return False
    return False
