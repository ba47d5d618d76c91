"""Asking for money: leads the faces on the sheet to the service and back."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.components.pay_faces import Face
from app.desktop.operations import Operation
from app.desktop.people.ask_faces import AskFace, LinkFace
from app.desktop.people.split_face import SplitFace
from app.desktop.people.who import WhoFace
from app.desktop.theme.tokens import Space
from app.desktop.widgets.sheet import Sheet
from app.desktop.words import explain
from app.protocol.errors import KBeanError
from app.protocol.messages.transfers import AskMoney, KnownPayee, MoneyRequest, PayeeFound, Split
from app.wallet.people.who import understand
from app.wallet.session import WalletSession


class AskingMoney(QObject):
    """One request, link or split at a time.

    ``said`` carries a short sentence; ``planned`` what was typed or picked for a new plan.
    """

    said = Signal(str)
    plan_for = Signal(object)
    made = Signal()

    def __init__(self, session: WalletSession, sheet: Sheet, parent: QObject | None = None) -> None:
        """Use ``sheet`` for what is asked on ``session``."""
        super().__init__(parent or sheet)
        self._session = session
        self._sheet = sheet
        self.face: Face | None = None

    # --- ways in

    def ask_somebody(self) -> None:
        """Who, then how much."""
        who = self._who(self.tr("Who do you ask for money?"))
        who.picked.connect(lambda it: self._ask(_found(it)))
        who.found.connect(lambda text: self._look(who, text, self._ask))
        self._put(who)

    def make_link(self) -> None:
        """How much; then the link."""
        self._ask(None)

    def plan(self) -> None:
        """Who a new plan pays; the rest is the transfer sheet's."""
        who = self._who(self.tr("Whom does the plan pay?"))
        who.picked.connect(self._planned)
        who.found.connect(self._planned)
        self._put(who)

    def split(
        self, total: int | None = None, note: str = "", payment_id: str | None = None
    ) -> None:
        """Split a bill, perhaps of a payment that was made."""
        face = SplitFace(
            self._currency(),
            self._session.people.state.payees,
            total=total,
            note=note,
            payment_id=payment_id,
        )
        face.look_wanted.connect(lambda text: self._look(face, text, face.found))
        face.wanted.connect(self._split)
        self._put(face)

    def show_link(self, request: MoneyRequest) -> None:
        """The link of a request."""
        face = LinkFace(request)
        face.said.connect(self.said)
        self._put(face)

    # --- pieces

    def _currency(self) -> str:
        account = self._session.snapshot.money()
        return account.currency if account else "CNY"

    def _who(self, title: str) -> WhoFace:
        return WhoFace(title, self._session.people.state.payees)

    def _put(self, face: Face) -> None:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        column.addWidget(face)
        holder.setFocusProxy(face)
        self.face = face
        face.resized.connect(self._sheet.settle)
        face.left.connect(self._sheet.sink)
        self._sheet.set_content(holder)
        self._sheet.rise()
        face.take_focus()

    def _planned(self, who: object) -> None:
        self._sheet.sink()
        self.plan_for.emit(who)

    def _ask(self, person: PayeeFound | None) -> None:
        face = AskFace(self._currency(), person)
        face.wanted.connect(self._send)
        self._put(face)

    def _look(self, face: Face, text: str, done: object) -> None:
        """Look somebody up for a face; what is found goes to ``done``."""
        typed = understand(text)
        if typed is None:
            face.show_error(explain(KBeanError("payee_not_found")))
            return
        work = partial(self._session.people.lookup, typed.how, typed.value)
        self._run(face, work, done)

    def _send(self, key: str, request: AskMoney) -> None:
        def asked(made: MoneyRequest) -> None:
            self.made.emit()
            if request.payee_ref is None:
                self.show_link(made)
                return
            self._sheet.sink()
            self.said.emit(self.tr("{name} has been asked").format(name=made.other))

        self._run(self.face, partial(self._session.people.ask_money, key, request), asked)

    def _split(self, key: str, split: Split) -> None:
        def asked(made: tuple[MoneyRequest, ...]) -> None:
            self._sheet.sink()
            self.made.emit()
            self.said.emit(self.tr("%n person(s) have been asked", "", len(made)))

        self._run(self.face, partial(self._session.people.split, key, split), asked)

    def _run(self, face: Face | None, work: object, done: object) -> None:
        assert face is not None
        assert callable(work)
        assert callable(done)
        face.set_busy(busy=True)
        ready = done

        def worked(result: object) -> None:
            face.set_busy(busy=False)
            ready(result)

        def failed(error: Exception) -> None:
            face.set_busy(busy=False)
            face.show_error(explain(error))

        Operation(face, work).on_success(worked).on_failure(failed).start()


def _found(payee: KnownPayee) -> PayeeFound:
    return PayeeFound(payee.contact_id, payee.name, 0, known=True)
