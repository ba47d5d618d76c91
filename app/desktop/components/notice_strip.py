"""What needs the person, above everything else: payments that were settled while nobody looked."""

from __future__ import annotations

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.components.movement_words import beans_words
from app.desktop.components.when import date_words, moment, rest_words
from app.desktop.theme.tokens import Space
from app.desktop.widgets.amounts import amount_text
from app.desktop.widgets.base import Live, clear
from app.desktop.widgets.labels import spaced
from app.desktop.widgets.notes import Banner
from app.desktop.words import explain, explain_code
from app.wallet.session import Network, Notice, Snapshot

_SHOWN = 3


class NoticeStrip(Live, QWidget):
    """One banner a notice, and one for what is wrong with the way to the service."""

    dismissed = Signal(str)
    receipt_wanted = Signal(str)
    sign_in_wanted = Signal()
    settle_wanted = Signal()
    beans_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it empty and hidden."""
        super().__init__(parent)
        self.setObjectName("NoticeStrip")
        self._snapshot = Snapshot()
        self._drawn: object = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.S)
        self.hide()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw anew where something changed."""
        drawn = (
            snapshot.notices,
            snapshot.open_payments,
            snapshot.session_ended,
            snapshot.network == Network.UNTRUSTED,
        )
        self._snapshot = snapshot
        if drawn != self._drawn:
            self._drawn = drawn
            self.retranslate()

    def retranslate(self) -> None:
        """All banners in the language now in force."""
        clear(self._column)
        snapshot = self._snapshot
        if snapshot.session_ended:
            self._signed_out()
        if snapshot.network == Network.UNTRUSTED:
            self._untrusted()
        if snapshot.open_payments:
            self._open(snapshot.open_payments)
        for notice in snapshot.notices[:_SHOWN]:
            self._column.addWidget(self._banner(notice))
        self.setVisible(self._column.count() > 0)

    def _signed_out(self) -> None:
        banner = Banner("NoticeSession", "warning")
        sentence = explain_code("session_ended", "none")
        banner.set_words(sentence.title, sentence.action, self.tr("Sign in"))
        banner.acted.connect(self.sign_in_wanted)
        self._column.addWidget(banner)

    def _untrusted(self) -> None:
        banner = Banner("NoticeUntrusted", "danger")
        sentence = explain_code("service_untrusted")
        banner.set_words(sentence.title, sentence.whole())
        self._column.addWidget(banner)

    def _open(self, count: int) -> None:
        banner = Banner("NoticeOpen", "warning")
        banner.set_words(
            self.tr("%n payment(s) without an answer yet", "", count),
            self.tr("The wallet keeps asking what became of it. Don't pay a second time yet."),
            self.tr("Ask now"),
        )
        banner.acted.connect(self.settle_wanted)
        self._column.addWidget(banner)

    def _expiring(self, notice: Notice) -> Banner:
        """K-Beans that run out, with the way to use them."""
        banner = Banner(f"Notice_{notice.notice_id}", "warning")
        day = moment(notice.until or notice.at).date()
        days = QDate.currentDate().daysTo(day)
        gone, coming = self.tr("{beans} have expired"), self.tr("{beans} expire {when}")
        words = gone if days < 0 else coming
        told = words.format(beans=beans_words(notice.amount), when=rest_words(days))
        day_words = self.tr("On {day}.").format(day=date_words(notice.until or notice.at))
        banner.set_words(told, day_words, self.tr("Use them") if days >= 0 else "")
        banner.make_dismissible(self.tr("Close this notice"))
        banner.dismissed.connect(lambda: self.dismissed.emit(notice.notice_id))
        banner.acted.connect(self.beans_wanted)
        return banner

    def _done(self, notice: Notice) -> tuple[str, str]:
        """What had happened after all, by what was agreed."""
        if notice.what == "hold":
            return (
                self.tr("{amount} are held for {name}"),
                self.tr("The answer got lost, the hold did not. It was made once."),
            )
        if notice.what == "plan":
            return (
                self.tr("The plan over {amount} for {name} is made"),
                self.tr("The answer got lost, the plan did not. It was made once."),
            )
        return (
            self.tr("{amount} to {name} had gone through"),
            self.tr("The answer got lost, the payment did not. It was made once."),
        )

    def _banner(self, notice: Notice) -> Banner:
        if notice.kind == "points_expiring":
            return self._expiring(notice)
        amount = amount_text(notice.amount, notice.currency)
        if notice.kind == "payment_succeeded":
            banner = Banner(f"Notice_{notice.notice_id}", "good")
            action = self.tr("See the receipt") if notice.what == "payment" else ""
            title, text = self._done(notice)
        else:
            banner = Banner(f"Notice_{notice.notice_id}", "info")
            action = ""
            title = self.tr("{amount} to {name} was not paid")
            text = self.tr("No money has moved, and none will.")
            if notice.failure:
                text = self.tr("{reason}. No money has moved, and none will.").format(
                    reason=explain(notice.failure).title
                )
        told = spaced(title.format(amount=amount, name=notice.payee_name))
        banner.set_words(told, text, action)
        banner.make_dismissible(self.tr("Close this notice"))
        banner.dismissed.connect(lambda: self.dismissed.emit(notice.notice_id))
        banner.acted.connect(lambda: self.receipt_wanted.emit(notice.payment_id or ""))
        return banner
