"""Live consent: who may see what for how long, with the way to end it. Seen wherever one is."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.components.when import now_ms
from app.desktop.operations import Operation
from app.desktop.support_panel.words import scopes_line
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live, clear
from app.desktop.widgets.busy import Countdown, clock_text
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Paragraph, spaced
from app.desktop.widgets.surfaces import Card
from app.desktop.words import explain
from app.protocol.messages.support import Grant
from app.protocol.spacing import filled
from app.wallet.session import WalletSession


class GrantBar(Live, Card):
    """One live grant: name, what, the time left, and "end it"."""

    failed = Signal(str)

    def __init__(self, grant: Grant, session: WalletSession, offset: int = 0) -> None:
        """Show a grant; ``offset`` is the service's clock minus this one's, milliseconds."""
        super().__init__(kind="wash", margin=0, spacing=0)
        self.setObjectName("GrantBar")
        self.grant = grant
        self._session = session
        self.body.setContentsMargins(Space.M, Space.S, Space.S, Space.S)
        self.words = Paragraph("", "small", "wash")
        self.clock = Countdown(self._clock_words)
        self.revoke = Button("", "secondary", "GrantRevoke")
        self.revoke.clicked.connect(self._revoke)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.words)
        words.addWidget(self.clock)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(IconLabel("eye", "on_wash"), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.revoke)
        self.body.addLayout(row)
        self.retranslate()
        self.clock.start(max(0, (grant.until - now_ms() - offset) // 1000))

    def retranslate(self) -> None:
        """Who sees what."""
        told = filled(
            self.tr("{name} can see: {scopes}"),
            name=self.grant.agent_name,
            scopes=scopes_line(list(self.grant.scopes)),
        )
        self.words.set_text(spaced(told))
        self.revoke.setText(self.tr("End now"))
        self.revoke.setAccessibleName(
            filled(self.tr("End the access of {name} now"), name=self.grant.agent_name)
        )
        self.setAccessibleName(told)
        self.clock.again()

    def _clock_words(self, rest: int) -> str:
        return self.tr("{time} left").format(time=clock_text(rest))

    def _revoke(self) -> None:
        self.revoke.setEnabled(False)

        def refused(error: Exception) -> None:
            self.revoke.setEnabled(True)
            self.failed.emit(explain(error).line())

        work = partial(self._session.support.revoke, self.grant.id)
        Operation(self, work).on_failure(refused).start()


class GrantStrip(QWidget):
    """All live grants, one below the other; hidden where there is none."""

    failed = Signal(str)

    def __init__(self, session: WalletSession, name: str, parent: QWidget | None = None) -> None:
        """Make it empty."""
        super().__init__(parent)
        self.setObjectName(name)
        self._session = session
        self._drawn: tuple[Grant, ...] = ()
        self.bars: list[GrantBar] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(Space.M, Space.S, Space.M, 0)
        self._column.setSpacing(Space.S)
        self.hide()

    def set_margins(self, left: int, top: int, right: int, bottom: int) -> None:
        """How far it stands from the edges."""
        self._column.setContentsMargins(left, top, right, bottom)

    def show_grants(self, grants: tuple[Grant, ...]) -> None:
        """Draw them anew where something changed."""
        if grants != self._drawn:
            self._drawn = grants
            clear(self._column)
            self.bars = []
            offset = self._session.snapshot.clock_offset_ms
            for grant in grants:
                bar = GrantBar(grant, self._session, offset)
                bar.failed.connect(self.failed)
                self.bars.append(bar)
                self._column.addWidget(bar)
        self.setVisible(bool(grants))
