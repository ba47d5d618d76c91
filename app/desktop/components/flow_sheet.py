"""A sheet that follows a flow which spends: one face for each state, never two buttons that pay.

The flow decides; this draws its view and hands the person's choices on. ``done`` asks the owner to
take the sheet away and says whether something was paid, ``resized`` that the sheet needs another
height, ``again`` that the person wants to begin anew, ``asked`` that they left with a question
about what they saw.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.components.pay_ends import EndFace
from app.desktop.components.pay_faces import Face, PassphraseFace, WaitFace
from app.desktop.operations import Operation
from app.desktop.theme.tokens import Space
from app.desktop.watch import Watch
from app.desktop.widgets.base import Live
from app.desktop.words import explain
from app.protocol.messages.cards import ContextCard
from app.wallet.flows.spending import PayState, Spending
from app.wallet.session import WalletSession


class FlowSheet(Live, QWidget):
    """What all such sheets share; a kind of spending says what asks and what ends well.

    A sheet for one kind defines ``_step(view)``, a face that asks the person for something (None
    in other states), and ``_success(view)``, the face of SUCCEEDED.
    """

    _step: Callable[[Any], Face | None]
    _success: Callable[[Any], Face]

    done = Signal(bool)
    again = Signal()
    resized = Signal()
    said = Signal(str)
    asked = Signal(object)

    end_face: type[EndFace] = EndFace
    passphrase_face: type[PassphraseFace] = PassphraseFace

    def __init__(
        self,
        name: str,
        flow: Spending[Any],
        session: WalletSession,
        parent: QWidget | None = None,
    ) -> None:
        """Draw the flow as it stands, and follow it."""
        super().__init__(parent)
        self.setObjectName(name)
        self._flow = flow
        self._session = session
        self.face: Face | None = None
        self._drawn: PayState | None = None
        self._question: ContextCard | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        Watch(flow.observe, self.show_view, self)
        self.show_view(flow.view)

    # --- drawing

    def show_view(self, view: Any) -> None:
        """Draw a state of the flow."""
        if view.state == PayState.SENDING and self._drawn == PayState.SENDING:
            # It only has a key now; the same words again would hold up the answer.
            return
        self._drawn = view.state
        self.put(self._face_for(view))

    def put(self, face: Face) -> None:
        """Let this face take the old one's place."""
        old, self.face = self.face, face
        self._column.addWidget(face)
        if old is not None:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.setFocusProxy(face)
        face.resized.connect(self.resized)
        self.resized.emit()
        face.take_focus()

    def ask_to_close(self) -> None:
        """The person wants to leave: cancel where nothing is under way."""
        state = self._flow.view.state
        if state == PayState.UNKNOWN:
            self._run(self._flow.dismiss, lambda _: self._leave(paid=False))
        elif state != PayState.SENDING:
            paid = state == PayState.SUCCEEDED
            self._run(self._flow.cancel, lambda gone: self._leave(paid=paid) if gone else None)

    def _leave(self, *, paid: bool) -> None:
        self.done.emit(paid)
        if self._question is not None:
            self.asked.emit(self._question)

    def _ask(self, question: ContextCard) -> None:
        self._question = question
        self.ask_to_close()

    def _face_for(self, view: Any) -> Face:
        state = view.state
        if view.offer is not None and (step := self._asking(view)) is not None:
            return step
        if state == PayState.EXPLAINED and view.explanation is not None:
            return self._end(self.end_face.for_explanation(view.explanation))
        if state == PayState.REFUSED and view.failure is not None:
            return self._end(self.end_face.for_failure(view.failure))
        if state == PayState.UNKNOWN:
            unknown = self.end_face.for_unknown(view)
            unknown.first.clicked.connect(lambda: self._run(self._flow.ask_again))
            unknown.second.clicked.connect(self.ask_to_close)
            unknown.asked.connect(self._ask)
            return unknown
        if state == PayState.SUCCEEDED:
            return self._success(view)
        return WaitFace(sending=state == PayState.SENDING)

    def _asking(self, view: Any) -> Face | None:
        if view.state != PayState.AUTHENTICATING:
            return self._step(view)
        passphrase = self.passphrase_face(view)
        passphrase.given.connect(self._authenticate)
        passphrase.quick.clicked.connect(lambda: self._run(self._flow.authenticate_with_keychain))
        passphrase.left.connect(self.ask_to_close)
        return passphrase

    def _end(self, face: EndFace) -> EndFace:
        face.first.clicked.connect(self._begin_anew)
        face.second.clicked.connect(self.ask_to_close)
        face.asked.connect(self._ask)
        return face

    def _begin_anew(self) -> None:
        self._run(self._flow.cancel, lambda _: self.again.emit())

    def _confirm(self, note: str) -> None:
        self._run(partial(self._flow.confirm, note))

    def _authenticate(self, passphrase: str) -> None:
        self._run(partial(self._flow.authenticate_with_passphrase, passphrase))

    def _run(
        self,
        work: Callable[[], Any],
        on_success: Callable[[Any], object] | None = None,
    ) -> None:
        face = self.face
        if face is not None:
            face.set_busy(busy=True)

        def refused(error: Exception) -> None:
            if face is not None and face is self.face:
                face.set_busy(busy=False)
                face.show_error(explain(error))

        def worked(result: object) -> None:
            if face is not None and face is self.face:
                face.set_busy(busy=False)
            if on_success is not None:
                on_success(result)

        Operation(self, work).on_success(worked).on_failure(refused).start()
