"""What the pages of cases and feedback share: entries, headings, what is on its way, one choice."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.desktop.components.when import moment_words
from app.desktop.support_panel.helpdesk import Helpdesk
from app.desktop.support_panel.older import Entry
from app.desktop.support_panel.records.stage_bar import StageBar
from app.desktop.support_panel.records.words import (
    case_line,
    category_words,
    closing_words,
    kind_words,
)
from app.desktop.support_panel.subpage import SubPage
from app.desktop.theme.tokens import Size, Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.busy import Spinner
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.surfaces import Card
from app.desktop.words import explain
from app.protocol.messages.cases import CaseNote, CaseSay, FeedbackRequest, OpenCase
from app.wallet.support.case_views import CaseView, Pending

TEXT_MAX = 4000
TITLE_MAX = 120


class CaseEntry(Entry):
    """A case in the list: title, number, the bar of its stages, what happens by itself."""

    def __init__(self, name: str, view: CaseView) -> None:
        """Show a case."""
        case = view.case
        super().__init__(name, case.title, case_line(case))
        self.bar = StageBar(case.stage)
        self.body.addWidget(self.bar)
        closes = closing_words(case)
        if closes:
            under = Paragraph(closes, "muted")
            under.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
            under.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self.body.addWidget(under)
        told = [self.accessibleName(), self.bar.accessibleName(), closes]
        if view.unread:
            news = NewsLabel()
            self.body.insertWidget(0, news)
            told.insert(0, news.text())
        self.setAccessibleName(" ".join(part for part in told if part))


class NewsLabel(Label):
    """Something changed since the person looked; a word, not only a dot."""

    def __init__(self) -> None:
        """Say it."""
        super().__init__("", "step", "bean")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setText(self.tr("New for you"))


class Heading(Label):
    """A heading between two lists."""

    def __init__(self, name: str) -> None:
        """Make it without words."""
        super().__init__("", "strong")
        self.setObjectName(name)
        self.setContentsMargins(0, Space.S, 0, 0)


class PendingCard(Live, Card):
    """Something on its way to the service, or refused by it: try again or throw away."""

    def __init__(self, pending: Pending, desk: Helpdesk) -> None:
        """Show it."""
        super().__init__(kind="sunken", margin=Space.M, spacing=Space.XS)
        self.setObjectName("PendingCard")
        self.pending = pending
        self._desk = desk
        refused = pending.failure is not None
        sign, ink = ("warning-circle", "danger") if refused else ("clock", "muted")
        self.title = Paragraph("", "small")
        self.state = Paragraph("", "small", "danger" if refused else "muted")
        self.again = Button("", "secondary", "PendingRetry")
        self.drop = Button("", "quiet", "PendingDiscard")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.state)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(IconLabel(sign, ink), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        buttons.addWidget(self.again)
        buttons.addWidget(self.drop)
        buttons.addStretch(1)
        self.body.addLayout(row)
        self.body.addLayout(buttons)
        cases, key = desk.session.cases, pending.key
        self.again.clicked.connect(lambda: desk.run(self, partial(cases.retry, key)))
        self.drop.clicked.connect(lambda: desk.run(self, partial(cases.discard, key)))
        self.again.setVisible(refused)
        self.drop.setVisible(refused)
        self.retranslate()

    def retranslate(self) -> None:
        """What it is, and why it isn't there yet."""
        self.title.set_text(self._what())
        failure = self.pending.failure
        self.state.set_text(
            self.tr("On its way. It goes out by itself when there is a connection.")
            if failure is None
            else explain(failure).line()
        )
        self.again.setText(self.tr("Try again"))
        self.drop.setText(self.tr("Throw away"))
        self.setAccessibleName(f"{self.title.plain_text()} {self.state.plain_text()}")

    def _what(self) -> str:
        request = self.pending.request
        if isinstance(request, OpenCase):
            return f"{category_words(request.category)} · {request.title}"
        if isinstance(request, FeedbackRequest):
            return f"{kind_words(request.kind)} · {request.title}"
        if isinstance(request, CaseNote):
            return request.text
        if isinstance(request, CaseSay):
            words = {
                "solved": self.tr("You said: it is solved"),
                "not_solved": self.tr("You said: it is not solved"),
                "escalate": self.tr("You asked for a supervisor"),
            }[request.word]
            return f"{words}\n{request.text}" if request.text else words
        return moment_words(self.pending.at)


class Choices(QWidget):
    """A few things of which one is chosen, as buttons side by side. ``chosen`` carries the key."""

    chosen = Signal(str)

    def __init__(self, name: str, keys: Sequence[str], *, columns: int = 2) -> None:
        """Make one button a key; words come through :meth:`set_words`."""
        super().__init__()
        self.setObjectName(name)
        self.group = QButtonGroup(self)
        self._keys = tuple(keys)
        self.buttons: dict[str, QToolButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(Space.S)
        for index, key in enumerate(keys):
            button = QToolButton()
            button.setObjectName(f"{name}_{key}")
            button.setProperty("kind", "choice")
            button.setCheckable(True)
            button.setMinimumHeight(Size.CONTROL)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            self.group.addButton(button, index)
            self.buttons[key] = button
            grid.addWidget(button, index // columns, index % columns)
        self.group.idClicked.connect(lambda index: self.chosen.emit(self._keys[index]))

    def set_words(self, words: dict[str, str]) -> None:
        """The word of each key."""
        for key, text in words.items():
            self.buttons[key].setText(text)
            self.buttons[key].setAccessibleName(text)

    def choose(self, key: str) -> None:
        """Mark one without saying that the person did."""
        self.buttons[key].setChecked(True)

    def key(self) -> str:
        """The chosen one; empty while there is none."""
        index = self.group.checkedId()
        return "" if index < 0 else self._keys[index]


class TextBox(QWidget):
    """Several lines with a label above and an error below."""

    def __init__(self, name: str, *, height: int = 112) -> None:
        """Make it; ``name`` becomes the object name of the field."""
        super().__init__()
        self.label = Label("", "small")
        self.edit = QPlainTextEdit()
        self.edit.setObjectName(name)
        self.edit.setFixedHeight(height)
        self.edit.setTabChangesFocus(True)
        self.below = Paragraph("", "small", "danger")
        self.below.hide()
        self.label.setBuddy(self.edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS + 2)
        column.addWidget(self.label)
        column.addWidget(self.edit)
        column.addWidget(self.below)
        self.edit.textChanged.connect(self.below.hide)

    def set_words(self, label: str, placeholder: str = "") -> None:
        """The label above, the example inside."""
        self.label.setText(label)
        self.edit.setAccessibleName(label)
        self.edit.setPlaceholderText(placeholder)

    def text(self) -> str:
        """What is typed, without blanks around it."""
        return self.edit.toPlainText().strip()

    def set_text(self, text: str) -> None:
        """Put something in."""
        self.edit.setPlainText(text)

    def show_error(self, words: str) -> None:
        """Say what is missing, and put the keyboard here."""
        self.below.set_text(words)
        self.below.show()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)


class ListPage(SubPage):
    """A page of the panel that is a place of its own: no way back, a sign while it asks."""

    def __init__(self, name: str) -> None:
        """Make it empty; fill ``column``."""
        super().__init__(name)
        self.back.hide()
        self.title.hide()
        self.head.setContentsMargins(0, 0, 0, 0)
        self.busy = QWidget()
        self.busy.setObjectName(f"{name}Busy")
        row = QHBoxLayout(self.busy)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        self._busy_words = Label("", "muted")
        row.addWidget(Spinner(side=16))
        row.addWidget(self._busy_words, 1)
        self.busy.hide()
        self.error = Paragraph("", "small", "warning")
        self.error.hide()

    def retranslate(self) -> None:
        """The sign's words."""
        super().retranslate()
        self._busy_words.setText(self.tr("Asking the service…"))

    def could_not_ask(self, error: Exception) -> None:
        """What stands here is from before."""
        self.error.set_text(
            self.tr("This is what was known last. {reason}").format(reason=explain(error).line())
        )
        self.error.show()


class FormPage(SubPage):
    """A page where one writes something: its error, and one button that acts."""

    def __init__(self, name: str) -> None:
        """Make it empty; fill ``column``."""
        super().__init__(name)
        self.error = Paragraph("", "small", "danger")
        self.error.hide()
        self.send = Button("", "primary", f"{name}Send", large=True)

    def retranslate(self) -> None:
        """The way back."""
        super().retranslate()
        self.back.set_words(self.tr("Back to the list"))

    def say(self, words: str) -> None:
        """Why it can't be sent."""
        self.error.set_text(words)
        self.error.show()
