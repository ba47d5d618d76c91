"""The bot's cards: an answer with its source, "did you mean", something it can do for you."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.desktop.support_panel.bubble import Words
from app.desktop.support_panel.card_base import RequestCard
from app.desktop.support_panel.helpdesk import Helpdesk
from app.desktop.support_panel.words import action_offer, action_words
from app.desktop.theme.tokens import Space
from app.desktop.widgets.amounts import amount_text
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.surfaces import Card, Line
from app.protocol.messages.cards import ActionCard, AnswerCard, SuggestCard
from app.wallet.support.chat import SupportChat
from app.wallet.support.views import Bubble

NONE_OF_THESE = "none_of_these"


class AnswerView(Live, Card):
    """The bot's answer: its words, what it can do, where it comes from, and "was this right?"."""

    def __init__(self, bubble: Bubble, desk: Helpdesk) -> None:
        """Show an answer."""
        super().__init__(kind="sunken", margin=Space.M, spacing=Space.S)
        assert isinstance(bubble.card, AnswerCard)
        self.setObjectName("AnswerCard")
        self.bubble = bubble
        self._card = bubble.card
        self._desk = desk
        self.words = Words(bubble.body, markdown=True)
        self.words.topic_wanted.connect(self._choose)
        self.body.addWidget(self.words)
        self.offers: dict[str, Button] = {}
        for name in bubble.card.actions:
            if action_offer(name):
                self._add_action(name)
        self.source = Paragraph("", "muted")
        self.question = Label("", "small")
        self.yes = Button("", "quiet", "AnswerRight")
        self.no = Button("", "quiet", "AnswerWrong")
        self.yes.clicked.connect(lambda: self._judge(right=True))
        self.no.clicked.connect(lambda: self._judge(right=False))
        self.body.addWidget(Line())
        self.body.addWidget(self.source)
        self._row = QWidget()
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        row.addWidget(self.question, 1)
        row.addWidget(self.yes)
        row.addWidget(self.no)
        self.body.addWidget(self._row)
        self.retranslate()

    def _add_action(self, name: str) -> None:
        button = Button("", "secondary", f"AnswerAction_{name}")
        button.clicked.connect(partial(self._act, name, button))
        self.offers[name] = button
        self.body.addWidget(button)

    def show_bubble(self, bubble: Bubble) -> None:
        """The same answer, perhaps judged by now."""
        self.bubble = bubble
        self.words.set_text(bubble.body)
        self.retranslate()

    def retranslate(self) -> None:
        """Everything but the answer itself, which is in the language of the question."""
        for name, button in self.offers.items():
            button.setText(action_offer(name))
        self.source.set_text(self.tr("From: {title}").format(title=self._card.title))
        judged = self.bubble.judged
        self._row.setVisible(self._card.judge)
        self.yes.setVisible(judged is None)
        self.no.setVisible(judged is None)
        self.yes.setText(self.tr("Yes"))
        self.no.setText(self.tr("No"))
        self.yes.setAccessibleName(self.tr("Yes, this was right"))
        self.no.setAccessibleName(self.tr("No, this was not right"))
        if judged is None:
            self.question.setText(self.tr("Was this right?"))
        elif judged:
            self.question.setText(self.tr("You said it was right. Thank you."))
        else:
            self.question.setText(self.tr("You said it was not right. Thank you."))

    def spoken(self) -> str:
        """The words, then the source."""
        return f"{self.words.plain_text()} {self.source.plain_text()}"

    def _judge(self, *, right: bool) -> None:
        seq = self.bubble.seq
        if seq is not None:
            chat = self._desk.chat
            self._desk.run(self._row, partial(chat.judge, seq, right))

    def _act(self, name: str, button: Button) -> None:
        self._desk.want(lambda chat: chat.act(name), button)

    def _choose(self, topic: str) -> None:
        self._desk.want(lambda chat: chat.choose(topic), self.words)


class SuggestView(Live, Card):
    """The question "did you mean": up to three choices, and none of these."""

    def __init__(self, bubble: Bubble, desk: Helpdesk) -> None:
        """Show the choices as buttons."""
        super().__init__(kind="sunken", margin=Space.M, spacing=Space.S)
        assert isinstance(bubble.card, SuggestCard)
        self.setObjectName("SuggestCard")
        self.bubble = bubble
        self._desk = desk
        self.words = Words(bubble.body, markdown=True)
        self.lead = Label("", "small")
        self.body.addWidget(self.words)
        self.body.addWidget(self.lead)
        self.words.setVisible(bool(bubble.body))
        self.lead.setVisible(not bubble.body)
        self.buttons: dict[str, Button] = {}
        for choice in bubble.card.choices[:3]:
            self._add(choice.topic, choice.title)
        self._add(NONE_OF_THESE, "")
        self.retranslate()

    def _add(self, topic: str, title: str) -> None:
        kind = "quiet" if topic == NONE_OF_THESE else "secondary"
        button = Button(title, kind, f"Suggest_{topic}")  # type: ignore[arg-type]  # two of the kinds
        button.clicked.connect(lambda: self._choose(topic, button))
        self.buttons[topic] = button
        self.body.addWidget(button)

    def show_bubble(self, bubble: Bubble) -> None:
        """Nothing changes here: choices stay, one may come back to them."""
        self.bubble = bubble

    def retranslate(self) -> None:
        """The question and the last button."""
        self.lead.setText(self.tr("Did you mean:"))
        self.buttons[NONE_OF_THESE].setText(self.tr("None of these"))

    def spoken(self) -> str:
        """The question with its choices."""
        asked = self.bubble.body or self.lead.text()
        return " ".join([asked, *(button.accessibleName() for button in self.buttons.values())])

    def _choose(self, topic: str, button: Button) -> None:
        def work(chat: SupportChat):  # type: ignore[no-untyped-def]  # the chat's coroutine
            return chat.choose(topic)

        self._desk.want(work, button)


class ActionView(RequestCard):
    """Something the bot can do, once the person confirms it."""

    what = "action"

    def __init__(self, bubble: Bubble, desk: Helpdesk) -> None:
        """Ask for a yes."""
        card = bubble.card
        assert isinstance(card, ActionCard)
        icon = {"freeze": "snowflake", "find_payment": "magnifying-glass", "human": "headset"}
        super().__init__(
            bubble, desk, "ActionCard", icon.get(card.action, "lightning"), card.expires_at
        )
        self._card = card
        dangerous = card.action == "freeze"
        self.yes = Button("", "danger" if dangerous else "primary", "ActionConfirm")
        self.no = Button("", "secondary", "ActionCancel")
        self.yes.clicked.connect(lambda: self._answer(yes=True))
        self.no.clicked.connect(lambda: self._answer(yes=False))
        self.choices.addWidget(self.yes, 1)
        self.choices.addWidget(self.no, 1)
        self.retranslate()

    def retranslate(self) -> None:
        """What would be done, and what became of it."""
        title, text, agree = action_words(self._card.action)
        about = self._about()
        self.say(title, f"{about}\n{text}" if about else text)
        self.yes.setText(agree)
        self.no.setText(self.tr("Cancel"))
        self.clock.again()
        self.draw_state()

    def outcome_words(self, state: str) -> str:
        """A freeze says what it means."""
        if self._card.action == "freeze" and state in ("done", "confirmed"):
            return self.tr("Your account is frozen")
        return super().outcome_words(state)

    def _about(self) -> str:
        params = self._card.params
        told = [str(params[name]) for name in ("payee_name", "title") if params.get(name)]
        amount, currency = params.get("amount"), params.get("currency")
        if isinstance(amount, int) and isinstance(currency, str):
            told.append(amount_text(amount, currency))
        return " · ".join(told)

    def _answer(self, *, yes: bool) -> None:
        chat, request = self.desk.chat, self._card.request_id
        self.error.hide()
        self.desk.run(self, partial(chat.confirm_action, request, yes), failed=self.show_error)
