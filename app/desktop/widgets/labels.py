"""Words on the page: labels of one role each, running text with room to breathe."""

from __future__ import annotations

import re
from typing import Literal

from PySide6.QtCore import QLocale, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.desktop.theme.tokens import LINE_HEIGHT, LINE_HEIGHT_CHINESE
from app.desktop.widgets.base import Live, restyle_by

Role = Literal[
    "caption", "step", "small", "muted", "body", "body-muted", "strong", "lead", "title", "figure"
]
Tone = Literal["", "bean", "wash", "gold", "danger", "warning", "info", "muted"]
_SEAM = re.compile("(?<=[\u4e00-\u9fff])(?=[A-Za-z])|(?<=[A-Za-z])(?=[\u4e00-\u9fff])(?<!K(?=豆))")
_MEASURE = 460
"""The widest a paragraph wants to be, in pixels; a layout may give it more."""


class Label(QLabel):
    """One line of words in one of the roles of the type scale. Text can be selected and copied."""

    def __init__(
        self,
        text: str = "",
        role: Role = "body",
        tone: Tone = "",
        parent: QWidget | None = None,
        *,
        selectable: bool = False,
    ) -> None:
        """Make a label; words may come later through ``setText``."""
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setProperty("tone", tone)
        if selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def set_tone(self, tone: Tone) -> None:
        """Change the colour of the words."""
        restyle_by(self, tone=tone)


class Figures(Label):
    """A label whose digits all have the same width."""

    def __init__(
        self, text: str = "", role: Role = "body", tone: Tone = "", parent: QWidget | None = None
    ) -> None:
        """Make a label with tabular figures."""
        super().__init__(text, role, tone, parent, selectable=True)
        self.setFont(tabular(self.font()))


def tabular(font: QFont) -> QFont:
    """The same font with tabular figures (OpenType ``tnum``)."""
    made = QFont(font)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


class ElidedLabel(Label):
    """One line that ends in an ellipsis when it does not fit; the whole is in the tool tip."""

    def __init__(
        self, text: str = "", role: Role = "body", tone: Tone = "", parent: QWidget | None = None
    ) -> None:
        """Make a label that gives way to its neighbours."""
        super().__init__(text, role, tone, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def _shown(self) -> str:
        return QFontMetrics(self.font()).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width()
        )

    def minimumSizeHint(self) -> QSize:
        """Qt: wide enough for a few letters."""
        return QSize(48, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the tool tip carries the whole only when something is hidden."""
        super().resizeEvent(event)
        self.setToolTip(self.text() if self._shown() != self.text() else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: draw what fits."""
        del event
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(
            self.contentsRect(),
            int(self.alignment() | Qt.TextFlag.TextSingleLine),
            self._shown(),
        )


def _escaped(text: str) -> str:
    """Plain text for rich text; the standard module would be loaded before the first paint."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def spaced(words: str) -> str:
    """Put thin air between Chinese and Latin letters, as a typesetter would; ``K豆`` is one word.

    For sentences with a name in them; names themselves are shown as they are.
    """
    return _SEAM.sub("\u2009", words)


class Paragraph(Live, QLabel):
    """Running text that wraps, with the line height its language wants (1.6 in Chinese)."""

    def __init__(
        self,
        text: str = "",
        role: Role = "body",
        tone: Tone = "",
        parent: QWidget | None = None,
        *,
        centred: bool = False,
    ) -> None:
        """Make a paragraph; ``text`` is plain and may hold line breaks."""
        super().__init__(parent)
        self._plain = ""
        self._centred = centred
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setProperty("role", role)
        self.setProperty("tone", tone)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_text(text)

    def sizeHint(self) -> QSize:
        """Qt: one line where it fits into a comfortable measure, else as high as it needs."""
        self.ensurePolished()
        longest = max(self._plain.split("\n"), key=len)
        natural = QFontMetrics(self.font()).horizontalAdvance(longest) + 8
        width = min(natural, _MEASURE, self.maximumWidth())
        return QSize(max(width, self.minimumWidth()), self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Qt: it wraps, so that a few letters are enough."""
        return QSize(48, QFontMetrics(self.font()).height())

    def plain_text(self) -> str:
        """The words as they were set."""
        return self._plain

    def set_text(self, text: str) -> None:
        """Show other words."""
        self._plain = text
        self.setAccessibleName(text)
        chinese = QLocale().language() == QLocale.Language.Chinese
        # Qt counts in percent of the face's own line; CJK faces bring tall lines of their own.
        self.ensurePolished()
        wanted = (LINE_HEIGHT_CHINESE if chinese else LINE_HEIGHT) * self.font().pixelSize()
        own = QFontMetrics(self.font()).lineSpacing()
        height = max(100, round(100 * wanted / own)) if own else 100
        body = _escaped(text).replace("\n", "<br>")
        align = "center" if self._centred else "left"
        self.setText(
            f'<p align="{align}" style="margin:0; line-height:{height}%">{body}</p>' if text else ""
        )

    def set_tone(self, tone: Tone) -> None:
        """Change the colour of the words."""
        restyle_by(self, tone=tone)

    def retranslate(self) -> None:
        """The line height follows the language."""
        self.set_text(self._plain)
