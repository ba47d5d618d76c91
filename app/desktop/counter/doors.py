"""What stands before the counter: set it up from the operator's file, open its vault."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop import dialogs
from app.desktop.operations import Operation
from app.desktop.theme.tokens import Size, Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.checks import CheckBox
from app.desktop.widgets.fields import PassphraseField
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.mark import Mark
from app.desktop.widgets.notes import Banner
from app.desktop.widgets.segmented import Segmented
from app.desktop.widgets.surfaces import Card
from app.desktop.words import explain
from app.protocol.errors import KBeanError
from app.protocol.messages.counter import CounterSetup
from app.wallet.counter.session import CounterSession
from app.wallet.vault.vault import Passphrase

MOST_BYTES = 16 * 1024
_SHORTEST = 8


def read_file(path: Path) -> CounterSetup:
    """The operator's file.

    Raises:
        KBeanError: ``validation_failed`` where it is none.
        OSError: it can't be read.
    """
    raw = path.read_bytes()
    try:
        if len(raw) > MOST_BYTES:
            raise msgspec.ValidationError("too long")
        return msgspec.json.decode(raw, type=CounterSetup)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise KBeanError(
            "validation_failed", "no set-up file", field="file", money="none"
        ) from None


class Door(Live, QWidget):
    """A narrow column in the middle, with the language at the foot."""

    language_chosen = Signal(str)

    def __init__(self, name: str, language: str, parent: QWidget | None = None) -> None:
        """Make it empty; pages fill ``column``."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("kind", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = Label("", "title")
        self.text = Paragraph("", "body-muted", centred=True)
        self.error = Banner(f"{name}Error", "danger")
        self.error.hide()
        self.languages = Segmented(f"{name}Language", ("zh-CN", "en"))
        self.languages.set_words({"zh-CN": "中文", "en": "English"})
        self.languages.choose(language)
        self.languages.chosen.connect(self.language_chosen)
        centre = Qt.AlignmentFlag.AlignHCenter
        self.column = QVBoxLayout()
        self.column.setSpacing(Space.M)
        self.column.addWidget(Mark(56), 0, centre)
        self.column.addWidget(self.title, 0, centre)
        self.column.addWidget(self.text)
        self.column.addSpacing(Space.S)
        inside = QWidget()
        inside.setMaximumWidth(Size.COLUMN)
        inside.setLayout(self.column)
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

    def show_failure(self, error: Exception) -> None:
        """Say what went wrong."""
        sentence = explain(error)
        self.error.set_words(sentence.title, sentence.action)
        self.error.show()


class SetUpPage(Door):
    """The operator's file, a passphrase, and the counter is one."""

    finished = Signal()

    def __init__(self, session: CounterSession, language: str, file: Path | None = None) -> None:
        """Build it; ``file`` was named on the command line."""
        super().__init__("CounterSetUp", language)
        self._session = session
        self._file: CounterSetup | None = None
        self._busy = False
        self._read = False
        self.choose = Button("", "secondary", "SetUpChoose", icon="file-text", large=True)
        self.passphrase = PassphraseField("SetUpPassphrase")
        self.by_itself = CheckBox("SetUpByItself")
        if not session.keychain_possible:
            self.by_itself.hide()
        self.by_itself.setChecked(session.keychain_possible)
        self.go = Button("", "primary", "SetUpGo", large=True)
        self.card = Card(kind="wash")
        self.code = Paragraph("", "lead", centred=True)
        self.code.setObjectName("SetUpCode")
        self.card.body.addWidget(self.code)
        self.card.hide()
        for widget in (
            self.choose,
            self.passphrase,
            self.by_itself,
            self.card,
            self.error,
            self.go,
        ):
            self.column.addWidget(widget)
        self.choose.clicked.connect(self._choose)
        self.passphrase.submitted.connect(self._submit)
        self.passphrase.edited.connect(lambda _: self.retranslate())
        self.go.clicked.connect(self._submit)
        if file is not None:
            self.take(file)
        self.retranslate()

    @property
    def finished_reading(self) -> bool:
        """False until the recovery code was shown and somebody said that it is written down."""
        return not self._busy and (self._read or not self.card.isVisibleTo(self))

    def retranslate(self) -> None:
        """Words, before and after."""
        done = self.card.isVisibleTo(self)
        self.title.setText(
            self.tr("Write this code down") if done else self.tr("Set the counter up")
        )
        self.text.set_text(
            self.tr("If the passphrase is lost, only this code opens this counter's records.")
            if done
            else self.tr("With the file that the operator made for this till.")
        )
        chosen = self._file is not None
        self.choose.setText(
            self.tr("File chosen: {address}").format(address=self._file.address)
            if self._file
            else self.tr("Choose the file")
        )
        self.passphrase.set_words(
            self.tr("Passphrase of this counter"),
            self.tr("Opens the counter on this computer; at least 8 characters."),
        )
        self.by_itself.set_words(self.tr("This computer may open the counter by itself"))
        self.go.setText(self.tr("I have written it down") if done else self.tr("Set up"))
        enough = len(self.passphrase.text()) >= _SHORTEST
        self.go.setEnabled(done or (chosen and enough and not self._busy))

    def take(self, path: Path) -> None:
        """Read a file."""
        try:
            self._file = read_file(path)
        except (KBeanError, OSError) as error:
            self._file = None
            if isinstance(error, KBeanError):
                self.error.set_words(self.tr("This is not a counter's set-up file"))
                self.error.show()
            else:
                self.show_failure(error)
        else:
            self.error.hide()
        self.retranslate()

    def _choose(self) -> None:
        dialogs.choose_file(
            self,
            self.tr("The operator's file"),
            (self.tr("Set-up file"), "json"),
            lambda path: self.take(path) if path else None,
        )

    def _submit(self) -> None:
        if self.card.isVisibleTo(self):
            self._read = True
            self.finished.emit()
            return
        file = self._file
        if file is None or not self.go.isEnabled():
            return
        self._busy = True
        self.error.hide()
        self.retranslate()
        passphrase, by_itself = self.passphrase.text(), self.by_itself.isChecked()
        session = self._session
        Operation(
            self, lambda: session.set_up(file, passphrase, opens_by_itself=by_itself)
        ).on_success(self._done).on_failure(self._failed).start()

    def _done(self, code: str) -> None:
        self._busy = False
        self.passphrase.wipe()
        for widget in (self.choose, self.passphrase, self.by_itself):
            widget.hide()
        self.code.set_text(code)
        self.card.show()
        self.retranslate()
        self.go.setFocus()

    def _failed(self, error: Exception) -> None:
        self._busy = False
        self.show_failure(error)
        self.retranslate()


class OpenPage(Door):
    """The counter's vault is shut: a passphrase opens it."""

    def __init__(self, session: CounterSession, language: str) -> None:
        """Build it."""
        super().__init__("CounterOpening", language)
        self._session = session
        self.passphrase = PassphraseField("OpenPassphrase")
        self.go = Button("", "primary", "OpenGo", large=True)
        for widget in (self.passphrase, self.error, self.go):
            self.column.addWidget(widget)
        self.passphrase.submitted.connect(self._submit)
        self.go.clicked.connect(self._submit)
        self.retranslate()

    def retranslate(self) -> None:
        """Words."""
        self.title.setText(self.tr("Open the counter"))
        self.text.set_text(self.tr("Its records on this computer are encrypted."))
        self.passphrase.set_words(self.tr("Passphrase of this counter"))
        self.go.setText(self.tr("Open"))

    def _submit(self) -> None:
        typed = self.passphrase.take()
        if typed:
            self.error.hide()
            self.go.setEnabled(False)
            session = self._session
            Operation(self, lambda: session.unlock(Passphrase(typed))).on_success(
                lambda _: self.go.setEnabled(True)
            ).on_failure(self._failed).start()

    def _failed(self, error: Exception) -> None:
        self.go.setEnabled(True)
        self.show_failure(error)
        self.passphrase.setFocus()
