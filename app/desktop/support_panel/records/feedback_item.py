"""One thing that was said to the operator, or asked for everybody, with its answer."""

from __future__ import annotations

from functools import partial

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout

from app.desktop.components.when import date_words
from app.desktop.support_panel.helpdesk import Helpdesk
from app.desktop.support_panel.records.words import helped_words, kind_words, state_words
from app.desktop.support_panel.subpage import SubPage
from app.desktop.theme.tokens import Space
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.surfaces import Card
from app.protocol.messages.cases import Feedback


class FeedbackItem(SubPage):
    """``case_wanted`` carries the number of the case that a complaint became."""

    case_wanted = Signal(str)

    def __init__(self, desk: Helpdesk) -> None:
        """Make it; :meth:`show_item` fills it."""
        super().__init__("FeedbackItem")
        self._desk = desk
        self.item: Feedback | None = None
        self.heading = Paragraph("", "lead")
        self.line = Label("", "muted", selectable=True)
        self.line.setWordWrap(True)
        self.text = Paragraph("")
        self.case = Button("", "secondary", "FeedbackCase", icon="folder")
        self.answer_card = Card(kind="wash", margin=Space.L, spacing=Space.S)
        self.answer_card.setObjectName("FeedbackAnswer")
        self.answer_head = Label("", "step", "wash")
        self.answer = Paragraph("", "body", "wash")
        self.answer_card.body.addWidget(self.answer_head)
        self.answer_card.body.addWidget(self.answer)
        self.waits = Paragraph("", "muted")
        self.helpful = Button("", "secondary", "FeedbackHelpful", icon="thumbs-up")
        self.helped = Label("", "muted")
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        row.addWidget(self.helpful)
        row.addWidget(self.helped, 1)
        for widget in (
            self.heading,
            self.line,
            self.text,
            self.case,
            self.answer_card,
            self.waits,
        ):
            self.column.addWidget(widget)
        self.column.addLayout(row)
        self.column.addStretch(1)
        self.case.clicked.connect(self._open_case)
        self.helpful.clicked.connect(self._found_helpful)
        self.retranslate()

    def show_item(self, item: Feedback) -> None:
        """Show it."""
        self.show_change(item)
        self.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_change(self, item: Feedback) -> None:
        """The same, as it is now."""
        self.item = item
        self.retranslate()

    def retranslate(self) -> None:
        """Words and what it is."""
        super().retranslate()
        self.back.set_words(self.tr("Back to the list"))
        self.helpful.setText(self.tr("This helped me"))
        item = self.item
        if item is None:
            return
        self.title.setText(kind_words(item.kind))
        self.heading.set_text(item.title)
        told = [item.number, date_words(item.created_at)]
        if item.mine:
            told.append(state_words(item))
        self.line.setText(" · ".join(told))
        self.text.set_text(item.text)
        self.case.setText(self.tr("Case {number}").format(number=item.case_number))
        self.case.setVisible(bool(item.case_number))
        self._show_answer(item)
        published = item.public and item.state == "answered"
        self.helpful.setVisible(published and not item.mine and not item.found_helpful)
        helped = helped_words(item.helpful)
        if item.found_helpful:
            thanks = self.tr("Thank you for telling.")
            helped = f"{thanks} {helped}".strip()
        self.helped.setText(helped)
        self.helped.setVisible(published and bool(helped))

    def _show_answer(self, item: Feedback) -> None:
        self.answer_card.setVisible(bool(item.answer))
        self.answer.set_text(item.answer)
        who = item.answered_by or self.tr("The operator")
        when = date_words(item.answered_at) if item.answered_at else ""
        self.answer_head.setText(" · ".join(part for part in (who, when) if part))
        self.answer_card.setAccessibleName(f"{self.answer_head.text()} {item.answer}")
        self.waits.set_text(
            self.tr("No answer yet. It comes back here, and you are told.")
            if not item.case_number
            else self.tr("What is done about it stands in the case.")
        )
        self.waits.setVisible(not item.answer)

    def _open_case(self) -> None:
        if self.item is not None:
            self.case_wanted.emit(self.item.case_number)

    def _found_helpful(self) -> None:
        item = self.item
        if item is None:
            return
        counted = msgspec.structs.replace(item, found_helpful=True, helpful=item.helpful + 1)
        work = partial(self._desk.session.cases.found_helpful, item.id)
        self._desk.run(self.helpful, work, done=lambda _: self.show_item(counted))
