"""What all cards of the conversation share: a head, words, buttons, what became of it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.components.when import now_ms
from app.desktop.support_panel.helpdesk import Helpdesk
from app.desktop.support_panel.words import GOOD_STATES, outcome_words
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.busy import Countdown, clock_text
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.surfaces import Card
from app.desktop.words import Sentence
from app.wallet.support.views import Bubble


class ChatCard(Live, Card):
    """A card with an icon and a title; ``content`` is for what it is about."""

    def __init__(self, bubble: Bubble, desk: Helpdesk, name: str, icon: str) -> None:
        """Make it without words; a subclass says them in :meth:`retranslate`."""
        super().__init__(margin=Space.L, spacing=Space.S)
        self.setObjectName(name)
        self.bubble = bubble
        self.desk = desk
        self.title = Label("", "strong")
        self.title.setWordWrap(True)
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(IconLabel(icon, "bean"), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.title, 1)
        self.text = Paragraph("", "small")
        self.content = QVBoxLayout()
        self.content.setSpacing(Space.S)
        self.error = Paragraph("", "small", "danger")
        self.error.hide()
        self.body.addLayout(head)
        self.body.addWidget(self.text)
        self.body.addLayout(self.content)
        self.body.addWidget(self.error)

    def say(self, title: str, text: str = "") -> None:
        """The card's words; they are its name too."""
        self.title.setText(title)
        self.text.set_text(text)
        self.text.setVisible(bool(text))
        self.setAccessibleName(f"{title} {text}".strip())

    def show_bubble(self, bubble: Bubble) -> None:
        """The same card, with what has become of it."""
        self.bubble = bubble
        self.retranslate()

    def show_error(self, sentence: Sentence) -> None:
        """Say why it did not work; the person can try again here."""
        self.error.set_text(sentence._replace(action=sentence.whole()).line())
        self.error.show()

    def spoken(self) -> str:
        """What a screen reader says of it."""
        return self.accessibleName()


class RequestCard(ChatCard):
    """A card that asks the person for something: open, under way, answered or too late.

    ``choices`` is for the buttons; it goes away with the answer, and a line says what became of it.
    """

    what = "action"

    def __init__(
        self, bubble: Bubble, desk: Helpdesk, name: str, icon: str, expires_at: int = 0
    ) -> None:
        """Make it; ``expires_at`` in Unix milliseconds, 0 never."""
        super().__init__(bubble, desk, name, icon)
        self._expires_at = expires_at
        self._expired = False
        self.form = QWidget()
        self.asked = QVBoxLayout(self.form)
        self.asked.setContentsMargins(0, 0, 0, 0)
        self.asked.setSpacing(Space.S)
        self.choices = QHBoxLayout()
        self.choices.setSpacing(Space.S)
        self.clock = Countdown(self._clock_words)
        self.clock.ended.connect(self._lapse)
        self._sign = IconLabel("check-circle", "on_wash")
        self.outcome = Paragraph("", "strong")
        self._end = QWidget()
        end = QHBoxLayout(self._end)
        end.setContentsMargins(0, 0, 0, 0)
        end.setSpacing(Space.S)
        end.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        end.addWidget(self.outcome, 1)
        self.body.addWidget(self.form)
        self.body.addLayout(self.choices)
        self.body.addWidget(self.clock)
        self.body.addWidget(self._end)
        if expires_at:
            offset = desk.session.snapshot.clock_offset_ms
            self.clock.start(max(0, (expires_at - now_ms() - offset) // 1000))
        self.clock.setVisible(bool(expires_at))

    @property
    def state(self) -> str:
        """What became of it; empty while it is open."""
        if not self.bubble.request_state and self._expired:
            return "expired"
        return self.bubble.request_state

    def draw_state(self) -> None:
        """Buttons while it is open, else what became of it."""
        state = self.state
        for index in range(self.choices.count()):
            item = self.choices.itemAt(index)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.setVisible(not state)
        self.form.setVisible(not state)
        self.clock.setVisible(bool(self._expires_at) and not state)
        self._end.setVisible(bool(state))
        if state:
            self.clock.stop()
            self.error.hide()
            good = state in GOOD_STATES
            self._sign.show_icon("check-circle" if good else "minus-circle", self._ink(state))
            self.outcome.set_text(self.outcome_words(state))
            self.setAccessibleName(f"{self.accessibleName()} {self.outcome.plain_text()}")

    @staticmethod
    def _ink(state: str) -> str:
        if state in GOOD_STATES:
            return "bean"
        return "danger" if state == "failed" else "muted"

    def outcome_words(self, state: str) -> str:
        """The last line."""
        return outcome_words(self.what, state, self.bubble.request_until)

    def _clock_words(self, rest: int) -> str:
        return self.tr("Answer within {time}").format(time=clock_text(rest))

    def _lapse(self) -> None:
        self._expired = True
        self.retranslate()
