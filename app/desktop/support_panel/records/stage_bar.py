"""Where a case stands: four steps as a bar, each with its word (colour never speaks alone)."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from app.desktop.support_panel.records.words import stage_words
from app.desktop.theme.manager import colours
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live, restyle_by
from app.desktop.widgets.labels import Label

STEPS = ("new", "working", "resolved", "closed")
_STEP_OF = {"waiting_person": 1, "waiting_internal": 1}
_HEIGHT = 6


def step_of(stage: str) -> int:
    """Which of the four steps a stage is, from 0."""
    return STEPS.index(stage) if stage in STEPS else _STEP_OF.get(stage, 0)


class _Bar(QWidget):
    """One step: full, or still to come."""

    def __init__(self) -> None:
        super().__init__()
        self._ink = "line"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def fill(self, ink: str) -> None:
        """In the colour a token names."""
        self._ink = ink
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: thin."""
        return QSize(40, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: a rounded stroke."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(colours(), self._ink)))
        painter.drawRoundedRect(QRectF(self.rect()), _HEIGHT / 2, _HEIGHT / 2)


class StageBar(Live, QWidget):
    """Received · in work (or waits for somebody) · solved · closed."""

    def __init__(self, stage: str = "new", parent: QWidget | None = None) -> None:
        """Show a stage."""
        super().__init__(parent)
        self.setObjectName("StageBar")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.stage = stage
        self.bars = [_Bar() for _ in STEPS]
        self.labels = [Label("", "caption") for _ in STEPS]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, Space.XS, 0, 0)
        grid.setHorizontalSpacing(Space.S)
        grid.setVerticalSpacing(Space.XS)
        for column, (bar, label) in enumerate(zip(self.bars, self.labels, strict=True)):
            grid.addWidget(bar, 0, column)
            grid.addWidget(label, 1, column)
            grid.setColumnStretch(column, 1)
        self.retranslate()

    def show_stage(self, stage: str) -> None:
        """Another stage."""
        self.stage = stage
        self.retranslate()

    def retranslate(self) -> None:
        """The word of each step; the one in force stands out."""
        here = step_of(self.stage)
        waits = self.stage == "waiting_person"
        for index, (bar, label) in enumerate(zip(self.bars, self.labels, strict=True)):
            now = index == here
            label.setText(stage_words(self.stage if now else STEPS[index]))
            restyle_by(label, role="step" if now else "caption")
            label.set_tone("warning" if now and waits else "")
            if index > here:
                bar.fill("line")
            elif now and waits:
                bar.fill("warning")
            else:
                bar.fill("muted" if self.stage == "closed" else "bean")
        self.setAccessibleName(
            self.tr("Step {number} of {count}: {stage}").format(
                number=here + 1, count=len(STEPS), stage=stage_words(self.stage)
            )
        )
