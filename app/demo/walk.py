"""The demo's walk: real windows, a mouse and a keyboard, no display; pictures of every step.

unlock → scan a photographed code → amount → confirm → receipt → K-Beans → activity.
Each step says what the wallet showed and what the service answered; a step that does not come
true within its time ends the walk with exit code 1.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QMimeData, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from app.demo.organisation import PASSPHRASE
from app.demo.service import DemoService
from app.demo.window import begin_in
from app.desktop.app import WalletApp
from app.desktop.theme import application
from app.protocol.money import format_minor
from app.wallet.flows.pay import PayState
from app.wallet.session import SessionState

W = TypeVar("W", bound=QWidget)
PATIENCE = 60.0
LOOK_MS = 25
"""How often a condition is looked at; the service lives in this process and wants to run, too."""
SETTLE_SECONDS = 0.4
"""How long a page's own motion takes; pictures are taken after it."""
AMOUNT = "38.60"


class WalkError(Exception):
    """A step did not come true."""


class Walker:
    """A person who drives the window, says what happens and takes pictures."""

    def __init__(self, wallet: WalletApp, out: Path) -> None:
        """Drive ``wallet``; pictures go to ``out``."""
        self.wallet = wallet
        self.out = out
        self._steps = 0
        self._began = time.perf_counter()

    def step(self, name: str, what: str) -> None:
        """Say what happened and keep a picture of the window."""
        self._steps += 1
        took = time.perf_counter() - self._began
        # Somebody sits in front of it: what is on the screen has been read.
        self.wallet.window.activateWindow()
        self.let_pass(SETTLE_SECONDS)
        path = self.out / f"{self._steps}-{name}.png"
        self.wallet.window.grab().save(str(path))
        print(f"{self._steps}. {what}  [{took * 1000:.0f} ms] → {path}", flush=True)
        self._began = time.perf_counter()

    def until(self, condition: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
        """Let the window live until the condition holds.

        Raises:
            WalkError: if it does not within so many seconds.
        """
        end = time.monotonic() + patience
        while not condition():
            if time.monotonic() > end:
                raise WalkError(f"{what} did not come")
            self.let_pass(LOOK_MS / 1000)

    @staticmethod
    def let_pass(seconds: float) -> None:
        """Let the window live for a while.

        Not by QTest.qWait: that keeps Python's lock all the while, and the service, which lives
        in this process, stands still.
        """
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()

    def find(self, kind: type[W], name: str, patience: float = PATIENCE) -> W:
        """Wait for a widget to be seen and enabled."""
        found: list[W] = []

        def seen() -> bool:
            found[:] = [
                widget
                for widget in self.wallet.window.findChildren(kind, name)
                if widget.isVisible() and widget.isEnabled()
            ]
            return bool(found)

        self.until(seen, name, patience)
        return found[-1]

    def click(self, name: str) -> None:
        """Press a button with the mouse."""
        QTest.mouseClick(self.find(QPushButton, name), Qt.MouseButton.LeftButton)

    def type_into(self, name: str, text: str) -> None:
        """Put the keyboard into a field and type."""
        field = self.find(QLineEdit, name)
        QTest.mouseClick(field, Qt.MouseButton.LeftButton, pos=QPoint(12, 12))
        QTest.keyClicks(field, text)


def walk(profile: Path, service: DemoService, out: Path, language: str) -> int:
    """Walk the trip; 0 when every step came true."""
    from app.demo.help_walk import walk_help

    app = application(sys.argv[:1])
    app.setApplicationName("K-Bean Wallet")
    out.mkdir(parents=True, exist_ok=True)
    begin_in(profile, language)
    wallet = WalletApp(app, profile)
    wallet.window.resize(1280, 800)
    walker = Walker(wallet, out)
    wallet.show()
    try:
        _unlock(walker)
        _scan(walker, out / "merchant-2.jpg")
        beans = _pay(walker)
        _look_around(walker, beans)
        walk_help(walker, language)
        _dark_and_english(walker)
    except WalkError as error:
        wallet.window.grab().save(str(out / "stopped.png"))
        print(f"kbean demo: the walk stopped: {error}", file=sys.stderr)
        return 1
    finally:
        # The picture's address was put there; what Python made must not outlive Python.
        QGuiApplication.clipboard().clear()
        wallet.window.close()
        wallet.shut_down()
    print(f"The walk is done; the service was {service.url}", flush=True)
    return 0


def _unlock(walker: Walker) -> None:
    wallet = walker.wallet
    walker.until(lambda: wallet.unlock is not None and wallet.session is not None, "unlock page")
    walker.step("unlock", "The wallet is locked; one field, one button")
    walker.type_into("UnlockPassphrase", PASSPHRASE)
    walker.click("UnlockOpen")
    walker.until(lambda: wallet.rooms is not None, "the open wallet")
    session = wallet.session
    assert session is not None
    walker.until(lambda: session.snapshot.as_of is not None, "the service's balances")
    walker.until(lambda: not session.snapshot.syncing, "the history")
    money = session.snapshot.money()
    assert session.state is SessionState.UNLOCKED
    balance = format_minor(money.available, money.currency) if money else "?"
    walker.step("home", f"Unlocked; the service answered a balance of {balance} CNY")


def _scan(walker: Walker, picture: Path) -> None:
    walker.click("HomeScan")
    walker.find(QPushButton, "ScanPaste")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(picture.resolve()))])
    QGuiApplication.clipboard().setMimeData(data)
    walker.click("ScanPaste")
    rooms = walker.wallet.rooms
    assert rooms is not None
    flow = rooms.paying.flow
    walker.until(lambda: flow.view.state is PayState.CHOOSING_AMOUNT, "the verified merchant")
    offer = flow.view.offer
    assert offer is not None
    names = " · ".join([offer.payee.name, *offer.payee.names.values()])
    walker.step("scanned", f"Read {picture}; the service answered the verified merchant {names}")


def _pay(walker: Walker) -> int:
    """Pay; the K-Beans that the service says there are afterwards."""
    rooms = walker.wallet.rooms
    assert rooms is not None
    flow = rooms.paying.flow
    walker.type_into("PayAmountField", AMOUNT)
    walker.click("PayAmountNext")
    walker.find(QPushButton, "PayConfirmButton")
    walker.step("confirm", f"Confirm sheet for {AMOUNT} CNY")
    walker.click("PayConfirmButton")
    walker.until(
        lambda: flow.view.state in {PayState.SUCCEEDED, PayState.REFUSED, PayState.UNKNOWN},
        "an end",
    )
    receipt, payment = flow.view.receipt, flow.view.payment
    if receipt is None or payment is None:
        raise WalkError(f"the payment ended as {flow.view.state}: {flow.view.failure}")
    walker.find(QPushButton, "PayDone")
    walker.step(
        "receipt",
        f"The service answered payment {receipt.order_number}, "
        f"+{receipt.points_earned} K-Beans; the receipt's signature holds ({receipt.key_id})",
    )
    walker.click("PayDone")
    return payment.points_after


def _look_around(walker: Walker, beans: int) -> None:
    wallet = walker.wallet
    assert wallet.rooms is not None
    assert wallet.session is not None
    session = wallet.session
    wallet.rooms.shell.open_room("beans")

    def refreshed() -> bool:
        held = session.snapshot.points
        return held is not None and held.balance == beans and not session.snapshot.syncing

    walker.until(refreshed, "the K-Beans of this payment")
    points = session.snapshot.points
    lots = f"{points.balance} K-Beans in {len(points.lots)} lots" if points else "no K-Beans yet"
    walker.step("k-beans", f"The service answered {lots}")
    page = wallet.rooms.activity()
    walker.find(QLineEdit, "ActivitySearch")
    walker.until(lambda: page.list.rows.rowCount() > 1, "the newest lines")
    walker.step("activity", "Activity, the newest line first")
    everything = page.list.rows.rowCount()
    walker.type_into("ActivitySearch", AMOUNT)
    walker.until(lambda: 0 < page.list.rows.rowCount() < everything, "what was searched")
    walker.step("search", f"Search for {AMOUNT}")


def _dark_and_english(walker: Walker) -> None:
    wallet = walker.wallet
    assert wallet.rooms is not None
    wallet.choose_theme("dark")
    wallet.choose_language("en")
    wallet.rooms.shell.open_room("home")
    walker.step("dark-english", "The same wallet in English and dark")
