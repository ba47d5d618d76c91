"""Writes the desk's pages in both themes and languages, with real seeded data.

``python -m tests.desk.shots [--out DIR] [--only WORD]``; ``dev.py shots`` calls it. Everything is
real: service, desk, Chromium; people and staff are played through the same doors as everywhere.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from playwright.sync_api import FilePayload, Page, expect, sync_playwright

from app.protocol.ids import new_id
from app.protocol.messages.cards import ContextCard
from app.protocol.messages.desk import (
    CannedReplyRequest,
    CloseRequest,
    MacroRequest,
    MacroStep,
    Reply,
    StaffSignIn,
)
from app.protocol.messages.support import CallbackRequest, Language
from app.sdk.address import ServiceAddress
from app.sdk.files import announced
from app.sdk.staff import StaffClient
from app.sdk.transport import Transport
from tests.desk.conftest import find_chromium
from tests.desk.seats import Seat
from tests.desk.shots_cases import SCENES as CASE_SCENES
from tests.desk.shots_cases import Casework
from tests.desk.town import PASSPHRASE, Person, Town, picture, wait_for

THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LANGUAGES = ("zh-CN", "en")


class Stage:
    """A town with something to see in it, and one seat at the desk."""

    def __init__(self, town: Town) -> None:
        self.town = town
        roles = ("agent", "senior", "supervisor", "admin")
        town.hire("mei", "王梅", *roles, skills=["payments"])
        town.hire("lilei", "李雷", "agent", skills=["account"], languages=["zh"])
        town.hire("sofia", "Sofia Rossi", "senior", skills=["security"], languages=["en"])
        town.hire("noor", "Noor", "auditor")
        self.staff = StaffClient(Transport(ServiceAddress.parse(town.url)))
        self.colleague = StaffClient(Transport(ServiceAddress.parse(town.url)))
        for client, name in ((self.staff, "mei"), (self.colleague, "lilei")):
            self._run(client.sign_in(StaffSignIn(name, PASSPHRASE, town.code(name))))
        self._ready_words()
        self.main = self._conversation()
        self._others()
        self.casework = Casework(self)
        town.open_desk()

    def _run(self, work):
        return self.town.background.run(work)

    def _ready_words(self) -> None:
        ready: tuple[tuple[str, str, Language, str], ...] = (
            ("hello", "问候", "zh", "{person}，你好，我是{agent}，很高兴为你服务。"),
            ("wait", "请稍等", "zh", "好的，我正在核实，请稍等一两分钟。"),
            ("hello", "Greeting", "en", "Hello {person}, this is {agent}. How can I help?"),
        )
        for shortcut, title, language, body in ready:
            request = CannedReplyRequest(
                shortcut=shortcut, title=title, language=language, body=body, team=True
            )
            self._run(self.staff.keep_canned_reply(request))
        steps = [MacroStep("reply", "很高兴帮到你，祝你愉快。"), MacroStep("close", "resolved")]
        self._run(self.staff.keep_macro(MacroRequest("确认解决并结束", steps)))

    def _conversation(self) -> Person:
        """One that is under way: verified is asked, access is granted, notes are written."""
        town = self.town
        person = town.waiting("周琳", "昨天在便利店付款，优惠券没有抵扣，多付了 5 块钱。")
        for amount in (500_00, 120_50):
            self._run(
                town.service.funding.fund(
                    person.user_id, amount, "CNY", reason="seed", key=new_id()
                )
            )
        person.say(
            "就是这一笔", context=ContextCard("payment", "KB20261122000365", "K豆便利店 −¥64.09")
        )
        self._run(self.staff.claim(person.conv))
        for text in (
            "周琳你好，我是王梅。",
            "我先核对一下这笔付款，需要你授权查看近 30 天的收支。",
        ):
            self._run(self.staff.reply(person.conv, Reply(new_id(), text)))
        person.say("好的，麻烦你了")
        guide = picture(size=(320, 180))
        file = self._run(
            self.staff.files.store(person.conv, announced(guide, "授权步骤.png"), guide)
        )
        self._run(self.staff.reply(person.conv, Reply(new_id(), "", file)))
        note = Reply(new_id(), "这家门店昨天的优惠券配置有误，运营已经在改，可以补发一张。")
        self._run(self.staff.note(person.conv, note))
        return person

    def _others(self) -> None:
        town = self.town
        self.second = town.waiting("Ana Souza", "Where is my refund from last week?", "en")
        self._run(self.staff.claim(self.second.conv))
        third = town.waiting("赵敏", "想更换绑定的手机")
        self._run(self.colleague.claim(third.conv))
        for name, question in (
            ("林夏", "付款被扣了两次，钱什么时候退？"),
            ("James Miller", "I cannot sign in on my new phone"),
            ("陈立", "一直收不到验证码"),
        ):
            town.waiting(name, question, "en" if question.isascii() else "zh")
        slot = self._run(self.main.support.slots()).slots[2]
        request = CallbackRequest(self.main.conv, slot.start, "13800138000", "核对昨天的付款")
        self._run(self.main.support.book(new_id(), request))
        closed = town.waiting("孙悦", "谢谢，已经好了")
        self._run(self.staff.claim(closed.conv))
        self._run(self.staff.close_conversation(closed.conv, CloseRequest("resolved")))

    def close(self) -> None:
        for client in (self.staff, self.colleague):
            self._run(client.close())


def board(seat: Seat, stage: Stage) -> None:
    seat.go("/")
    expect(seat.named("entry").first).to_be_visible()


def conversation(seat: Seat, stage: Stage) -> None:
    seat.go(f"/c/{stage.main.conv}")
    # A draft outlives a page; the next picture begins without it.
    seat.page.locator('[data-name="reply"]').first.fill("")
    expect(seat.said("好的，麻烦你了")).to_have_count(1)


def files(seat: Seat, stage: Stage) -> None:
    conversation(seat, stage)
    chosen = [
        FilePayload(name=name, mimeType=kind, buffer=data)
        for name, kind, data in (
            ("优惠券抵扣说明.pdf", "application/pdf", b"%PDF-1.7\n" + b" " * 120_000),
            ("receipt-20261122.png", "image/png", picture(180)),
        )
    ]
    seat.page.locator('[data-name="uploader"] input[type=file]').set_input_files(chosen)
    expect(seat.page.locator(".enclosed-file")).to_have_count(2)


def notes(seat: Seat, stage: Stage) -> None:
    conversation(seat, stage)
    seat.page.locator('.segmented [data-name="notes"]').click()
    expect(seat.page.locator(".transcript.notes")).to_be_visible()


def ready(seat: Seat, stage: Stage) -> None:
    conversation(seat, stage)
    seat.page.locator('[data-name="reply"]').first.type("/h")
    expect(seat.page.locator(".ready-item").first).to_be_visible()


def granted(seat: Seat, stage: Stage) -> None:
    """Access is asked for and allowed once; after that it is looked at."""
    conversation(seat, stage)
    if not seat.named("countdown").count():
        seat.named("ask-access").click()
        seat.named("scope-balance").click()
        seat.page.locator('[data-name="reason"]').first.fill("核对昨天在便利店的付款")
        seat.named("do-access").click()
        card = wait_for(stage.main.asked_for_access, "the question")
        stage.main.allow(card)
    for scope in ("balance", "movements"):
        seat.named(f"show-{scope}").click()
        expect(seat.named(f"view-{scope}")).to_be_visible()


def sheet(control: str) -> Callable[[Seat, Stage], None]:
    def show(seat: Seat, stage: Stage) -> None:
        conversation(seat, stage)
        seat.named(control).first.click()
        expect(seat.page.locator(".sheet")).to_be_visible()

    return show


def asking(seat: Seat, stage: Stage) -> None:
    seat.go(f"/c/{stage.second.conv}")
    seat.named("ask-access").click()
    expect(seat.page.locator(".sheet")).to_be_visible()


def room(path: str, control: str = "") -> Callable[[Seat, Stage], None]:
    def show(seat: Seat, stage: Stage) -> None:
        seat.go(path)
        expect(seat.page.locator("h1.page-title")).to_be_visible()
        if control:
            expect(seat.named(control).first).to_be_visible()

    return show


def entry_form(seat: Seat, stage: Stage) -> None:
    room("/knowledge", "knowledge-row")(seat, stage)
    seat.named("knowledge-row").first.click()
    expect(seat.page.locator(".sheet")).to_be_visible()


def tester(seat: Seat, stage: Stage) -> None:
    room("/knowledge", "knowledge-row")(seat, stage)
    seat.page.locator('[data-name="tester"]').first.fill("付款被扣了两次怎么办")
    seat.named("try").click()
    expect(seat.named("candidate").first).to_be_visible()


SCENES: dict[str, Callable[[Seat, Stage], None]] = {
    "board": board,
    "conversation": conversation,
    "files": files,
    "ready": ready,
    "notes": notes,
    "access": granted,
    "sheet-propose": sheet("propose"),
    "sheet-ask": asking,
    "sheet-hand-over": sheet("hand-over"),
    "sheet-freeze": sheet("freeze"),
    "callbacks": room("/callbacks", "call"),
    "replies": room("/replies", "canned"),
    "knowledge": tester,
    "knowledge-entry": entry_form,
    "members": room("/members", "member"),
    "audit": room("/audit", "audit-entry"),
    **CASE_SCENES,
}


def main(argv: list[str] | None = None) -> int:
    """Write the pictures; 0 when all were written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("shots"))
    parser.add_argument("--only", default="", help="pages whose name holds this word")
    # The wallet's pictures take more words (theme, language, scale); the desk's come in all.
    args, _ = parser.parse_known_args(argv)
    args.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kbean-desk-shots-") as folder:
        town = Town(Path(folder), quality_percent=100)
        try:
            written = _take(Stage(town), args.out, args.only)
        finally:
            town.close()
    sys.stdout.write(f"{written} pictures of the desk in {args.out}\n")
    return 0


def _take(stage: Stage, out: Path, only: str) -> int:
    written = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--force-color-profile=srgb"]
        )
        context = browser.new_context(
            viewport={"width": 1280, "height": 800}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        seat = Seat(stage.town, context.new_page(), "mei")
        doors = _doors(browser, stage.town, out) if only in "door" else 0
        seat.page.goto(stage.town.desk_url)
        seat.sign_in()
        expect(seat.page.locator(".frame")).to_be_visible()
        for language in LANGUAGES:
            seat.go(f"/language/{language}")
            for theme in THEMES:
                seat.page.emulate_media(color_scheme=theme)
                for name, scene in SCENES.items():
                    if only in name:
                        scene(seat, stage)
                        _save(seat.page, out / f"desk-{name}-{theme}-{language}.png")
                        written += 1
        context.close()
        browser.close()
    stage.close()
    return written + doors


def _doors(browser, town: Town, out: Path) -> int:
    """The sign-in form, empty and refused."""
    for language in LANGUAGES:
        for theme in THEMES:
            context = browser.new_context(
                viewport={"width": 1280, "height": 800}, locale=language, color_scheme=theme
            )
            page = context.new_page()
            page.goto(town.desk_url)
            _save(page, out / f"desk-door-{theme}-{language}.png")
            Seat(town, page, "mei").sign_in("000000", passphrase="not it")
            expect(page.get_by_role("alert")).to_be_visible()
            _save(page, out / f"desk-door-wrong-{theme}-{language}.png")
            context.close()
    return 2 * len(LANGUAGES) * len(THEMES)


def _save(page: Page, path: Path) -> None:
    page.evaluate("document.fonts.ready")
    page.screenshot(path=str(path), animations="disabled", caret="hide")


if __name__ == "__main__":
    raise SystemExit(main())
