"""Where one writes: the field, what goes with it, how much room is left."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop import dialogs
from app.desktop.operations import Operation
from app.desktop.support_panel.chips import AttachmentChip, ContextChip
from app.desktop.support_panel.helpdesk import Helpdesk
from app.desktop.support_panel.writing import WritingField
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import IconButton
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.words import Sentence, explain
from app.protocol.messages.cards import ContextCard
from app.protocol.messages.support import BODY_MAX

WARN_FROM = 3600
"""From so many characters on it is said how many are left."""
_DRAFT_MS = 600


class Composer(Live, QWidget):
    """The foot of the panel. ``sent`` carries the key of what was written."""

    sent = Signal(str)

    def __init__(self, desk: Helpdesk, parent: QWidget | None = None) -> None:
        """Make it empty."""
        super().__init__(parent)
        self.setObjectName("Composer")
        self._desk = desk
        self._conv: str | None = None
        self._busy = False
        self._out = ""
        self.context = ContextChip(offers_case=True)
        self.attachment = AttachmentChip()
        self.attach = IconButton("paperclip", "ComposerAttach")
        self.field = WritingField("ComposerField")
        self.send = IconButton("paper-plane-right-fill", "ComposerSend", ink="bean")
        self.room = Label("", "caption")
        self.error = Paragraph("", "small", "danger")
        self.error.hide()
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        foot = Qt.AlignmentFlag.AlignBottom
        row.addWidget(self.attach, 0, foot)
        row.addWidget(self.field, 1)
        row.addWidget(self.send, 0, foot)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.S, Space.M, Space.M)
        column.setSpacing(Space.S)
        for widget in (self.context, self.attachment, self.error):
            column.addWidget(widget)
        column.addLayout(row)
        column.addWidget(self.room)
        self._draft = QTimer(self)
        self._draft.setSingleShot(True)
        self._draft.setInterval(_DRAFT_MS)
        self._draft.timeout.connect(self._keep_draft)
        self.field.entered.connect(self.submit)
        self.field.attached.connect(self.take_file)
        self.field.textChanged.connect(self._typed)
        self.send.clicked.connect(self.submit)
        self.attach.clicked.connect(self._choose_file)
        self.context.removed.connect(self.retranslate)
        self.attachment.removed.connect(self._count)
        self.retranslate()
        self._count()

    def retranslate(self) -> None:
        """Words of the field and the buttons."""
        if self.context.card is not None and self.context.card.what == "payment":
            asked = self.tr("What about this payment?")
        elif self.context.card is not None:
            asked = self.tr("What would you like to know?")
        else:
            asked = self.tr("Write here")
        self.field.setPlaceholderText(asked)
        self.field.setAccessibleName(self.tr("Your message"))
        self.field.setAccessibleDescription(
            self.tr("Enter sends, Shift and Enter begin a new line.")
        )
        self.attach.set_words(self.tr("Attach a picture or a file"))
        self.send.set_words(self.tr("Send"))
        self._count()

    # --- what it holds

    def show_conversation(self, conv: str | None) -> None:
        """Another conversation: its draft comes back."""
        if conv == self._conv:
            return
        before, self._conv = self._conv, conv
        if conv is None or (before is None and self.field.toPlainText()):
            return

        def show(text: str) -> None:
            if self._conv == conv and text and not self.field.toPlainText():
                self.field.setPlainText(text)
                self.field.moveCursor(self.field.textCursor().MoveOperation.End)

        Operation(self, partial(self._desk.chat.draft, conv)).on_success(show).on_failure(
            lambda _: None
        ).replacing("draft").start()

    def ask_about(self, card: ContextCard) -> None:
        """Put what is asked about above the field, and the keyboard into it."""
        self.context.show_context(card)
        self.retranslate()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_file(self, source: Path | bytes, name: str) -> None:
        """Send this along with the next message."""
        self.error.hide()
        self.attachment.show_file(source, name)
        self._count()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose_file(self) -> None:
        def chosen(paths: list[Path]) -> None:
            if paths:
                self.take_file(paths[0], paths[0].name)

        dialogs.choose_attachment(self, self.tr("Attach a picture or a file"), chosen)

    def _typed(self) -> None:
        self._count()
        self.error.hide()
        self._draft.start()
        writing = bool(self.field.toPlainText())
        if self._conv is not None:
            Operation(self, partial(self._desk.chat.typing, writing)).on_failure(
                lambda _: None
            ).replacing("typing").start()

    def _keep_draft(self) -> None:
        if self._conv is not None:
            work = partial(self._desk.chat.keep_draft, self._conv, self.field.toPlainText())
            Operation(self, work).on_failure(lambda _: None).replacing("keep").start()

    def _count(self) -> None:
        text = self.field.toPlainText()
        left = BODY_MAX - len(text)
        self.room.setVisible(len(text) >= WARN_FROM)
        if left < 0:
            self.room.setText(self.tr("%n character(s) too many for one message", "", -left))
        else:
            self.room.setText(self.tr("%n character(s) left", "", left))
        self.room.set_tone("danger" if left < 0 else "")
        full = bool(text.strip()) or self.attachment.source is not None
        fits = left >= 0 and not (self.attachment.source and self.attachment.too_large)
        self.send.setEnabled(full and fits and not self._busy)

    # --- sending

    def submit(self) -> None:
        """Send what is here; the field is empty once it is on the disk, not before."""
        if not self.send.isEnabled():
            return
        self._out = self.field.toPlainText()
        text = self._out.strip()
        source, name = self.attachment.source, self.attachment.file_name
        context = self.context.card
        chat, language = self._desk.chat, self._desk.language
        self._busy = True
        self._count()

        async def work() -> str:
            if chat.state.conversation is None:
                await chat.open(language=language)
            if source is None:
                return await chat.send(text, context=context)
            if context is not None:
                await chat.open(context, language=language)
            return await chat.send_file(source, name, text=text)

        Operation(self, work).on_success(self._sent).on_failure(self._refused).start()

    def _sent(self, key: str) -> None:
        self._busy = False
        # What was typed meanwhile stays.
        self.field.setPlainText(self.field.toPlainText().removeprefix(self._out))
        self._draft.stop()
        self._keep_draft()
        self.context.show_context(None)
        self.attachment.clear()
        self.retranslate()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.sent.emit(key)

    def _refused(self, error: Exception) -> None:
        self._busy = False
        self._count()
        self.show_error(explain(error))

    def show_error(self, sentence: Sentence) -> None:
        """Say why it did not go; nothing that was typed is lost."""
        self.error.set_text(sentence.line())
        self.error.show()
