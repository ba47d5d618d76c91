"""How paying ends on the sheet: refused, not payable, not known yet, or a receipt."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout

from app.desktop.components.asking import about_failure, about_unknown
from app.desktop.components.explanation_words import explanation_words, read_words
from app.desktop.components.pay_faces import Face
from app.desktop.components.receipt_panel import ReceiptPanel
from app.desktop.theme.tokens import Space
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.surfaces import Card
from app.desktop.words import Sentence, explain
from app.protocol.codes import confirmation_code
from app.wallet.failures import Failure
from app.wallet.flows.pay import Explanation
from app.wallet.session import ReceiptView, WalletSession

_CENTRE = Qt.AlignmentFlag.AlignHCenter


class _Open(Protocol):
    @property
    def key(self) -> str | None: ...


class EndFace(Face):
    """What can't be paid, was refused, or isn't known yet: said, and what to do."""

    asked = Signal(object)

    def __init__(self, icon: str, ink: str, ground: str) -> None:
        """Make it without words."""
        super().__init__("PayEnd")
        self._failure: Failure | None = None
        self._scanned = True
        self._explanation: Explanation | None = None
        self._view: _Open | None = None
        self.title = Paragraph("", "lead", centred=True)
        self.money = Label("", "strong")
        self.text = Paragraph("", "body-muted", centred=True)
        self.detail = Card(kind="sunken", margin=Space.L, spacing=Space.XS)
        self.detail_title = Label("", "muted")
        self.detail_text = Paragraph("", "small")
        self.detail.body.addWidget(self.detail_title)
        self.detail.body.addWidget(self.detail_text)
        self.first = Button("", "primary", "PayEndFirst", large=True)
        self.second = Button("", "quiet", "PayEndSecond")
        self.ask = Button("", "quiet", "PayEndAsk", icon="chat-circle-dots")
        self.ask.clicked.connect(self._ask)
        self.column.addWidget(IconLabel(icon, ink, size=30, ground=ground, disc=64), 0, _CENTRE)
        self.column.addWidget(self.title)
        self.column.addWidget(self.money, 0, _CENTRE)
        self.column.addWidget(self.text)
        self.column.addWidget(self.detail)
        self.column.addWidget(self.error)
        self.column.addWidget(self.first)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.ask)
        foot.addWidget(self.second)
        foot.addStretch(1)
        self.column.addLayout(foot)

    @classmethod
    def for_failure(cls, failure: Failure, *, scanned: bool = True) -> EndFace:
        """The service refused, for good; ``scanned``: another code can be scanned instead."""
        face = cls("x-circle", "danger", "danger_wash")
        face._failure = failure
        face._scanned = scanned
        face.first.setVisible(scanned)
        face.retranslate()
        return face

    @classmethod
    def for_explanation(cls, explanation: Explanation) -> EndFace:
        """A code that can't be paid."""
        forged = explanation.kind == "ours_forged"
        face = cls(
            "warning" if forged else "qr-code",
            "danger" if forged else "warning",
            "danger_wash" if forged else "warning_wash",
        )
        face._explanation = explanation
        face.retranslate()
        return face

    @classmethod
    def for_unknown(cls, view: _Open) -> EndFace:
        """The answer got lost."""
        face = cls("hourglass-medium", "warning", "warning_wash")
        face._view = view
        face.retranslate()
        return face

    def retranslate(self) -> None:
        """All words, for whichever end it is."""
        self.first.setText(self.tr("Scan another code"))
        self.second.setText(self.tr("Close"))
        self.ask.setText(self.tr("Ask about this"))
        self.ask.setVisible(self._explanation is None)
        if self._failure is not None:
            self._say(explain(self._failure))
            self._show_detail(self.tr("Number to quote"), explain(self._failure).number)
        elif self._explanation is not None:
            self._say(explanation_words(self._explanation))
            self._show_detail(*read_words(self._explanation))
        elif self._view is not None:
            self._say(
                Sentence(
                    self.tr("The answer is missing"),
                    self.tr("It is not known yet whether money moved."),
                    self.tr(
                        "The wallet keeps asking and will tell you. Don't pay a second time yet."
                    ),
                )
            )
            self._show_detail(self.tr("Number to quote"), self._view.key or "")
            self.first.setText(self.tr("Ask now"))
            self.second.setText(self.tr("Let the wallet ask and go on"))

    def _ask(self) -> None:
        if self._failure is not None:
            self.asked.emit(about_failure(self._failure))
        elif self._view is not None:
            self.asked.emit(about_unknown(self._view.key or "", self.title.plain_text()))

    def _say(self, sentence: Sentence) -> None:
        self.title.set_text(sentence.title)
        self.money.setText(sentence.money)
        self.money.setVisible(bool(sentence.money))
        self.text.set_text(sentence.action)

    def _show_detail(self, title: str, text: str) -> None:
        self.detail_title.setText(title)
        self.detail_text.set_text(text)
        self.detail.setVisible(bool(text))

    def take_focus(self) -> None:
        """On the first button."""
        button = self.first if self._scanned else self.second
        button.setFocus(Qt.FocusReason.TabFocusReason)


class ReceiptFace(Face):
    """Paid: the receipt with its signature, and done."""

    said = Signal(str)
    asked = Signal(object)

    def __init__(self, session: WalletSession, receipt: ReceiptView, code: str = "") -> None:
        """Show a verified receipt, and the code for a counter without internet (design/3)."""
        super().__init__("PayReceipt")
        self._code = code
        self.proof = Paragraph("", "muted", centred=True)
        self.proof.setObjectName("PayConfirmationCode")
        self.proof.setVisible(bool(code))
        self.panel = ReceiptPanel(session, framed=False)
        self.panel.show_receipt(receipt)
        self.panel.said.connect(self.said)
        self.panel.asked.connect(self.asked)
        self.done = Button("", "primary", "PayDone", large=True)
        self.done.clicked.connect(self.left)
        self.column.addWidget(self.panel)
        self.column.addWidget(self.proof)
        self.column.addWidget(self.done)
        self.retranslate()

    def retranslate(self) -> None:
        """The code and the one button; the panel looks after itself."""
        code = confirmation_code.shown(self._code)
        self.proof.set_text(self.tr("If the counter is offline, tell it {code}").format(code=code))
        self.done.setText(self.tr("Done"))

    def take_focus(self) -> None:
        """On the button that ends it."""
        self.done.setFocus(Qt.FocusReason.TabFocusReason)
