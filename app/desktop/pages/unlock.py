"""Unlock: one field, one button, quick unlock where it is set up, a way back with the code.

This page is the first thing that is painted. It imports nothing but Qt and our widgets and draws
no icon; the flow is given to it when the wallet's core has been loaded, right after the first
paint. What the person has submitted until then waits for it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.theme.tokens import Size, Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.fields import Field, PassphraseField
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.mark import Mark
from app.desktop.widgets.segmented import Segmented

if TYPE_CHECKING:
    from app.desktop.components.recovery_form import RecoveryForm
    from app.wallet.flows.unlock import UnlockFlow


class UnlockPage(Live, QWidget):
    """Asks for the passphrase. ``unlocked`` is sent when the vault is open."""

    unlocked = Signal()
    language_chosen = Signal(str)

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        """Build it; ``language`` is marked in the switch at the foot."""
        super().__init__(parent)
        self.setObjectName("UnlockPage")
        self.setProperty("kind", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._flow: UnlockFlow | None = None
        self.recovery: RecoveryForm | None = None
        self._waiting: Callable[[], None] | None = None
        self._recovering = False
        self._busy = False
        self._wait = 0
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._tick)
        self._build(language)
        self.retranslate()

    def _build(self, language: str) -> None:
        self.title = Label("", "title")
        self.text = Paragraph("", "body-muted", centred=True)
        self.passphrase = PassphraseField("UnlockPassphrase")
        self.open = Button("", "primary", "UnlockOpen", large=True)
        self.quick = Button("", "secondary", "UnlockQuick", large=True)
        self.recover = Button("", "quiet", "UnlockRecover")
        self.languages = Segmented("UnlockLanguage", ("zh-CN", "en"))
        self.languages.set_words({"zh-CN": "中文", "en": "English"})
        self.languages.choose(language)
        self.quick.hide()
        self.open.clicked.connect(self._submit)
        self.passphrase.submitted.connect(self._submit)
        self.quick.clicked.connect(self._open_quickly)
        self.recover.clicked.connect(self._turn)
        self.languages.chosen.connect(self.language_chosen)
        column = QVBoxLayout()
        column.setSpacing(Space.M)
        centre = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(Mark(64), 0, centre)
        column.addSpacing(Space.S)
        column.addWidget(self.title, 0, centre)
        column.addWidget(self.text)
        column.addSpacing(Space.M)
        for widget in (self.passphrase, self.open, self.quick):
            column.addWidget(widget)
        self._column = column
        column.addWidget(self.recover, 0, centre)
        inside = QWidget()
        inside.setMaximumWidth(Size.COLUMN - 40)
        inside.setLayout(column)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(inside, 100)
        middle.addStretch(1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.languages)
        page = QVBoxLayout(self)
        page.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        page.addStretch(2)
        page.addLayout(middle)
        page.addStretch(3)
        page.addLayout(foot)

    def retranslate(self) -> None:
        """Every word of the page, for the way in that is shown now."""
        recovering = self._recovering
        self.title.setText(
            self.tr("Open with your recovery code") if recovering else self.tr("K-Bean Wallet")
        )
        self.text.set_text(
            self.tr(
                "The code you wrote down opens the wallet on this device and gives it a new "
                "passphrase. Your passphrase at the service stays as it was."
            )
            if recovering
            else self.tr("Locked. Everything on this device is encrypted.")
        )
        self.passphrase.set_words(self.tr("Passphrase"))
        self.quick.setText(self.tr("Quick unlock"))
        self.recover.setText(
            self.tr("Back to the passphrase")
            if recovering
            else self.tr("I have forgotten my passphrase")
        )
        self.passphrase.setVisible(not recovering)
        if self.recovery is not None:
            self.recovery.setVisible(recovering)
        self._show_button()

    def attach(self, flow: UnlockFlow) -> None:
        """The core is loaded: go on with what the person has asked for meanwhile."""
        self._flow = flow
        view = flow.view
        self.quick.setVisible(view.keychain_available)
        self._hold(view.wait_seconds)
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            waiting()

    def detach(self) -> None:
        """Forget the flow and everything typed; the page can be shown again."""
        self._flow = None
        self._busy = False
        self._recovering = False
        self.passphrase.wipe()
        self.passphrase.show_error("")
        if self.recovery is not None:
            self.recovery.fresh.wipe()
            self.recovery.deleteLater()
            self.recovery = None
        self.retranslate()

    def _turn(self) -> None:
        self._recovering = not self._recovering
        form = self._form()
        self.retranslate()
        (form.code if self._recovering else self.passphrase).edit.setFocus()

    def _form(self) -> RecoveryForm:
        """The two fields of the way back, made when somebody needs them."""
        if self.recovery is None:
            from app.desktop.components.recovery_form import RecoveryForm

            self.recovery = RecoveryForm()
            self.recovery.submitted.connect(self._submit)
            self._column.insertWidget(self._column.indexOf(self.open), self.recovery)
        return self.recovery

    def _submit(self) -> None:
        if self._busy or self._wait > 0:
            return
        if self._flow is None:
            self._waiting = self._submit
            self._set_busy(busy=True)
            self._busy = False
            return
        if self._recovering:
            self._open_with_code()
        elif not self.passphrase.text():
            self.passphrase.show_error(self.tr("Enter your passphrase."))
            self.passphrase.edit.setFocus()
        else:
            flow, typed = self._flow, self.passphrase.text()
            self._run(partial(flow.unlock_with_passphrase, typed), self.passphrase)

    def _open_with_code(self) -> None:
        form, flow = self._form(), self._flow
        values = form.values()
        if flow is not None and values is not None:
            self._run(partial(flow.unlock_with_recovery, *values), form.code)

    def _open_quickly(self) -> None:
        if self._flow is not None and not self._busy:
            self._run(self._flow.unlock_with_keychain, self.passphrase)

    def _run(self, work: Callable[[], Any], field: Field) -> None:
        from app.desktop.operations import Operation

        self._set_busy(busy=True)
        Operation(self, work).on_success(self._opened).on_failure(
            lambda error: self._refused(error, field)
        ).replacing("unlock").start()

    def _opened(self, _: object) -> None:
        self.detach()
        self._set_busy(busy=False)
        self.unlocked.emit()

    def _refused(self, error: Exception, field: Field) -> None:
        from app.desktop.words import explain

        self._set_busy(busy=False)
        sentence = explain(error)
        weak = getattr(error, "code", "") == "passphrase_weak"
        where = self.recovery.fresh if weak and self.recovery is not None else field
        where.show_error(sentence.line())
        where.edit.setFocus()
        where.edit.selectAll()
        if self._flow is not None:
            self._hold(self._flow.view.wait_seconds)

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        for widget in (self.passphrase.edit, self.recovery, self.quick):
            if widget is not None:
                widget.setEnabled(not busy)
        self._show_button()
        if not busy:
            self.passphrase.edit.setFocus()

    def _hold(self, seconds: int) -> None:
        self._wait = seconds
        if seconds > 0:
            self._timer.start()
        self._show_button()

    def _tick(self) -> None:
        self._wait -= 1
        if self._wait <= 0:
            self._timer.stop()
        self._show_button()

    def _show_button(self) -> None:
        self.open.setEnabled(not self._busy and self._wait <= 0)
        if self._busy:
            self.open.setText(self.tr("Opening…"))
        elif self._wait > 0:
            self.open.setText(self.tr("Try again in %n second(s)", "", self._wait))
        else:
            self.open.setText(self.tr("Unlock"))

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: the keyboard is where it is needed."""
        super().showEvent(event)
        self.passphrase.edit.setFocus()
