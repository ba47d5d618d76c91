"""Show code: the payment code for the cashier's scanner, and what became of it (design/5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.desktop.components.code_ends import CodeEnd
from app.desktop.components.code_paper import WIDTH, CodePaper
from app.desktop.components.when import moment_words
from app.desktop.operations import Operation
from app.desktop.platform.privacy import CaptureGuard, capture_guard
from app.desktop.theme.tokens import Space
from app.desktop.watch import Watch
from app.desktop.widgets.amounts import amount_text
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.ring import CountdownRing
from app.desktop.widgets.sheet import Sheet
from app.desktop.widgets.surfaces import Card, PageBody
from app.desktop.words import explain
from app.wallet.flows.show_code import ShowCodeFlow, ShowState, ShowView
from app.wallet.session import Network, WalletSession

SIDE_LEAST, SIDE_WIDTH = 270, 340


class PayCodePage(Live, PageBody):
    """A fresh code each minute while the page is seen; nothing of it stays when it is left.

    ``receipt_wanted`` carries a payment, ``answer_wanted`` a charge that waits for the person.
    """

    receipt_wanted = Signal(str)
    answer_wanted = Signal(str)
    thaw_wanted = Signal()
    said = Signal(str)

    def __init__(
        self,
        session: WalletSession,
        parent: QWidget | None = None,
        *,
        guard: CaptureGuard | None = None,
    ) -> None:
        """Build it for an unlocked session; the first code is made when the page is seen.

        Args:
            session: Unlocked.
            parent: The owner.
            guard: Keeps the window out of recordings; the system's own by default.
        """
        super().__init__("PayCodePage", parent)
        self._session = session
        self._guard = guard or capture_guard()
        self._guarded = False
        self.flow = ShowCodeFlow(session)
        self.end: CodeEnd | None = None
        self._build()
        Watch(self.flow.observe, self.show_view, self)
        Watch(session.observe, self._heard, self)
        self.retranslate()

    def _build(self) -> None:
        self.paper = CodePaper()
        self.title = Label("", "title")
        self.hint = Paragraph("", "body-muted")
        self.ring = CountdownRing("PayCodeRing")
        self.fresh = Paragraph("", "strong")
        self.small = Paragraph("", "muted")
        self.offline = Card(kind="sunken", margin=Space.L, spacing=Space.XS)
        self.offline_title = Label("", "strong")
        self.offline_text = Paragraph("", "small")
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(IconLabel("wifi-slash", "muted"))
        head.addWidget(self.offline_title, 1)
        self.offline.body.addLayout(head)
        self.offline.body.addWidget(self.offline_text)
        self.bright = Paragraph("", "muted")
        self.reveal = Button("", "secondary", "PayCodeReveal", icon="eye")
        self.renew = Button("", "quiet", "PayCodeRenew", icon="arrows-clockwise")
        self.revealed = Paragraph("", "small", "warning")
        self.side = self._build_side()
        self._row = QHBoxLayout()
        self._row.setSpacing(Space.XL)
        self._row.addStretch(1)
        self._row.addWidget(self.paper, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addWidget(self.side, 1000)
        self._row.addStretch(1)
        self.column.addLayout(self._row)
        self.column.addStretch(1)
        self.reveal.clicked.connect(self._toggle_digits)
        self.renew.clicked.connect(lambda: self._run(self.flow.conceal))

    def _build_side(self) -> QWidget:
        words = QVBoxLayout()
        words.setSpacing(Space.XS)
        words.addStretch(1)
        words.addWidget(self.fresh)
        words.addWidget(self.small)
        words.addStretch(1)
        clock = QHBoxLayout()
        clock.setSpacing(Space.L)
        clock.addWidget(self.ring, 0, Qt.AlignmentFlag.AlignTop)
        clock.addLayout(words, 1)
        made = QWidget()
        side = QVBoxLayout(made)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(Space.L)
        for widget in (self.title, self.hint):
            side.addWidget(widget)
        side.addLayout(clock)
        side.addWidget(self.offline)
        side.addWidget(self.reveal)
        side.addWidget(self.revealed)
        side.addWidget(self.renew, 0, Qt.AlignmentFlag.AlignLeft)
        side.addWidget(self.bright)
        side.addStretch(1)
        made.setMinimumWidth(SIDE_LEAST)
        made.setMaximumWidth(SIDE_WIDTH)
        return made

    def retranslate(self) -> None:
        """The page's words."""
        self.title.setText(self.tr("Show this to the cashier"))
        self.hint.set_text(
            self.tr("They scan the bars or the square, whichever their scanner reads.")
        )
        self.fresh.set_text(self.tr("A new code each minute"))
        self.bright.set_text(self.tr("If the scanner can't read it, turn the screen brighter."))
        self.renew.setText(self.tr("Show another code"))
        self.revealed.set_text(
            self.tr("With these digits the wallet asks you before anything is paid.")
        )
        self.offline_title.setText(self.tr("You are offline"))
        self._draw_state()

    # --- drawing

    def show_view(self, view: ShowView) -> None:
        """Draw a state of the flow."""
        shows = view.state is ShowState.SHOWING and view.code is not None
        if view.code is not None:
            self.paper.show_code(view.code, revealed=view.revealed)
            rest = view.code.until - self._session.clock.time_ms()
            self.ring.start(round(rest / 1000), (view.code.until - view.code.made_at) // 1000)
        else:
            self.paper.clear()
            self.ring.stop()
        self._protect(on=shows)
        old, self.end = self.end, None
        if old is not None:
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        if not shows and view.state is not ShowState.IDLE:
            self._show_end(view)
        self.paper.setVisible(self.end is None)
        self.side.setVisible(self.end is None)
        self._draw_state()

    def _show_end(self, view: ShowView) -> None:
        end = CodeEnd(view)
        end.setFixedWidth(WIDTH)
        end.again.connect(lambda: self._run(self.flow.again))
        end.receipt_wanted.connect(self.receipt_wanted)
        end.answer_wanted.connect(self.answer_wanted)
        end.thaw_wanted.connect(self.thaw_wanted)
        self._row.insertWidget(1, end, 0, Qt.AlignmentFlag.AlignTop)
        self.end = end
        if self._keyboard_is_free():
            end.first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _keyboard_is_free(self) -> bool:
        """Whether it may be taken: not from a sheet over this page, nor from somebody who types."""
        window = self.window()
        typing = isinstance(window.focusWidget(), (QLineEdit, QPlainTextEdit))
        return not typing and not any(one.is_open for one in window.findChildren(Sheet))

    def _draw_state(self) -> None:
        state, view = self._session.codes.state, self.flow.view
        away = self._session.snapshot.network in (Network.OFFLINE, Network.UNTRUSTED)
        self.offline.setVisible(away)
        self.offline_text.set_text(
            self.tr("You can pay as usual until {when}; then go online once.").format(
                when=moment_words(state.lasts_until)
            )
            if state.lasts_until
            else self.tr("This is the last code on this device. Go online for new ones.")
        )
        self.small.set_text(
            self.tr("Up to {amount} is paid at once; above that the wallet asks you.").format(
                amount=amount_text(state.small_each, state.currency)
            )
            if state.small_each
            else self.tr("The wallet asks you before larger amounts are paid.")
        )
        self.reveal.setText(
            self.tr("Hide the digits") if view.revealed else self.tr("Show the digits")
        )
        self.revealed.setVisible(view.revealed)

    def _protect(self, *, on: bool) -> None:
        if on != self._guarded:
            self._guarded = on
            self._guard.keep_out(self.window(), on=on)

    # --- doing

    def _toggle_digits(self) -> None:
        self._run(self.flow.conceal if self.flow.view.revealed else self.flow.reveal)

    def _run(self, work: Callable[[], Any]) -> None:
        def broke(error: Exception) -> None:
            self.said.emit(explain(error).title)

        Operation(self, work).on_failure(broke).start()

    def _heard(self, topics: frozenset[str]) -> None:
        if topics & {"codes", "network"} and self.isVisible():
            self._draw_state()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: the page is seen: make a code."""
        super().showEvent(event)
        self._run(self.flow.open)

    def hideEvent(self, event: QHideEvent) -> None:
        """Qt: the page is left, the window hidden or locked: the code goes at once."""
        super().hideEvent(event)
        self.paper.clear()
        self.ring.stop()
        self._protect(on=False)
        self._run(self.flow.close)
