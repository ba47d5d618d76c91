"""Which row a line of the transcript becomes, and how rows stand in groups."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.components.when import time_words
from app.desktop.support_panel.bubble import QuietRow, Row, Words
from app.desktop.support_panel.cards_bot import NONE_OF_THESE, ActionView, AnswerView, SuggestView
from app.desktop.support_panel.cards_consent import AccessView, ProposalView, VerificationView
from app.desktop.support_panel.cards_more import (
    CallbackView,
    CaseView,
    ContextView,
    PaymentView,
    SurveyView,
)
from app.desktop.support_panel.file_view import FileView
from app.desktop.support_panel.helpdesk import Helpdesk
from app.desktop.support_panel.words import (
    action_offer,
    found_words,
    owner_line,
    request_line,
)
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.words import explain
from app.protocol.messages.cards import (
    AccessCard,
    ActionCard,
    AnswerCard,
    CallbackCard,
    CaseCard,
    Choice,
    ContextCard,
    FileCard,
    MaskEvent,
    OwnerEvent,
    PaymentCard,
    ProposalCard,
    RequestEvent,
    SuggestCard,
    SurveyCard,
    VerificationCard,
)
from app.wallet.failures import Failure
from app.wallet.support.views import Bubble

GROUP_MS = 5 * 60 * 1000
"""What one person writes within five minutes stands together."""

Maker = Callable[[Bubble, Helpdesk], QWidget]
CARDS: dict[type, Maker] = {
    AnswerCard: AnswerView,
    SuggestCard: SuggestView,
    ActionCard: ActionView,
    VerificationCard: VerificationView,
    AccessCard: AccessView,
    ProposalCard: ProposalView,
    PaymentCard: PaymentView,
    CaseCard: CaseView,
    CallbackCard: CallbackView,
    SurveyCard: SurveyView,
}


def quiet_words(bubble: Bubble) -> str | None:
    """The words of a quiet line; empty draws nothing, None is no quiet line at all."""
    card = bubble.card
    if isinstance(card, OwnerEvent):
        return owner_line(card)
    if isinstance(card, RequestEvent):
        return request_line(card)
    if isinstance(card, MaskEvent):
        return found_words(card.found)
    return "" if bubble.kind == "event" else None


def mine(bubble: Bubble) -> bool:
    """Whether the person wrote it."""
    return bubble.sender.kind == "person"


def pressed_words(card: ActionCard | SuggestCard, body: str) -> str:
    """What the person said by pressing a button: the choice they took, the action they want."""
    if isinstance(card, ActionCard):
        return body or action_offer(card.action) or card.action
    chosen = card.choices[0] if card.choices else Choice(NONE_OF_THESE, "")
    if chosen.topic == NONE_OF_THESE:
        return QCoreApplication.translate("Support", "None of these")
    return body or chosen.title or chosen.topic


def together(first: Bubble, second: Bubble) -> bool:
    """Whether two lines one after the other stand in one group."""
    return (
        first.sender == second.sender
        and abs(second.at - first.at) < GROUP_MS
        and quiet_words(first) is None
        and quiet_words(second) is None
    )


def row_for(bubble: Bubble, desk: Helpdesk) -> Row | None:
    """The row of a line, or None where nothing is drawn."""
    words = quiet_words(bubble)
    if words is None:
        return MessageRow(bubble, desk)
    return QuietLine(bubble) if words else None


class QuietLine(QuietRow):
    """An event, said again in another language when that changes."""

    def __init__(self, bubble: Bubble) -> None:
        """Say what happened."""
        self._bubble = bubble
        super().__init__(bubble.key, quiet_words(bubble) or "")

    def show_bubble(self, bubble: Bubble) -> None:
        """Events never change."""
        self._bubble = bubble

    def retranslate(self) -> None:
        """The same event in other words."""
        self.say(quiet_words(self._bubble) or "")


class MessageRow(Row):
    """What somebody said: who, the words or the card, when, and what became of it."""

    def __init__(self, bubble: Bubble, desk: Helpdesk) -> None:
        """Draw a line; :meth:`set_place` says where in its group it stands."""
        super().__init__(bubble.key)
        self.bubble = bubble
        self._desk = desk
        self._head = True
        self._foot = True
        self.setObjectName("MessageRow")
        self.name = Label("", "muted")
        self.content = self._content()
        self.meta = Label("", "caption")
        self.mark: IconLabel | None = None
        self.trouble: Trouble | None = None
        self._arrange()
        self.retranslate()

    def _arrange(self) -> None:
        own = mine(self.bubble)
        side = Qt.AlignmentFlag.AlignRight if own else Qt.AlignmentFlag.AlignLeft
        line = self._line = QHBoxLayout()
        line.setSpacing(0)
        card = not isinstance(self.content, (Words, FileView, ContextView))
        if own:
            line.addSpacing(Space.XXXL)
            line.addStretch(1)
            line.addWidget(self.content)
        else:
            line.addWidget(self.content, 1 if card else 0)
            if not card:
                line.addStretch(1)
            line.addSpacing(Space.L if card else Space.XXXL)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(Space.XS, 1, Space.XS, 1)
        self._column.setSpacing(2)
        who = QHBoxLayout()
        who.setSpacing(Space.XS)
        who.addWidget(self.name)
        if self.bubble.sender.kind == "agent":
            self.mark = IconLabel("circle-wavy-check-fill", "bean", size=14)
            who.addWidget(self.mark)
        who.addStretch(1)
        self._column.addLayout(who)
        self._column.addLayout(line)
        self._column.addWidget(self.meta, 0, side)

    def _content(self) -> QWidget:
        bubble, desk = self.bubble, self._desk
        card = bubble.card
        if mine(bubble) and isinstance(card, (ActionCard, SuggestCard)):
            return Words(pressed_words(card, bubble.body), ground="wash")
        if (maker := CARDS.get(type(card))) is not None:
            return maker(bubble, desk)
        if isinstance(card, FileCard):
            return FileView(card, bubble.body, desk, mine=mine(bubble))
        if isinstance(card, ContextCard) and not bubble.body:
            return ContextView(card)
        markdown = bubble.sender.kind == "bot"
        words = Words(bubble.body, markdown=markdown, ground="wash" if mine(bubble) else "sunken")
        words.topic_wanted.connect(lambda topic: desk.want(lambda c: c.choose(topic), words))
        if isinstance(card, ContextCard):
            return _Both(ContextView(card), words)
        return words

    def set_place(self, *, head: bool, foot: bool) -> None:
        """The first of a group says who, the last says when."""
        if (head, foot) != (self._head, self._foot):
            self._head, self._foot = head, foot
            self.retranslate()

    def show_bubble(self, bubble: Bubble) -> None:
        """The same line, with what has become of it."""
        old, self.bubble = self.bubble, bubble
        if bubble.card != old.card:
            self.content = self._again()
        elif isinstance(self.content, Words):
            self.content.set_text(bubble.body)
        else:
            show = getattr(self.content, "show_bubble", None)
            if show is not None:
                show(bubble)
        self.retranslate()

    def _again(self) -> QWidget:
        """Another content in the old one's place: an upload has become a file."""
        fresh = self._content()
        self._line.replaceWidget(self.content, fresh)
        self.content.hide()
        self.content.deleteLater()
        return fresh

    def retranslate(self) -> None:
        """Who, when, what became of it."""
        bubble = self.bubble
        own = mine(bubble)
        who = self._who()
        self.name.setText(who)
        self.name.setVisible(self._head and not own)
        if self.mark is not None:
            self.mark.setVisible(self._head)
        state = self._state_words()
        waiting = own and bubble.state == "waiting"
        self.meta.setText(f"{time_words(bubble.at)} · {state}" if state else time_words(bubble.at))
        refused = own and bubble.state == "refused"
        self.meta.setVisible((self._foot or waiting) and not refused)
        self._show_trouble(refused=refused)
        top = Space.S if self._head else 1
        self._column.setContentsMargins(Space.XS, top, Space.XS, 1)
        told = self.trouble.words.plain_text() if self.trouble is not None else state
        self.setAccessibleName(
            self.tr("{name}, {time}: {words}").format(
                name=who, time=time_words(bubble.at), words=self.copy_text()
            )
            + (f" {told}" if told else "")
        )

    def copy_text(self) -> str:
        """The words, or what the card says."""
        content = self.content
        if isinstance(content, Words):
            return content.plain_text()
        spoken = getattr(content, "spoken", None)
        return spoken() if spoken is not None else content.accessibleName()

    def _who(self) -> str:
        sender = self.bubble.sender
        if sender.kind == "person":
            return self.tr("You")
        if sender.kind == "bot":
            return self.tr("Assistant")
        if sender.kind == "system":
            return self.tr("Service")
        return sender.name or self.tr("A person of the service")

    def _state_words(self) -> str:
        if not mine(self.bubble):
            return ""
        return {
            "waiting": self.tr("waits to be sent"),
            "sent": self.tr("sent"),
            "read": self.tr("read", "the other side has read it"),
        }.get(self.bubble.state, "")

    def _show_trouble(self, *, refused: bool) -> None:
        if refused and self.trouble is None:
            self.trouble = Trouble(self.key, self._desk)
            self._column.addWidget(self.trouble)
        elif not refused and self.trouble is not None:
            self.trouble.hide()
            self.trouble.deleteLater()
            self.trouble = None
        if self.trouble is not None:
            self.trouble.show_failure(self.bubble.failure)


class Trouble(Live, QWidget):
    """Below a message that was refused: why, try again, or throw it away."""

    def __init__(self, key: str, desk: Helpdesk) -> None:
        """Make it for the message of this key."""
        super().__init__()
        self._failure: Failure | None = None
        self.words = Paragraph("", "small", "danger")
        self.retry = Button("", "quiet", "MessageRetry")
        self.discard = Button("", "quiet", "MessageDiscard")
        self.retry.clicked.connect(lambda: desk.run(self, partial(desk.chat.retry, key)))
        self.discard.clicked.connect(lambda: desk.run(self, partial(desk.chat.discard, key)))
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        row.addStretch(1)
        row.addWidget(self.discard)
        row.addWidget(self.retry)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.words)
        column.addLayout(row)
        self.retranslate()

    def show_failure(self, failure: Failure | None) -> None:
        """Say why."""
        self._failure = failure
        self.retranslate()

    def retranslate(self) -> None:
        """Why, and what can be done."""
        failure = self._failure
        closed = failure is not None and failure.code == "conversation_closed"
        self.words.set_text(explain(failure).line() if failure else self.tr("Not sent."))
        self.retry.setText(self.tr("Open again and send") if closed else self.tr("Try again"))
        self.discard.setText(self.tr("Throw away"))


class _Both(QWidget):
    """What a question is about, then the question."""

    def __init__(self, context: ContextView, words: Words) -> None:
        super().__init__()
        self._words = words
        self._context = context
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(context)
        column.addWidget(words, 0, Qt.AlignmentFlag.AlignRight)

    def spoken(self) -> str:
        """Both."""
        return f"{self._context.accessibleName()}. {self._words.plain_text()}"
