"""Words in a conversation: a bubble of text, a quiet line, the day above what was said on it."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QDate, QLocale, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QTextDocument,
)
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.desktop.components.when import day_words
from app.desktop.support_panel.markdown import plain_text, rich_text, topic_of
from app.desktop.theme.manager import colours
from app.desktop.theme.tokens import LINE_HEIGHT, LINE_HEIGHT_CHINESE, Radius, Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.labels import Label, Paragraph
from app.wallet.support.views import Bubble

Ground = Literal["", "sunken", "wash"]
_MEASURE = 420
"""The widest a bubble wants to be, in pixels."""


class Words(Paragraph):
    """Running text that can be selected, on a ground of its own or on none.

    ``topic_wanted`` carries the topic of an internal link that was followed.
    """

    topic_wanted = Signal(str)

    def __init__(
        self, text: str, *, markdown: bool = False, ground: Ground = "", name: str = "BubbleText"
    ) -> None:
        """Show plain text, or the bot's Markdown."""
        self._markdown = markdown
        self._ground = ground
        self._source = ""
        self._ideal = 0
        self._look: tuple[str, str, int] | None = None
        super().__init__("", "body")
        self.setObjectName(name)
        self.setOpenExternalLinks(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByMouse
        )
        if ground:
            self.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        self.linkActivated.connect(self._follow)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show other words; the same words in the same look cost nothing."""
        self._source = text
        self.ensurePolished()
        look = (text, colours().bean, self._line_height())
        if look == self._look:
            return
        self._look = look
        if self._markdown:
            self._plain = plain_text(text, self.font())
            body = rich_text(text, self.font(), colours().bean)
        else:
            self._plain = text
            told = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            body = f'<p style="margin:0">{told}</p>'.replace("\n", "<br>")
        self._ideal = self._natural_width(body)
        self.setText(f'<div style="line-height:{look[2]}%">{body}</div>')
        self.setAccessibleName(self._plain)

    def _natural_width(self, body: str) -> int:
        """How wide the words are where nothing wraps them; laid out only where that is needed."""
        metrics = QFontMetrics(self.font())
        longest = max(self._plain.split("\n"), key=len)
        width = metrics.horizontalAdvance(longest[:_MEASURE])
        if not self._markdown or width >= _MEASURE:
            return width + 6
        document = QTextDocument()
        document.setDocumentMargin(0)
        document.setDefaultFont(self.font())
        document.setHtml(body)
        document.setTextWidth(-1)
        return int(document.idealWidth()) + 4

    def _line_height(self) -> int:
        """Of the face's own line, which is tall in CJK faces already."""
        chinese = QLocale().language() == QLocale.Language.Chinese
        wanted = (LINE_HEIGHT_CHINESE if chinese else LINE_HEIGHT) * self.font().pixelSize()
        own = QFontMetrics(self.font()).lineSpacing()
        return max(100, round(100 * wanted / own)) if own else 100

    def retranslate(self) -> None:
        """The line height follows the language."""
        self.set_text(self._source)

    def restyle(self) -> None:
        """Links take the theme's colour."""
        if self._markdown and self._source:
            self.set_text(self._source)

    def sizeHint(self) -> QSize:
        """Qt: as wide as its longest line, up to a comfortable measure."""
        margins = self.contentsMargins()
        width = min(self._ideal + margins.left() + margins.right(), _MEASURE)
        return QSize(width, self.heightForWidth(width))

    def _follow(self, href: str) -> None:
        topic = topic_of(href)
        if topic:
            self.topic_wanted.emit(topic)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the ground, then the words."""
        if self._ground:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(getattr(colours(), self._ground)))
            painter.drawRoundedRect(QRectF(self.rect()), Radius.CARD, Radius.CARD)
            painter.end()
        super().paintEvent(event)


class Row(Live, QWidget):
    """One line of the transcript. Arrows walk from row to row; the one in focus has a ring."""

    def __init__(self, key: str) -> None:
        """Make it; ``key`` finds it again when the transcript changes."""
        super().__init__()
        self.key = key
        self.setObjectName("TranscriptRow")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def show_bubble(self, bubble: Bubble) -> None:
        """The line this row shows has changed; most never do."""

    def copy_text(self) -> str:
        """What Ctrl+C takes from this row."""
        return self.accessibleName()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt: show where the keyboard is."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt: the keyboard has gone on."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: a ring while the keyboard walks here."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(colours().bean))
            inside = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(inside, Radius.CONTROL, Radius.CONTROL)


class DayRow(Row):
    """The day, above what was said on it."""

    def __init__(self, key: str, day: QDate) -> None:
        """Name a day."""
        super().__init__(key)
        self._day = day
        self._label = Label("", "caption")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, Space.M, 0, Space.XS)
        row.addWidget(self._label, 0, Qt.AlignmentFlag.AlignHCenter)
        self.retranslate()

    def retranslate(self) -> None:
        """Today is called so."""
        self._label.setText(day_words(self._day))
        self.setAccessibleName(self._label.text())


class QuietRow(Row):
    """A line that only says that something happened."""

    def __init__(self, key: str, words: str) -> None:
        """Say it."""
        super().__init__(key)
        self._words = Paragraph("", "muted", centred=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.XL, Space.S, Space.XL, Space.S)
        row.addWidget(self._words, 1)
        self.say(words)

    def say(self, words: str) -> None:
        """Say something else."""
        self._words.set_text(words)
        self.setAccessibleName(words)
