"""The way to the service, in one word at the top of the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.desktop.components.when import as_of_words
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Label, Tone
from app.protocol.spacing import filled
from app.wallet.session import Network, Snapshot


class NetworkState(Live, QWidget):
    """A sign and a word; the tool tip says more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it, before anything is known."""
        super().__init__(parent)
        self.setObjectName("NetworkState")
        self._snapshot = Snapshot()
        self._sign = IconLabel("circle-dashed", "muted", size=16)
        self._word = Label("", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.S, 0, Space.S, 0)
        row.setSpacing(Space.XS + 2)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._word)
        self.retranslate()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw what is known."""
        self._snapshot = snapshot
        self.retranslate()

    def retranslate(self) -> None:
        """Sign, word and tool tip."""
        icon, ink, word, more = self._state()
        tone: Tone = "muted" if ink == "muted" else ink  # type: ignore[assignment]  # our tokens
        self._sign.show_icon(icon, ink)
        self._word.setText(word)
        self._word.set_tone(tone)
        self.setToolTip(more)
        self.setAccessibleName(f"{word}. {more}" if more else word)

    def _state(self) -> tuple[str, str, str, str]:
        snapshot = self._snapshot
        as_of = snapshot.as_of
        known = filled(self.tr("Shown as of {when}."), when=as_of_words(as_of)) if as_of else ""
        if snapshot.network == Network.OFFLINE:
            return "cloud-slash", "warning", self.tr("Offline"), known
        if snapshot.network == Network.UNTRUSTED:
            more = self.tr("The connection is not secure, so nothing is sent.")
            return "warning-circle", "danger", self.tr("Not secure"), more
        if snapshot.network == Network.TROUBLED:
            more = self.tr("The service answers, but not as it should.")
            return "warning", "warning", self.tr("Service disturbed"), more
        if snapshot.syncing:
            return "arrows-clockwise", "muted", self.tr("Updating"), known
        if snapshot.network == Network.ONLINE:
            return "check-circle", "bean", self.tr("Online"), known
        return "circle-dashed", "muted", self.tr("Connecting"), known
