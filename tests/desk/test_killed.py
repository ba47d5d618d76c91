"""``kill -9`` of the desk in the middle of a conversation: nothing twice, and what was kept shows.

The desk keeps nothing of its own: sessions and replies on their way are in its memory. So what was
told as sent is in the conversation, and what wasn't is in the box again, for the agent to judge.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.desk.seats import Seat
from tests.desk.town import Town, wait_for

pytestmark = [pytest.mark.slow]

WORDS = ("第一句", "第二句", "第三句")


def back_at_work(seat: Seat, conv: str) -> None:
    """The page finds the new desk by itself; its session is gone with the old one."""
    expect(seat.page.locator("#name")).to_be_visible()
    seat.sign_in()
    # Where they were, not on the first page.
    expect(seat.page.locator(".talk-name").first).to_have_text("郑欣")
    assert conv in seat.page.url
    expect(seat.said(WORDS[0])).to_have_count(1)


def test_the_desk_is_killed_while_an_agent_has_written(town: Town, browser: Browser) -> None:
    person = town.waiting("郑欣", "余额不对")
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    seat = Seat(town, context.new_page(), "mei")
    seat.page.goto(town.desk_url)
    seat.sign_in()
    seat.entry(person.conv).locator('[data-name="claim"]').click()
    expect(seat.page.locator(".talk-name").first).to_have_text("郑欣")
    seat.reply(WORDS[0])
    wait_for(lambda: WORDS[0] in person.bodies(), "the first answer")
    # Written, and killed before anybody can know how far it came.
    seat.reply(WORDS[1])
    assert town.desk is not None
    town.desk.kill()
    person.say("您还在吗？")
    town.open_desk()
    back_at_work(seat, person.conv)
    expect(seat.said("您还在吗？")).to_have_count(1)
    # The page shows what was kept, no more and no less; what wasn't is written again.
    kept = WORDS[1] in person.bodies()
    expect(seat.said(WORDS[1])).to_have_count(int(kept))
    if not kept:
        seat.reply(WORDS[1])
    wait_for(lambda: WORDS[1] in person.bodies(), "the second answer")
    # The service is away: this one waits in the desk's memory, and dies with it.
    town.shut_service()
    seat.reply(WORDS[2])
    expect(seat.page.locator(".waiting")).to_have_count(1)
    seat.fill("reply", "还没写完")
    town.desk.kill()
    town.open_service()
    town.open_desk()
    back_at_work(seat, person.conv)
    expect(seat.said(WORDS[1])).to_have_count(1)
    expect(seat.said(WORDS[2])).to_have_count(0)
    # What wasn't told as sent, and what wasn't sent at all, is in the box again.
    expect(seat.page.locator('[data-name="reply"]').first).to_have_value(f"{WORDS[2]}\n还没写完")
    seat.reply(WORDS[2])
    wait_for(lambda: WORDS[2] in person.bodies(), "the third answer")
    person.say("谢谢")
    expect(seat.said("谢谢")).to_have_count(1)
    said = [body for body in person.bodies() if body in {*WORDS, "您还在吗？", "谢谢"}]
    assert [body for body in said if body in WORDS] == list(WORDS)
    assert len(said) == len(set(said))
    for body in said:
        expect(seat.said(body)).to_have_count(1)
    seat.close_talk()
    assert not person.doubled
    page = town.background.run(town.service.talk.page(person.conv, after=0, limit=200))
    assert [message.seq for message in page.messages] == list(range(1, page.last_seq + 1))
    assert [message.body for message in page.messages if message.body] == person.bodies()
    context.close()
