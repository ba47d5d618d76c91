"""Facts in the conversation: a payment, what a question is about, a case, a call, the survey."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPlainTextEdit, QToolButton

from app.desktop.components.movement_words import beans_words
from app.desktop.components.when import exact_words
from app.desktop.support_panel.card_base import ChatCard, RequestCard
from app.desktop.support_panel.helpdesk import Helpdesk
from app.desktop.support_panel.records.words import stage_words
from app.desktop.support_panel.words import span_words
from app.desktop.theme.tokens import Size, Space
from app.desktop.widgets.amounts import amount_text
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Figures, Label, Paragraph
from app.desktop.widgets.surfaces import Card
from app.protocol.messages.cards import (
    CallbackCard,
    CaseCard,
    ContextCard,
    PaymentCard,
    SurveyCard,
)
from app.protocol.spacing import filled
from app.wallet.support.views import Bubble

CONTEXT_ICONS = {
    "payment": "receipt",
    "error": "warning",
    "case": "folder",
    "page": "bookmark-simple",
}


class ContextView(Live, Card):
    """What a question is about: one line with an icon, the same as the chip above the composer."""

    def __init__(self, card: ContextCard) -> None:
        """Name it."""
        super().__init__(kind="sunken", margin=0, spacing=2)
        self.setObjectName("ContextCard")
        self.body.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        self._card = card
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        self.lead = Label("", "muted")
        self.title = Paragraph(card.title or card.ref, "small")
        self.trace = Label("", "caption", selectable=True)
        row.addWidget(IconLabel(CONTEXT_ICONS[card.what], "muted", size=18))
        row.addWidget(self.lead, 1)
        self.body.addLayout(row)
        self.body.addWidget(self.title)
        self.body.addWidget(self.trace)
        self.trace.setVisible(bool(card.trace_id))
        self.retranslate()

    def retranslate(self) -> None:
        """What kind of thing it is."""
        self.lead.setText(context_words(self._card))
        self.trace.setText(self.tr("Number {number}").format(number=self._card.trace_id))
        self.setAccessibleName(f"{self.lead.text()}: {self.title.plain_text()}")


def context_words(card: ContextCard) -> str:
    """``About this payment``."""
    if card.what == "payment":
        return QCoreApplication.translate("Support", "About this payment")
    if card.what == "error":
        return QCoreApplication.translate("Support", "About this error")
    if card.what == "case":
        return QCoreApplication.translate("Support", "About this case")
    return QCoreApplication.translate("Support", "About this page")


class PaymentView(ChatCard):
    """A payment: facts, and the way to its receipt."""

    def __init__(self, bubble: Bubble, desk: Helpdesk) -> None:
        """Show a payment."""
        card = bubble.card
        assert isinstance(card, PaymentCard)
        super().__init__(bubble, desk, "PaymentCard", "receipt")
        self._card = card
        self.amount = Figures(amount_text(card.amount, card.currency), "lead")
        self.facts = Paragraph("", "muted")
        self.open = Button("", "secondary", "PaymentOpen")
        self.open.clicked.connect(lambda: desk.payment_wanted.emit(card.payment_id))
        self.content.addWidget(self.amount)
        self.content.addWidget(self.facts)
        self.content.addWidget(self.open)
        self.retranslate()

    def retranslate(self) -> None:
        """State, time, number, K-Beans."""
        card = self._card
        states = {
            "succeeded": self.tr("Paid"),
            "created": self.tr("Begun, not paid yet"),
            "processing": self.tr("Under way"),
            "userpaying": self.tr("Waits for you to confirm"),
            "closed": self.tr("Closed, nothing was paid"),
            "failed": self.tr("Not paid"),
            "refused": self.tr("Not paid"),
            "refunded": self.tr("Paid back"),
            "reversed": self.tr("Paid back"),
            "unknown": self.tr("Not known yet"),
        }
        self.say(card.payee_name)
        told = [states.get(card.state, card.state), exact_words(card.created_at), card.order_number]
        if card.beans:
            told.append(beans_words(card.beans, signed=True))
        self.facts.set_text("\n".join(part for part in told if part))
        self.open.setText(self.tr("Open the receipt"))
        self.setAccessibleName(f"{card.payee_name} {self.amount.text()} {told[0]}")


class CaseView(ChatCard):
    """A case was opened or moved on."""

    def __init__(self, bubble: Bubble, desk: Helpdesk) -> None:
        """Show its number and where it stands."""
        card = bubble.card
        assert isinstance(card, CaseCard)
        super().__init__(bubble, desk, "CaseCard", "folder")
        self._card = card
        self.number = Label("", "muted", selectable=True)
        self.stage = Label("", "small", "bean")
        self.open = Button("", "secondary", "CaseCardOpen")
        self.open.clicked.connect(lambda: desk.case_wanted.emit(card.case_id))
        self.content.addWidget(self.number)
        self.content.addWidget(self.stage)
        self.content.addWidget(self.open)
        self.retranslate()

    def retranslate(self) -> None:
        """Title, number, stage."""
        card = self._card
        self.say(card.title or self.tr("Case"))
        self.number.setText(self.tr("Case {number}").format(number=card.number))
        self.stage.setText(stage_words(card.stage))
        self.open.setText(self.tr("Open the case"))
        self.setAccessibleName(f"{self.number.text()} {card.title} {self.stage.text()}")


class CallbackView(ChatCard):
    """A call that was booked, and the way to cancel it."""

    def __init__(self, bubble: Bubble, desk: Helpdesk) -> None:
        """Show when somebody calls."""
        card = bubble.card
        assert isinstance(card, CallbackCard)
        super().__init__(bubble, desk, "CallbackCard", "phone-call")
        self._card = card
        self.cancel = Button("", "secondary", "CallbackCancel")
        self.cancel.clicked.connect(self._cancel)
        self.content.addWidget(self.cancel)
        self.retranslate()

    def retranslate(self) -> None:
        """When, and what became of it."""
        card = self._card
        # The card's own message may be older than a later event about the same call.
        state = {"cancelled": "cancelled", "done": "done"}.get(
            self.bubble.request_state, card.state
        )
        titles = {
            "booked": self.tr("Somebody calls you"),
            "cancelled": self.tr("The call was cancelled"),
            "done": self.tr("You were called"),
            "missed": self.tr("You could not be reached"),
        }
        self.say(titles[state], span_words(card.start, card.end))
        self.cancel.setText(self.tr("Cancel the call"))
        self.cancel.setVisible(state == "booked")

    def _cancel(self) -> None:
        chat, callback = self.desk.chat, self._card.callback_id
        self.desk.run(self, partial(chat.cancel_callback, callback), failed=self.show_error)


class Stars(QHBoxLayout):
    """Five ways to say how it was; numbers and words, not colours alone."""

    def __init__(self) -> None:
        """Five buttons, none of them chosen."""
        super().__init__()
        self.setSpacing(Space.XS)
        self.group = QButtonGroup(self)
        self.buttons: list[QToolButton] = []
        for number in range(1, 6):
            button = QToolButton()
            button.setObjectName(f"SurveyStar_{number}")
            button.setProperty("kind", "choice")
            button.setCheckable(True)
            button.setText(str(number))
            button.setFixedSize(Size.CONTROL + Space.L, Size.CONTROL)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            self.group.addButton(button, number)
            self.buttons.append(button)
            self.addWidget(button)
        self.addStretch(1)

    def value(self) -> int:
        """1 … 5, or 0 while nothing is chosen."""
        return max(0, self.group.checkedId())


class SurveyView(RequestCard):
    """How was it? 1–5 and a comment, once for each opening."""

    what = "survey"

    def __init__(self, bubble: Bubble, desk: Helpdesk) -> None:
        """Ask."""
        card = bubble.card
        assert isinstance(card, SurveyCard)
        super().__init__(bubble, desk, "SurveyCard", "star")
        self._card = card
        self.stars = Stars()
        self.ends = QHBoxLayout()
        self.low, self.high = Label("", "caption"), Label("", "caption")
        self.meaning = Label("", "small", "bean")
        self.comment = QPlainTextEdit()
        self.comment.setObjectName("SurveyComment")
        self.comment.setFixedHeight(72)
        self.comment.setTabChangesFocus(True)
        self.send = Button("", "primary", "SurveySend")
        self.send.setEnabled(False)
        self.asked.addLayout(self.stars)
        self.asked.addWidget(self.meaning)
        self.asked.addWidget(self.comment)
        self.choices.addWidget(self.send)
        self.stars.group.idClicked.connect(self._chosen)
        self.send.clicked.connect(self._rate)
        self.retranslate()

    @staticmethod
    def _meanings() -> dict[int, str]:
        return {
            1: QCoreApplication.translate("Support", "It did not help at all"),
            2: QCoreApplication.translate("Support", "It helped little"),
            3: QCoreApplication.translate("Support", "It was all right"),
            4: QCoreApplication.translate("Support", "It helped"),
            5: QCoreApplication.translate("Support", "It helped very much"),
        }

    def retranslate(self) -> None:
        """The question is ours where the service asked none in words."""
        card = self._card
        who = card.resolver
        ours = (
            filled(self.tr("How did {name} help you?"), name=who)
            if who
            else self.tr("How were you helped?")
        )
        self.say(ours)
        for number, words in self._meanings().items():
            self.stars.buttons[number - 1].setAccessibleName(
                self.tr("{count} of 5: {words}").format(count=number, words=words)
            )
            self.stars.buttons[number - 1].setToolTip(words)
        value = self.stars.value()
        self.meaning.setText(self._meanings()[value] if value else self.tr("1 is bad, 5 is good"))
        self.comment.setPlaceholderText(self.tr("What could be better? You may leave this empty."))
        self.comment.setAccessibleName(self.tr("Comment"))
        self.send.setText(self.tr("Send"))
        self.draw_state()

    def outcome_words(self, state: str) -> str:
        """Thanks."""
        if state in ("answered", "done"):
            return self.tr("Thank you. It goes to the people who improve this.")
        return super().outcome_words(state)

    def _chosen(self) -> None:
        self.send.setEnabled(True)
        self.retranslate()

    def _rate(self) -> None:
        chat, survey = self.desk.chat, self._card.survey_id
        stars, comment = self.stars.value(), self.comment.toPlainText().strip()[:2000]
        self.desk.run(self, partial(chat.rate, survey, stars, comment), failed=self.show_error)
