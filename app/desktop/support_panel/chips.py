"""What stands above the composer: what the question is about, and what will be attached."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.desktop.support_panel.cards_more import CONTEXT_ICONS, context_words
from app.desktop.support_panel.file_view import Picture, size_words
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button, IconButton
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import ElidedLabel, Label
from app.desktop.widgets.surfaces import Card
from app.protocol.messages.cards import ContextCard
from app.protocol.messages.support import ATTACHMENT_MAX

_THUMB = 48


class ContextChip(Live, Card):
    """What the question is about; the person can take it off. ``removed`` says that they did.

    ``case_wanted`` carries the card of a payment that is to become a case instead.
    """

    removed = Signal()
    case_wanted = Signal(object)

    def __init__(self, *, offers_case: bool = False) -> None:
        """Make it hidden; ``offers_case`` puts the way to a case beside a payment."""
        super().__init__(kind="wash", margin=0, spacing=0)
        self._offers_case = offers_case
        self.setObjectName("ContextChip")
        self.body.setContentsMargins(Space.M, Space.XS, Space.XS, Space.XS)
        self.card: ContextCard | None = None
        self._sign = IconLabel("receipt", "on_wash", size=18)
        self.lead = Label("", "caption", "wash")
        self.title = ElidedLabel("", "small")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.lead)
        words.addWidget(self.title)
        self.case = Button("", "quiet", "ContextChipCase")
        self.case.clicked.connect(lambda: self.case_wanted.emit(self.card))
        self.remove = IconButton("x", "ContextChipRemove", ink="on_wash")
        self.remove.clicked.connect(self._remove)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self._sign)
        row.addLayout(words, 1)
        row.addWidget(self.case)
        row.addWidget(self.remove)
        self.body.addLayout(row)
        self.hide()

    def show_context(self, card: ContextCard | None) -> None:
        """Show what it is about, or nothing."""
        self.card = card
        self.setVisible(card is not None)
        if card is not None:
            self.case.setVisible(self._offers_case and card.what == "payment")
            self._sign.show_icon(CONTEXT_ICONS[card.what])
            self.title.setText(card.title or card.ref)
            self.retranslate()

    def retranslate(self) -> None:
        """What kind of thing it is."""
        if self.card is not None:
            self.lead.setText(context_words(self.card))
            self.case.setText(self.tr("Open a case"))
            self.remove.set_words(self.tr("Don't ask about this"))
            self.setAccessibleName(f"{self.lead.text()}: {self.title.text()}")

    def _remove(self) -> None:
        self.show_context(None)
        self.removed.emit()


class AttachmentChip(Live, Card):
    """What will be sent along, with a small picture of it. What is typed becomes its caption."""

    removed = Signal()

    def __init__(self) -> None:
        """Make it hidden."""
        super().__init__(kind="sunken", margin=Space.S, spacing=0)
        self.setObjectName("AttachmentChip")
        self.source: Path | bytes | None = None
        self.file_name = ""
        self.bytes = 0
        self._picture: Picture | None = None
        self._place = QHBoxLayout()
        self._sign = IconLabel("file-text", "muted")
        self._place.addWidget(self._sign)
        self.name = ElidedLabel("", "small")
        self.detail = Label("", "caption")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.name)
        words.addWidget(self.detail)
        self.remove = IconButton("x", "AttachmentChipRemove")
        self.remove.clicked.connect(self.clear)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addLayout(self._place)
        row.addLayout(words, 1)
        row.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)
        self.hide()

    @property
    def too_large(self) -> bool:
        """Whether the service would refuse it."""
        return self.bytes > ATTACHMENT_MAX

    def show_file(self, source: Path | bytes, name: str) -> None:
        """Show what will be sent."""
        self._drop_picture()
        self.source, self.file_name = source, name
        try:
            self.bytes = len(source) if isinstance(source, bytes) else source.stat().st_size
        except OSError:
            self.bytes = 0
        image = QImage()
        if not self.too_large:
            if isinstance(source, bytes):
                image = QImage.fromData(source)
            elif source.suffix.lower() in (".png", ".jpg", ".jpeg", ".webp", ".gif"):
                image = QImage(str(source))
        if not image.isNull():
            thumb = image.scaled(
                QSize(2 * _THUMB, 2 * _THUMB),
                Qt.AspectRatioMode.KeepAspectRatioByExpanding,
                Qt.TransformationMode.SmoothTransformation,
            )
            side = min(thumb.width(), thumb.height())
            thumb = thumb.copy(
                (thumb.width() - side) // 2, (thumb.height() - side) // 2, side, side
            )
            self._picture = Picture(QSize(_THUMB, _THUMB), "AttachmentPicture")
            self._picture.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._picture.setCursor(Qt.CursorShape.ArrowCursor)
            self._picture.show_image(thumb)
            self._place.addWidget(self._picture)
        self._sign.setVisible(self._picture is None)
        self.show()
        self.retranslate()

    def clear(self) -> None:
        """Send nothing along."""
        self.source = None
        self._drop_picture()
        self.hide()
        self.removed.emit()

    def _drop_picture(self) -> None:
        if self._picture is not None:
            self._picture.hide()
            self._picture.deleteLater()
            self._picture = None

    def retranslate(self) -> None:
        """Name, size, what to know."""
        self.name.setText(self.file_name)
        self.remove.set_words(self.tr("Don't send this file"))
        if self.too_large:
            limit = size_words(ATTACHMENT_MAX)
            self.detail.setText(
                self.tr("{size}, more than the {limit} that can be sent").format(
                    size=size_words(self.bytes), limit=limit
                )
            )
        else:
            self.detail.setText(size_words(self.bytes))
        self.detail.set_tone("danger" if self.too_large else "")
        self.setAccessibleName(f"{self.file_name} {self.detail.text()}")
