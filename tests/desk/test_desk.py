"""The desk in a real browser against the running service (design/4 §Desk)."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.desk.seats import Seat, seated
from tests.desk.town import Town, wait_for


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
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert cookie["value"] not in kept
    assert "token" not in kept.lower()
    seat.named("sign-out").click()
    expect(page.get_by_role("status")).to_contain_text("已退出登录")
    page.goto(town.desk_url)
    expect(page).to_have_url(town.desk_url + "/sign-in?why=timeout")
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
        lilei.named("close-talk").click()
        lilei.named("do-close").click()
        expect(lilei.page.locator(".banner:visible")).to_contain_text("会话已关闭")
        lilei.named("offline").click()
    assert not [body for body in person.bodies() if "重复扣款" in body]
    assert person.bodies().count("你好，我来看看") == 1
    assert not person.doubled
