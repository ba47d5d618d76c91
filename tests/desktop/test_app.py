"""The window as a person meets it: unlock, rooms, languages, themes, locking, a new profile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.desktop import dialogs
from app.desktop.app import WalletApp, has_vault, open_session
from app.desktop.command import add_arguments, profile_folder
from app.desktop.pages.onboarding import OnboardingPage
from app.desktop.pages.unlock import UnlockPage
from app.desktop.sample import PASSPHRASE, SampleSession, sample_session
from app.desktop.shots_stage import scan_page
from app.desktop.theme import colours
from app.desktop.theme.tokens import DARK, LIGHT

Start = Callable[..., WalletApp]


def make(directory: Path, language: str) -> SampleSession:
    del language
    return sample_session(directory)


@pytest.fixture
def start(calm: QApplication, qtbot) -> Iterator[Start]:
    """Start the wallet on a profile, as the command does; the window is exposed and painted."""
    running: list[WalletApp] = []

    def begin(directory: Path, **more) -> WalletApp:
        more.setdefault("make_session", make)
        app = WalletApp(calm, directory, scan_page=scan_page, **more)
        running.append(app)
        with qtbot.waitSignal(app.ready):
            app.show()
        return app

    yield begin
    for app in running:
        app.window.watch(0)
        app.window.close()
        app.shut_down()
        app.choose_language("en")
        app.window.deleteLater()
        app.deleteLater()


def unlock(app: WalletApp, qtbot, passphrase: str = PASSPHRASE) -> None:
    assert app.unlock is not None
    QTest.keyClicks(app.unlock.passphrase.edit, passphrase)
    with qtbot.waitSignal(app.opened):
        QTest.keyClick(app.unlock.passphrase.edit, Qt.Key.Key_Return)


def test_the_unlock_page_is_there_before_the_core(calm: QApplication, profile: Path):
    app = WalletApp(calm, profile, make_session=make, scan_page=scan_page)
    assert isinstance(app.unlock, UnlockPage)
    assert app.session is None
    app.window.deleteLater()
    app.deleteLater()


def test_what_is_typed_before_the_core_is_loaded_waits_for_it(
    calm: QApplication, profile: Path, qtbot
):
    app = WalletApp(calm, profile, make_session=make, scan_page=scan_page)
    QTest.keyClicks(app.unlock.passphrase.edit, PASSPHRASE)
    QTest.keyClick(app.unlock.passphrase.edit, Qt.Key.Key_Return)
    with qtbot.waitSignal(app.opened):
        app.show()
    assert app.rooms is not None
    app.window.watch(0)
    app.window.close()
    app.shut_down()
    app.window.deleteLater()
    app.deleteLater()


def test_from_unlock_to_home_and_back_by_keys(start: Start, profile: Path, qtbot):
    app = start(profile)
    unlock(app, qtbot)
    shell = app.rooms.shell
    assert shell.room == "home"
    app.window.activateWindow()
    qtbot.waitUntil(app.window.isActiveWindow)
    for number, room in enumerate(("home", "pay", "transfer", "activity", "beans"), start=1):
        key = Qt.Key(Qt.Key.Key_0.value + number)
        QTest.keyClick(app.window, key, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda room=room: shell.room == room)
    QTest.keyClick(app.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: shell.room == "activity")
    assert shell.pages["activity"].search.edit.hasFocus()
    QTest.keyClick(app.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: app.unlock is not None)
    assert app.rooms is None
    assert app.unlock.passphrase.text() == ""
    qtbot.waitUntil(lambda: app.session.state == "locked")
    unlock(app, qtbot)
    assert app.rooms is not None


def test_a_wrong_passphrase_is_said_where_it_was_typed(start: Start, profile: Path, qtbot):
    page = start(profile).unlock
    qtbot.mouseClick(page.open, Qt.MouseButton.LeftButton)
    assert page.passphrase.error == "Enter your passphrase."
    QTest.keyClicks(page.passphrase.edit, "not this one")
    qtbot.mouseClick(page.open, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.passphrase.error.startswith("The passphrase is wrong."))
    assert page.open.isEnabled()
    assert page.passphrase.edit.hasFocus()


def test_after_several_misses_the_button_counts_down(start: Start, profile: Path, qtbot):
    page = start(profile).unlock
    for _ in range(3):
        page.passphrase.set_text("not this one")
        qtbot.mouseClick(page.open, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: page.passphrase.error != "" and page.open.text() != "Opening…")
    assert page.open.text() == "Try again in 2 seconds"
    assert not page.open.isEnabled()
    qtbot.waitUntil(page.open.isEnabled)
    assert page.open.text() == "Unlock"


def test_the_recovery_code_asks_for_everything_it_needs(start: Start, profile: Path, qtbot):
    page = start(profile).unlock
    qtbot.mouseClick(page.recover, Qt.MouseButton.LeftButton)
    assert not page.passphrase.isVisible()
    qtbot.mouseClick(page.open, Qt.MouseButton.LeftButton)
    assert "recovery code" in page.recovery.code.error
    QTest.keyClicks(page.recovery.code.edit, "KB7Q2-9FXMN")
    qtbot.mouseClick(page.open, Qt.MouseButton.LeftButton)
    assert page.recovery.fresh.error == "Choose a new passphrase."
    QTest.keyClicks(page.recovery.fresh.edit, "seven purple bicycles argue quietly")
    qtbot.mouseClick(page.open, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "typing mistake" in page.recovery.code.error)
    qtbot.mouseClick(page.recover, Qt.MouseButton.LeftButton)
    assert page.passphrase.isVisible()


def test_the_language_changes_at_once_everywhere(start: Start, profile: Path, qtbot):
    app = start(profile)
    qtbot.mouseClick(
        app.unlock.languages.findChild(QWidget, "UnlockLanguage_zh-CN"),
        Qt.MouseButton.LeftButton,
    )
    qtbot.waitUntil(lambda: app.unlock.open.text() == "解锁")
    assert app.window.windowTitle() == "K豆钱包"
    unlock(app, qtbot)
    shell = app.rooms.shell
    settings = shell.open_room("settings")
    assert settings.title.text() == "设置"
    home = shell.pages["home"]
    assert home.balance.scan.accessibleName() == "扫码付款"
    qtbot.mouseClick(
        settings.language.findChild(QWidget, "SettingsLanguage_en"), Qt.MouseButton.LeftButton
    )
    qtbot.waitUntil(lambda: settings.title.text() == "Settings")
    assert home.balance.scan.accessibleName() == "Scan to pay"
    assert shell.rail.buttons["activity"].text() == "Activity"
    assert app.preferences.language == "en"


def test_the_theme_changes_at_once_and_is_remembered(start: Start, profile: Path, qtbot):
    app = start(profile)
    unlock(app, qtbot)
    settings = app.rooms.shell.open_room("settings")
    dark = settings.theme.findChild(QWidget, "SettingsTheme_dark")
    qtbot.mouseClick(dark, Qt.MouseButton.LeftButton)
    assert colours() is DARK
    assert app.preferences.theme == "dark"
    app.choose_theme("light")
    assert colours() is LIGHT


def test_the_wallet_locks_itself_when_nobody_is_there(start: Start, profile: Path, qtbot):
    app = start(profile)
    unlock(app, qtbot)
    app.window.watch(1)
    app.window.idle_soon.emit()
    assert app.rooms.shell.toast.isVisible()
    assert "locks itself" in app.rooms.shell.toast.accessibleName()
    app.window.idle.emit()
    qtbot.waitUntil(lambda: app.unlock is not None)


def test_a_key_keeps_the_wallet_awake(start: Start, profile: Path, qtbot):
    app = start(profile)
    unlock(app, qtbot)
    app.window.watch(5)
    timer = app.window._idle
    qtbot.waitUntil(lambda: timer.remainingTime() < timer.interval() - 20)
    before = timer.remainingTime()
    QTest.keyClick(app.window, Qt.Key.Key_Shift)
    assert timer.remainingTime() > before
    assert app.window._soon.interval() == timer.interval() - 20_000
    app.window.watch(0)
    assert not timer.isActive()


def test_sign_out_asks_first(start: Start, profile: Path, qtbot):
    app = start(profile)
    unlock(app, qtbot)
    settings = app.rooms.shell.open_room("settings")
    dialogs.set_next_answer("stay")
    qtbot.mouseClick(settings.sign_out, Qt.MouseButton.LeftButton)
    assert app.rooms is not None
    dialogs.set_next_answer("sign_out")
    qtbot.mouseClick(settings.sign_out, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: app.unlock is not None)
    unlock(app, qtbot)
    banner = app.rooms.shell.findChild(QWidget, "NoticeSession")
    assert banner is not None
    assert "signed out" in banner.title.text()


def test_a_new_profile_begins_with_setting_up(start: Start, tmp_path: Path, qtbot):
    app = start(tmp_path / "new", make_session=open_session, address="wallet.example.org")
    assert isinstance(app.onboarding, OnboardingPage)
    assert app.onboarding.step.field.text() == "wallet.example.org"
    qtbot.mouseClick(
        app.onboarding.languages.findChild(QWidget, "OnboardingLanguage_zh-CN"),
        Qt.MouseButton.LeftButton,
    )
    title = app.onboarding.step.title
    qtbot.waitUntil(lambda: title.plain_text() == "欢迎使用K豆钱包")


def test_where_a_profile_lies(profile: Path, tmp_path: Path):
    import argparse

    parser = argparse.ArgumentParser()
    add_arguments(parser)
    assert parser.parse_args([]).service == ""
    assert profile_folder(str(tmp_path)) == tmp_path
    assert has_vault(profile)
    assert not has_vault(tmp_path / "nothing")
