"""Tell the operator something: feedback, a suggestion, a complaint, a question for everybody."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal

from app.desktop.support_panel.helpdesk import Helpdesk
from app.desktop.support_panel.records.parts import (
    TEXT_MAX,
    TITLE_MAX,
    Choices,
    FormPage,
    TextBox,
)
from app.desktop.support_panel.records.words import KINDS, kind_hint, kind_words
from app.desktop.widgets.checks import CheckBox
from app.desktop.widgets.fields import Field
from app.desktop.widgets.labels import Label, Paragraph
from app.protocol.messages.cases import FeedbackKind


class FeedbackForm(FormPage):
    """What is written stays until it is sent. ``given`` says that it is on its way."""

    given = Signal()

    def __init__(self, desk: Helpdesk) -> None:
        """Make it empty."""
        super().__init__("FeedbackForm")
        self._desk = desk
        self.ask = Label("", "small")
        self.kind = Choices("FeedbackKind", KINDS)
        self.kind.choose("feedback")
        self.hint = Paragraph("", "muted")
        self.line = Field("FeedbackTitle")
        self.line.edit.setMaxLength(TITLE_MAX)
        self.text = TextBox("FeedbackText", height=132)
        self.public = CheckBox("FeedbackPublic")
        self.public_hint = Paragraph("", "muted")
        for widget in (
            self.ask,
            self.kind,
            self.hint,
            self.line,
            self.text,
            self.public,
            self.public_hint,
            self.error,
            self.send,
        ):
            self.column.addWidget(widget)
        self.column.addStretch(1)
        self.kind.chosen.connect(lambda _: self.retranslate())
        self.send.clicked.connect(self._send)
        self.retranslate()

    def _kind(self) -> FeedbackKind:
        return self.kind.key()  # type: ignore[return-value]  # one of KINDS

    def retranslate(self) -> None:
        """Words, as the kind wants them."""
        super().retranslate()
        kind = self._kind()
        self.title.setText(self.tr("Tell the operator something"))
        self.ask.setText(self.tr("What is it?"))
        self.kind.set_words({key: kind_words(key) for key in KINDS})
        self.hint.set_text(kind_hint(kind))
        self.line.set_words(self.tr("In one line"))
        self.text.set_words(
            self.tr("What would you like to know?")
            if kind == "question"
            else self.tr("What would you like to say?"),
            self.tr("No passwords, no card numbers."),
        )
        self.public.set_words(self.tr("Others may read it too"))
        self.public_hint.set_text(self.tr("Once answered, without your name."))
        self.public.setVisible(kind == "question")
        self.public_hint.setVisible(kind == "question")
        self.send.setText(self.tr("Make a complaint") if kind == "complaint" else self.tr("Send"))

    def begin(self, kind: FeedbackKind | None = None) -> None:
        """Show the form."""
        if kind is not None:
            self.kind.choose(kind)
        self.error.hide()
        self.retranslate()
        self.line.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _send(self) -> None:
        title, text = " ".join(self.line.text().split()), self.text.text()
        if not title:
            self.line.show_error(self.tr("Say in one line what it is about."))
            self.line.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if not text:
            self.text.show_error(self.tr("Say it in a few words."))
            return
        if len(text) > TEXT_MAX:
            left = len(text) - TEXT_MAX
            self.text.show_error(self.tr("%n character(s) too many.", "", left))
            return
        kind = self._kind()
        work = partial(
            self._desk.session.cases.give,
            kind,
            title,
            text,
            language=self._desk.language,
            public=kind == "question" and self.public.isChecked(),
        )
        self._desk.run(
            self, work, done=self._done, failed=lambda sentence: self.say(sentence.line())
        )

    def _done(self, _: object) -> None:
        self.line.set_text("")
        self.text.set_text("")
        self.public.setChecked(False)
        self.kind.choose("feedback")
        self.given.emit()
