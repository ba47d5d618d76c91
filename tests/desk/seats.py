"""One of the staff at a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from tests.desk.town import PASSPHRASE, PATIENCE, Town

expect.set_options(timeout=PATIENCE * 1000)


class Seat:
    """A signed-in page."""

    def __init__(self, town: Town, page: Page, name: str) -> None:
        self.town = town
        self.page = page
        self.name = name
        self.fetched: list[str] = []
        self.errors: list[str] = []
        page.set_default_timeout(PATIENCE * 1000)
        page.on("request", lambda request: self.fetched.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._console)

    def _console(self, message: Any) -> None:
        # What the browser itself says of a service or desk that is away is no error of the page.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.errors.append(message.text)

    def named(self, name: str) -> Locator:
        """A control by its name for tests."""
        return self.page.locator(f'[data-name="{name}"]:visible')

    def sign_in(self, code: str | None = None, *, passphrase: str = PASSPHRASE) -> None:
        page = self.page
        page.fill("#name", self.name)
        page.fill("#passphrase", passphrase)
        page.fill("#totp", code or self.town.code(self.name))
        page.click("button[type=submit]")

    def go(self, path: str) -> None:
        """Open an address and wait until the page is alive."""
        self.page.goto(self.town.desk_url + path)
        expect(self.page.locator(".top-link")).to_be_visible()

    def entry(self, conv: str) -> Locator:
        return self.page.locator(f'[data-conv="{conv}"]')

    def transcript(self) -> Locator:
        return self.page.locator('[data-name="transcript"]')

    def reply(self, text: str) -> None:
        """Write an answer and send it with Enter."""
        box = self.page.locator('textarea[data-name="reply"], [data-name="reply"] textarea').first
        box.fill(text)
        box.press("Enter")

    def close_talk(self) -> None:
        """End the conversation that is shown, so that it waits for nobody any more."""
        self.named("close-talk").click()
        self.named("do-close").click()
        expect(self.page.locator(".banner:visible")).to_contain_text("会话已关闭")

    def fill(self, name: str, text: str) -> None:
        """Type into a field by its name for tests."""
        self.page.locator(f'[data-name="{name}"]:visible').first.fill(text)

    def said(self, text: str) -> Locator:
        """The bubbles that say something, anywhere in what is shown."""
        return self.page.locator(".bubble:visible", has_text=text)


@contextmanager
def seated(
    town: Town, browser: Browser, name: str, *, locale: str = "zh-CN", **context: Any
) -> Iterator[Seat]:
    """Somebody works at the desk, and goes; whoever signed in before is still known by the cookie.

    Whoever wants a look of their own (``context``) signs in anew, and nobody else takes that over.
    """
    kept = town.cookies.get((name, locale)) if not context else None
    opened = browser.new_context(
        viewport={"width": 1280, "height": 800}, locale=locale, storage_state=kept, **context
    )
    try:
        page = opened.new_page()
        seat = Seat(town, page, name)
        page.goto(town.desk_url)
        if page.locator("#name").count():
            seat.sign_in()
        expect(page.locator(".frame")).to_be_visible()
        if not context:
            town.cookies[name, locale] = opened.storage_state()
        yield seat
        assert not seat.errors
    finally:
        opened.close()
        town.send_home(name)
