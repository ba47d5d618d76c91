"""Security: freeze the account, see who may look at it now and who has looked."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.components.when import moment_words
from app.desktop.operations import Operation
from app.desktop.people.limits_card import LimitsCard
from app.desktop.support_panel.grants import GrantStrip
from app.desktop.support_panel.helpdesk import Ask, Given, Helpdesk
from app.desktop.support_panel.words import field_words, listed, scope_words
from app.desktop.theme.tokens import Space
from app.desktop.watch import Watch
from app.desktop.widgets.base import Live, clear
from app.desktop.widgets.busy import Skeleton
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Label, Paragraph, spaced
from app.desktop.widgets.notes import Banner
from app.desktop.widgets.surfaces import Card, EmptyState, Line, PageBody
from app.desktop.words import Sentence, explain
from app.protocol.messages.support import Look, LookList
from app.wallet.session import WalletSession


class FreezeCard(Live, Card):
    """The big switch: what it does, one button, and once frozen the way back."""

    def __init__(self, session: WalletSession, desk: Helpdesk) -> None:
        """Draw the state as it is."""
        super().__init__(margin=Space.XL, spacing=Space.M)
        self.setObjectName("FreezeCard")
        self._session = session
        self._desk = desk
        self.disc = IconLabel("snowflake", "info", size=30, ground="info_wash", disc=64)
        self.title = Label("", "lead")
        self.text = Paragraph("", "body")
        self.freeze = Button("", "danger", "SecurityFreeze", large=True, icon="snowflake")
        self.thaw = Button("", "primary", "SecurityThaw", large=True)
        self.error = Banner("SecurityError", "warning")
        self.error.hide()
        words = QVBoxLayout()
        words.setSpacing(Space.S)
        words.addWidget(self.title)
        words.addWidget(self.text)
        buttons = QHBoxLayout()
        buttons.addWidget(self.freeze)
        buttons.addWidget(self.thaw)
        buttons.addStretch(1)
        words.addSpacing(Space.XS)
        words.addLayout(buttons)
        row = QHBoxLayout()
        row.setSpacing(Space.L)
        row.addWidget(self.disc, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.body.addLayout(row)
        self.body.addWidget(self.error)
        self.freeze.clicked.connect(self._freeze)
        self.thaw.clicked.connect(lambda: ask_thaw(self._desk))
        self.retranslate()

    def retranslate(self) -> None:
        """Frozen or not, in words."""
        frozen = self._session.support.state.frozen
        self.freeze.setVisible(not frozen)
        self.thaw.setVisible(frozen)
        if frozen:
            self.title.setText(self.tr("Your account is frozen"))
            self.text.set_text(
                self.tr(
                    "Nothing can be paid, shown codes no longer work and other devices are signed "
                    "out. Money still comes in. Your passphrase lifts the freeze."
                )
            )
        else:
            self.title.setText(self.tr("Freeze the account at once"))
            self.text.set_text(
                self.tr(
                    "For a lost phone, a payment you don't know, or a bad feeling. From that "
                    "moment nothing can be paid, shown codes stop working and all other devices "
                    "are signed out. Money still comes in, and you lift it with your passphrase."
                )
            )
        self.freeze.setText(self.tr("Freeze now"))
        self.thaw.setText(self.tr("Lift the freeze…"))

    def _freeze(self) -> None:
        self.error.hide()
        self._desk.run(self, self._session.support.freeze, done=self._frozen, failed=self._failed)

    def _frozen(self, _: object) -> None:
        self.retranslate()
        self._desk.said.emit(self.tr("Your account is frozen"))
        self.thaw.setFocus(Qt.FocusReason.OtherFocusReason)

    def _failed(self, sentence: Sentence) -> None:
        self.error.set_words(sentence.title, sentence.whole())
        self.error.show()


def ask_thaw(desk: Helpdesk) -> None:
    """Ask for the passphrase on the sheet, then lift the freeze."""
    ask = Ask(
        QCoreApplication.translate("Support", "Lift the freeze"),
        QCoreApplication.translate("Support", "From then on payments work again."),
        QCoreApplication.translate("Support", "Lift the freeze"),
        passphrase=True,
    )

    async def work(given: Given) -> object:
        return await desk.chat.thaw(given.passphrase)

    desk.prove(ask, work)


class SecurityPage(Live, PageBody):
    """The room at the foot of the rail."""

    def __init__(
        self, session: WalletSession, desk: Helpdesk, parent: QWidget | None = None
    ) -> None:
        """Build it for an unlocked session."""
        super().__init__("SecurityPage", parent)
        self._session = session
        self._desk = desk
        self._looks: list[Look] = []
        self._more = False
        self._frozen = session.support.state.frozen
        self.title = Label("", "title")
        self.freeze = FreezeCard(session, desk)
        self.limits = LimitsCard(session, desk)
        self.live = Card(spacing=Space.S)
        self.live_title = Label("", "lead")
        self.live_text = Paragraph("", "muted")
        self.grants = GrantStrip(session, "SecurityGrants")
        self.grants.set_margins(0, 0, 0, 0)
        self.seen = Card(spacing=Space.S)
        self.seen_title = Label("", "lead")
        self.seen_text = Paragraph("", "muted")
        self.waiting = Skeleton(2, row=48)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(0)
        self.empty = EmptyState("eye-slash", "SecurityNoLooks")
        self.failure = Banner("SecurityLooksFailure", "info")
        self.older = Button("", "secondary", "SecurityOlder")
        for widget in (self.live_title, self.live_text, self.grants):
            self.live.body.addWidget(widget)
        self.seen.body.addWidget(self.seen_title)
        self.seen.body.addWidget(self.seen_text)
        self.seen.body.addWidget(self.waiting)
        self.seen.body.addWidget(self.failure)
        self.seen.body.addLayout(self.rows)
        self.seen.body.addWidget(self.empty)
        self.seen.body.addWidget(self.older)
        for later in (self.failure, self.empty, self.older):
            later.hide()
        self.column.setSpacing(Space.L)
        for card in (self.title, self.freeze, self.live, self.limits, self.seen):
            self.column.addWidget(card)
        self.column.addStretch(1)
        self.grants.failed.connect(desk.said)
        self.older.clicked.connect(self._load_older)
        self.failure.acted.connect(self.reload)
        Watch(session.observe, self._heard, self)
        self.retranslate()
        self.reload()

    def retranslate(self) -> None:
        """The page's words."""
        self.title.setText(self.tr("Security"))
        self.live_title.setText(self.tr("Who may look now"))
        self.seen_title.setText(self.tr("Who looked at my account"))
        self.seen_text.set_text(
            self.tr(
                "Staff see nothing before you allow it. Each look is written down before it is "
                "shown to them: who, when, and which details."
            )
        )
        self.empty.set_words(
            self.tr("Nobody has looked"),
            self.tr("When you let somebody of the service see something, it stands here."),
        )
        self.older.setText(self.tr("Show older ones"))
        self._draw_live()
        self._draw_looks()

    def _heard(self, topics: frozenset[str]) -> None:
        if topics & {"support", "grants"}:
            self._draw_live()
            frozen = self._session.support.state.frozen
            if frozen != self._frozen:
                self._frozen = frozen
                self.freeze.retranslate()
        if "grants" in topics and self.isVisible():
            self.reload()

    def _draw_live(self) -> None:
        grants = self._session.support.state.grants
        self.grants.show_grants(grants)
        self.live_text.set_text(
            self.tr("End it whenever you like; it ends at once.")
            if grants
            else self.tr("Nobody. An agent has to ask you in the conversation first.")
        )

    def reload(self) -> None:
        """Ask who has looked, from the newest."""
        Operation(self, self._session.support.looks).on_success(
            partial(self._show, anew=True)
        ).on_failure(self._failed).replacing("looks").start()

    def _load_older(self) -> None:
        if not self._looks:
            return
        work = partial(self._session.support.looks, self._looks[-1].at)
        Operation(self, work).on_success(partial(self._show, anew=False)).on_failure(
            self._failed
        ).replacing("looks").start()

    def _show(self, page: LookList, *, anew: bool) -> None:
        self.waiting.hide()
        self.failure.hide()
        self._looks = list(page.looks) if anew else [*self._looks, *page.looks]
        self._more = page.more
        self._draw_looks()
        self.empty.setVisible(not self._looks)

    def _failed(self, error: Exception) -> None:
        self.waiting.hide()
        sentence = explain(error)
        self.failure.set_words(sentence.title, sentence.action, self.tr("Try again"))
        self.failure.show()

    def _draw_looks(self) -> None:
        clear(self.rows)
        for look in self._looks:
            if self.rows.count():
                self.rows.addWidget(Line())
            self.rows.addWidget(self._row(look))
        self.older.setVisible(self._more)

    def _row(self, look: Look) -> QWidget:
        row = QWidget()
        row.setObjectName("LookRow")
        line = QHBoxLayout(row)
        line.setContentsMargins(0, Space.S, 0, Space.S)
        line.setSpacing(Space.M)
        ink, ground = ("danger", "danger_wash") if look.break_glass else ("on_wash", "wash")
        line.addWidget(IconLabel("eye", ink, ground=ground, disc=36), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        scope = scope_words(look.scope)[0]
        words.addWidget(Paragraph(spaced(f"{look.agent_name} · {scope}"), "strong"))
        fields = [told for field in look.fields if (told := field_words(field))]
        if fields:
            words.addWidget(Paragraph(listed(fields), "muted"))
        if look.break_glass:
            told = self.tr("Without your consent, in an emergency; two people decided it.")
            words.addWidget(Paragraph(told, "small", "danger"))
        line.addLayout(words, 1)
        line.addWidget(Label(moment_words(look.at), "muted"), 0, Qt.AlignmentFlag.AlignTop)
        return row

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: somebody may have looked since the last time."""
        super().showEvent(event)
        self.reload()
