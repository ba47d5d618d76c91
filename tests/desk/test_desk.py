"""The desk in a real browser against the running service (design/4 §Desk)."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, FilePayload, expect

from app.protocol.ids import new_id
from tests.desk.seats import Seat, seated
from tests.desk.town import Town, picture, wait_for


def test_sign_in_says_what_is_wrong_and_keeps_the_token_to_itself(
    town: Town, browser: Browser
) -> None:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    seat = Seat(town, page, "mei")
    page.goto(town.desk_url + "/callbacks")
    expect(page).to_have_url(town.desk_url + "/sign-in?next=/callbacks")
    seat.sign_in("000000", passphrase="not the passphrase at all")
    expect(page.get_by_role("alert")).to_contain_text("工号名、口令或动态码不对")
    expect(page.locator("#name")).to_have_value("mei")
    seat.sign_in()
    expect(page.locator(".page-title")).to_have_text("回电")
    cookie = next(found for found in context.cookies() if found["name"] == "kbean_desk")
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    kept = page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
    )
    assert cookie["value"] not in kept
    assert "token" not in kept.lower()
    seat.named("sign-out").click()
    expect(page.get_by_role("status")).to_contain_text("已退出登录")
    page.goto(town.desk_url)
    # The page may have left before the answer came that takes the cookie away.
    expect(page).to_have_url(re.compile(re.escape(town.desk_url) + r"/sign-in(\?why=timeout)?$"))
    assert all(url.startswith((town.desk_url, "data:", "ws://127.0.0.1")) for url in seat.fetched)
    assert not seat.errors
    context.close()


def test_a_conversation_from_the_queue_to_the_survey(town: Town, browser: Browser) -> None:
    person = town.waiting("林夏", "付款被扣了两次")
    with seated(town, browser, "mei") as mei, seated(town, browser, "lilei") as lilei:
        # Claimed by the keyboard alone.
        expect(mei.entry(person.conv)).to_contain_text("付款被扣了两次")
        mei.page.keyboard.press("j")
        mei.page.keyboard.press("c")
        expect(mei.page.locator(".talk-name").first).to_have_text("林夏")
        # An answer reaches the person's stream, once.
        mei.reply("你好，我来看看")
        wait_for(lambda: "你好，我来看看" in person.bodies(), "the answer")
        person.say("谢谢")
        expect(mei.said("谢谢")).to_have_count(1)
        expect(mei.said("你好，我来看看")).to_have_count(1)
        # Notes are for colleagues.
        mei.named("notes").first.click()
        mei.page.locator('[data-name="note"]').first.fill("疑似重复扣款")
        mei.named("add-note").click()
        expect(mei.said("疑似重复扣款")).to_have_count(1)
        mei.named("talk").click()
        expect(mei.said("疑似重复扣款")).to_have_count(0)
        # Handed over to a colleague who is here.
        lilei.named("online").click()
        expect(lilei.page.locator('[data-name="online"]')).to_have_attribute("aria-pressed", "true")
        mei.named("hand-over").first.click()
        expect(mei.page.locator(".sheet")).to_contain_text("李雷")
        mei.named("do-hand-over").click()
        expect(mei.page.locator(".page-title")).to_have_text("工作台")
        expect(mei.entry(person.conv)).to_have_count(0)
        lilei.entry(person.conv).first.click()
        expect(lilei.said("你好，我来看看")).to_have_count(1)
        lilei.page.locator('.segmented [data-name="notes"]').click()
        expect(lilei.said("疑似重复扣款")).to_have_count(1)
        lilei.page.locator('.segmented [data-name="talk"]').click()
        lilei.reply("我接着处理")
        wait_for(lambda: "我接着处理" in person.bodies(), "the colleague's answer")
        # Closed with an outcome.
        lilei.close_talk()
    assert not [body for body in person.bodies() if "重复扣款" in body]
    assert person.bodies().count("你好，我来看看") == 1
    assert not person.doubled


def test_the_panel_is_locked_until_the_person_allows_and_again_at_once(
    town: Town, browser: Browser
) -> None:
    person = town.waiting("周琳", "优惠券没有抵扣")
    town.background.run(
        town.service.funding.fund(person.user_id, 123_45, "CNY", reason="test", key=new_id())
    )
    with seated(town, browser, "han") as han:
        han.entry(person.conv).locator('[data-name="claim"]').click()
        panel = han.page.locator('[data-name="access-panel"]')
        expect(panel).to_contain_text("账户内容已上锁")
        # Without consent there is nothing by the desk's own address either.
        han.named("ask-access").click()
        han.named("scope-balance").click()
        han.page.locator('[data-name="reason"]').first.fill("核对昨天的付款")
        han.named("do-access").click()
        expect(panel).to_contain_text("等待用户答复")
        card = wait_for(person.asked_for_access, "the question")
        assert card.scopes == ["balance", "movements"]
        grant = person.allow(card)
        expect(panel).to_contain_text("可以查看")
        expect(han.named("countdown")).to_be_visible()
        assert "123.45" not in han.page.content()
        han.named("show-balance").click()
        expect(han.named("view-balance")).to_contain_text("¥123.45")
        looked = person.looks()
        assert [look.scope for look in looked] == ["balance"]
        # Taken back: locked, and no figure stays on the page.
        person.revoke(grant)
        expect(panel).to_contain_text("账户内容已上锁")
        expect(panel).to_contain_text("收回授权")
        assert "123.45" not in han.page.content()
        han.close_talk()


def test_two_agents_claim_at_once(town: Town, browser: Browser) -> None:
    person = town.waiting("陈立", "收不到验证码")
    with seated(town, browser, "mei") as mei, seated(town, browser, "lilei") as lilei:
        for seat in (mei, lilei):
            expect(seat.entry(person.conv).locator('[data-name="claim"]')).to_be_visible()
        # Both pages still show it; the claims leave before either page can learn of the other.
        for seat in (mei, lilei):
            seat.page.evaluate(
                "conv => document.querySelector(`[data-conv='${conv}'] [data-name=claim]`).click()",
                person.conv,
            )

        def outcomes() -> list[str]:
            found = []
            for seat in (mei, lilei):
                if seat.page.locator(".talk-name").count():
                    found.append("has it")
                elif seat.page.locator(".q-notification").count():
                    found.append(seat.page.locator(".q-notification").first.inner_text())
            return found if len(found) == 2 else []

        first, second = sorted(
            wait_for(outcomes, "both answers"), key=lambda said: said != "has it"
        )
        assert first == "has it"
        assert "同事先接走了" in second
        assert len(person.owners("agent")) == 1
        (mei if mei.page.locator(".talk-name").count() else lilei).close_talk()


def test_language_and_theme(town: Town, browser: Browser) -> None:
    with seated(town, browser, "noor", locale="en-GB", color_scheme="dark") as noor:
        expect(noor.page.locator(".page-title")).to_have_text("Board")
        ground = "getComputedStyle(document.body).backgroundColor"
        assert noor.page.evaluate(ground) == "rgb(14, 20, 17)"
        noor.page.emulate_media(color_scheme="light")
        wait_for(lambda: noor.page.evaluate(ground) == "rgb(245, 247, 244)", "the light theme")
        noor.named("language").click()
        expect(noor.page.locator(".page-title")).to_have_text("工作台")
        # An auditor reads: no presence to set, nothing to claim, the audit in the navigation.
        expect(noor.named("room-audit")).to_be_visible()
        expect(noor.named("online")).to_have_count(0)
        expect(noor.named("room-callbacks")).to_have_count(0)
        noor.go("/members")
        expect(noor.page.locator(".page-title")).to_have_text("你好，Noor")
        noor.go("/audit")
        expect(noor.named("audit-entry").first).to_be_visible()


def test_calls_ready_words_knowledge_and_team(town: Town, browser: Browser) -> None:
    person = town.waiting("孙悦", "想约个时间通电话")
    person.book("13800138000", "核对付款")
    with seated(town, browser, "han") as han:
        han.go("/callbacks")
        call = han.named("call")
        expect(call).to_contain_text("核对付款")
        assert "13800138000" not in call.inner_text().replace(" ", "")
        han.named("take-call").click()
        expect(call).to_contain_text("由韩梅梅回电")
        wait_for(lambda: "13800138000" in call.inner_text().replace(" ", ""), "the number")
        han.named("call-outcome").click()
        han.named("save-outcome").click()
        expect(han.page.locator(".sheet")).to_have_count(0)
        # A ready sentence, written here and used in a conversation.
        han.page.locator('[data-name="room-replies"]').click()
        han.named("new-reply").click()
        han.fill("shortcut", "thanks")
        han.fill("title", "道谢")
        han.fill("reply-body", "{person}，感谢你的耐心。")
        han.named("save-reply").click()
        expect(han.named("canned")).to_contain_text("/thanks")
        han.go("/")
        han.entry(person.conv).locator('[data-name="claim"]').click()
        box = han.page.locator('[data-name="reply"]').first
        box.press_sequentially("/th")
        expect(han.page.locator(".ready-item")).to_have_count(1)
        box.press("Enter")
        expect(box).to_have_value("孙悦，感谢你的耐心。")
        box.press("Enter")
        wait_for(lambda: "孙悦，感谢你的耐心。" in person.bodies(), "the ready sentence")
        han.close_talk()
        # The knowledge base: tried, changed, a draft.
        han.page.locator('[data-name="room-knowledge"]').click()
        han.fill("tester", "付款被扣了两次怎么办")
        han.named("try").click()
        expect(han.named("candidate").first).to_be_visible()
        han.named("knowledge-row").first.click()
        title = han.page.locator('[data-name="entry-title"]').first
        title.fill(title.input_value() + "?")
        han.named("save-entry").click()
        expect(han.named("knowledge-row").locator(".chip.gold").first).to_be_visible()
        expect(han.named("publish")).to_be_enabled()
        han.page.locator('[data-name="room-members"]').click()
        expect(han.named("member")).to_have_count(5)
        han.page.locator('[data-name="room-audit"]').click()
        expect(han.page.get_by_text("接入会话").first).to_be_visible()


SEND_THERE = """async where => {
  const form = new FormData();
  form.append('file', new File(['x'], 'x.txt'));
  return (await fetch(where, { method: 'POST', body: form })).status;
}"""


def test_questions_macros_files_and_a_second_person(town: Town, browser: Browser) -> None:
    person = town.waiting("钱多多", "请看截图")
    person.show(picture())
    with seated(town, browser, "han") as han, seated(town, browser, "lucy") as lucy:
        han.go("/replies")
        han.named("new-macro").click()
        han.fill("macro-title", "先核实身份")
        han.named("macro-value").fill("我先核实一下身份。")
        han.named("save-macro").click()
        expect(han.page.locator(".call-row", has_text="先核实身份")).to_contain_text("先核实身份")
        han.go("/")
        han.entry(person.conv).locator('[data-name="claim"]').click()
        # The picture comes through the desk's own address, from the service.
        shown = han.page.locator(".in-card img")
        expect(shown).to_have_attribute("src", re.compile(f"^/files/{person.conv}/[0-9a-f]+$"))
        wait_for(lambda: shown.evaluate("img => img.naturalWidth") == 40, "the picture")
        # And one goes back: chosen, shown beside the words, sent before them.
        mine = FilePayload(name="说明.png", mimeType="image/png", buffer=picture(200))
        with han.page.expect_request("**/upload/**") as sent:
            han.page.locator('[data-name="uploader"] input[type=file]').set_input_files(mine)
        expect(han.page.locator(".enclosed-file")).to_contain_text("说明.png")
        # Nobody else puts a file on this page, whatever address they learned.
        assert lucy.page.evaluate(SEND_THERE, sent.value.url) == 403
        han.reply("请看图中第二步")
        wait_for(lambda: "请看图中第二步" in person.bodies(), "the words after the file")
        assert person.files() == ["screen.png", "说明.png"]
        expect(han.page.locator(".bubble-row.agent .in-card img")).to_have_count(1)
        expect(han.page.locator(".enclosed-file")).to_have_count(0)
        han.named("macros").click()
        han.page.get_by_text("先核实身份").click()
        wait_for(lambda: "我先核实一下身份。" in person.bodies(), "the macro's answer")
        han.named("ask-verify").click()
        han.named("do-verify").click()
        expect(han.page.locator(".in-card", has_text="身份验证")).to_be_visible()
        han.named("consult").first.click()
        han.fill("question", "这笔要怎么查？")
        han.named("do-consult").click()
        expect(han.page.locator(".sheet")).to_have_count(0)
        han.named("propose").click()
        han.fill("reason", "输错太多次了")
        han.named("do-propose").click()
        # Without the person: two people, and the person reads who it was.
        han.named("break-glass").click()
        han.named("scope-balance").click()
        han.fill("reason", "用户失联，怀疑正在被盗刷")
        han.named("do-glass").click()
        expect(han.page.locator(".sheet")).to_have_count(0)
        lucy.go("/audit")
        expect(lucy.named("glass-request")).to_contain_text("怀疑正在被盗刷")
        lucy.named("agree-glass").click()
        lucy.named("do-agree").click()
        expect(lucy.named("glass-request")).to_have_count(0)
        expect(han.named("show-balance")).to_be_visible()
        wait_for(person.asked_for_access, "what the person is told")
        han.named("freeze").click()
        han.named("do-freeze").click()
        expect(han.page.get_by_text("账户已冻结").first).to_be_visible()
        han.close_talk()


def test_a_session_warns_before_it_ends_by_itself(town: Town, browser: Browser) -> None:
    with town.another_desk("--idle-minutes", "0.1") as url:
        context = browser.new_context(locale="en-GB")
        page = context.new_page()
        seat = Seat(town, page, "noor")
        page.goto(url)
        seat.sign_in()
        expect(page.locator('[data-name="ending"]')).to_be_visible()
        seat.named("stay").click()
        expect(page).to_have_url(re.compile("/sign-in"))
        expect(page.get_by_role("status")).to_contain_text("Your session has ended")
        assert "Board" not in page.content()
        context.close()


SPEAK_ON = """box => {
  box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(box, '第二句');
  box.dispatchEvent(new Event('input', { bubbles: true }));
}"""
"""Enter and the next words in one go: the desk can't have answered in between."""


def test_what_is_typed_while_a_reply_is_on_its_way_stays(town: Town, browser: Browser) -> None:
    person = town.waiting("吴双", "打字很快")
    with seated(town, browser, "han") as han:
        han.entry(person.conv).locator('[data-name="claim"]').click()
        box = han.page.locator('[data-name="reply"]').first
        box.fill("第一句")
        box.evaluate(SPEAK_ON)
        wait_for(lambda: "第一句" in person.bodies(), "the reply")
        expect(han.said("第一句")).to_have_count(1)
        expect(box).to_have_value("第二句")
        box.press("Enter")
        wait_for(lambda: "第二句" in person.bodies(), "what was typed meanwhile")
        expect(box).to_have_value("")
        han.close_talk()
    assert [body for body in person.bodies() if body.startswith("第")] == ["第一句", "第二句"]


def test_the_service_is_killed_under_an_open_page(town: Town, browser: Browser) -> None:
    person = town.waiting("赵敏", "想更换手机")
    town.shut_service()
    town.start_service_process()
    with seated(town, browser, "han") as han:
        han.entry(person.conv).locator('[data-name="claim"]').click()
        expect(han.page.locator(".talk-name").first).to_have_text("赵敏")
        han.reply("第一句")
        wait_for(lambda: "第一句" in person.bodies(), "the first answer")
        # The person may hear it before the desk hears that it arrived.
        expect(han.page.locator(".waiting")).to_have_count(0)
        town.kill_service_process()
        expect(han.page.locator(".top-link")).to_contain_text("连接中")
        han.reply("第二句")
        han.reply("第三句")
        expect(han.said("第三句")).to_have_count(1)
        expect(han.page.locator(".waiting")).to_have_count(2)
        town.open_service()
        expect(han.page.locator(".top-link")).to_contain_text("实时")
        expect(han.page.locator(".waiting")).to_have_count(0)
        wait_for(lambda: "第三句" in person.bodies(), "what was written meanwhile")
        person.say("那我等消息")
        expect(han.said("那我等消息")).to_have_count(1)
        for text in ("第一句", "第二句", "第三句"):
            expect(han.said(text)).to_have_count(1)
        han.close_talk()
    said = [body for body in person.bodies() if body.startswith("第")]
    assert said == ["第一句", "第二句", "第三句"]
    assert not person.doubled
