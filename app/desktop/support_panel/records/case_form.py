"""Open a case: what it is about, one line, what happened."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal

from app.desktop.support_panel.chips import ContextChip
from app.desktop.support_panel.helpdesk import Helpdesk
from app.desktop.support_panel.records.parts import (
    TEXT_MAX,
    TITLE_MAX,
    Choices,
    FormPage,
    TextBox,
)
from app.desktop.support_panel.records.words import CATEGORIES, category_words
from app.desktop.widgets.fields import Field
from app.desktop.widgets.labels import Label, Paragraph
from app.protocol.messages.cards import ContextCard
from app.protocol.messages.cases import Category


class CaseForm(FormPage):
    """What is written stays until it is sent. ``opened`` carries the new case's id."""

    opened = Signal(str)

    def __init__(self, desk: Helpdesk) -> None:
        """Make it empty."""
        super().__init__("CaseForm")
        self._desk = desk
        self.lead = Paragraph("", "body-muted")
        self.about = ContextChip()
        self.about.setObjectName("CaseAbout")
        self.kind = Label("", "small")
        self.category = Choices("CaseCategory", CATEGORIES)
        self.category.choose("other")
        self.line = Field("CaseTitle")
        self.line.edit.setMaxLength(TITLE_MAX)
        self.text = TextBox("CaseText", height=132)
        for widget in (
            self.lead,
            self.about,
            self.kind,
            self.category,
            self.line,
            self.text,
            self.error,
            self.send,
        ):
            self.column.addWidget(widget)
        self.column.addStretch(1)
        self.send.clicked.connect(self._send)
        self.about.removed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        """Words of the fields."""
        super().retranslate()
        self.title.setText(self.tr("Open a case"))
        about = self.about.card is not None
        self.lead.set_text(
            self.tr("Somebody is responsible for it and answers here. You see each step.")
            if about
            else self.tr(
                "Somebody is responsible for it and answers here. Is it about a payment? Open its "
                "receipt and ask from there."
            )
        )
        self.kind.setText(self.tr("What is it about?"))
        self.category.set_words({key: category_words(key) for key in CATEGORIES})
        self.line.set_words(self.tr("In one line"), "", self.tr("Paid twice for one coffee"))
        self.text.set_words(
            self.tr("What happened, and what should come of it?"),
            self.tr("When, where, how much. No passwords, no card numbers."),
        )
        self.send.setText(self.tr("Open the case"))

    def begin(self, card: ContextCard | None = None) -> None:
        """Show the form, about a payment where one is given."""
        if card is not None:
            self.about.show_context(card)
            self.category.choose("payment")
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
            self.text.show_error(self.tr("Say what happened."))
            return
        if len(text) > TEXT_MAX:
            left = len(text) - TEXT_MAX
            self.text.show_error(self.tr("%n character(s) too many.", "", left))
            return
        category: Category = self.category.key()  # type: ignore[assignment]  # one of CATEGORIES
        card = self.about.card
        work = partial(
            self._desk.session.cases.open_case,
            title,
            text,
            category=category,
            payment_id=card.ref if card is not None else None,
            conversation_id=self._conversation(),
        )
        self._desk.run(
            self, work, done=self._done, failed=lambda sentence: self.say(sentence.line())
        )

    def _conversation(self) -> str | None:
        """The conversation that goes on now, so that its card appears there."""
        current = self._desk.chat.state.conversation
        if current is None or current.owner == "nobody" or not current.number:
            return None
        return current.id

    def _done(self, key: object) -> None:
        self.line.set_text("")
        self.text.set_text("")
        self.about.show_context(None)
        self.category.choose("other")
        self.opened.emit(str(key))
