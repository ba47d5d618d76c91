"""Setting up: service, new or existing, who you are, passphrase, recovery code, quick unlock.

One thing per screen. The flow decides; two of its states are split into smaller screens here (who
you are, then the passphrase), which exist in the window alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.desktop.components.setup_steps import (
    AddressStep,
    PassphraseStep,
    PersonStep,
    ServiceStep,
    Step,
)
from app.desktop.components.setup_vault import DoneStep, QuickStep, RecoveryStep, WorkingStep
from app.desktop.operations import Operation
from app.desktop.theme.tokens import Size, Space
from app.desktop.watch import Watch
from app.desktop.widgets.base import Live
from app.desktop.widgets.labels import Label
from app.desktop.widgets.mark import Mark
from app.desktop.widgets.segmented import Segmented
from app.desktop.words import explain
from app.protocol.messages.identity import Contact
from app.wallet.flows.onboarding import OnboardingFlow, OnboardingState, OnboardingView, Strength


class OnboardingPage(Live, QWidget):
    """The way from nothing to a wallet. ``finished`` is sent when it is ready."""

    finished = Signal()
    language_chosen = Signal(str)

    def __init__(
        self,
        flow: OnboardingFlow,
        language: str,
        address: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Draw the flow as it stands; ``address`` fills the first field."""
        super().__init__(parent)
        self.setObjectName("OnboardingPage")
        self.setProperty("kind", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._flow = flow
        self._address = address
        self._new = True
        self._contact: Contact | None = None
        self._name = ""
        self.step: Step | None = None
        self._build(language)
        Watch(flow.observe, self._show_view, self)
        self.retranslate()
        self._show_view(flow.view)

    def _build(self, language: str) -> None:
        self._progress = Label("", "muted")
        self.languages = Segmented("OnboardingLanguage", ("zh-CN", "en"))
        self.languages.set_words({"zh-CN": "中文", "en": "English"})
        self.languages.choose(language)
        self.languages.chosen.connect(self.language_chosen)
        self._brand = Label("", "strong")
        head = QHBoxLayout()
        head.setSpacing(Space.M)
        head.addWidget(Mark(36))
        head.addWidget(self._brand)
        head.addStretch(1)
        head.addWidget(self._progress)
        head.addSpacing(Space.M)
        head.addWidget(self.languages)
        self._place = QVBoxLayout()
        self._place.setContentsMargins(0, 0, 0, 0)
        self._place.addStretch(2)
        self._place.addStretch(3)
        inside = QWidget()
        inside.setProperty("kind", "page")
        middle = QHBoxLayout(inside)
        middle.setContentsMargins(0, 0, 0, 0)
        column = QWidget()
        column.setMaximumWidth(Size.COLUMN + 40)
        column.setLayout(self._place)
        middle.addStretch(1)
        middle.addWidget(column, 1000)
        middle.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        inside.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        page = QVBoxLayout(self)
        page.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        page.addLayout(head)
        page.addWidget(scroll, 1)

    def retranslate(self) -> None:
        """The brand; the steps look after their own words."""
        self._brand.setText(self.tr("K-Bean Wallet"))
        self._show_progress()

    def _show_progress(self) -> None:
        number = self.step.number if self.step is not None else 0
        words = self.tr("Step {number} of {all}").format(number=number, all=5)
        self._progress.setText(words if number else "")

    def _show_view(self, view: OnboardingView) -> None:
        state = view.state
        if state == OnboardingState.PERSON:
            if view.contact is not None and self._contact is None:
                self._contact, self._name = view.contact, view.display_name
                self._new = bool(view.display_name)
            if isinstance(self.step, WorkingStep) and self._contact is not None:
                self._to_passphrase(view)  # the service refused: back to where it was typed
            else:
                self._to_person()
            return
        makers: dict[OnboardingState, Callable[[OnboardingView], Step]] = {
            OnboardingState.ADDRESS: self._address_step,
            OnboardingState.SERVICE: self._service_step,
            OnboardingState.WORKING: WorkingStep,
            OnboardingState.RECOVERY: self._recovery_step,
            OnboardingState.QUICK_UNLOCK: self._quick_step,
            OnboardingState.DONE: self._done_step,
        }
        self._put(makers[state](view))

    def _put(self, step: Step) -> None:
        old, self.step = self.step, step
        if old is not None:
            self._place.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._place.insertWidget(1, step)
        self._show_progress()
        step.show()
        step.take_focus()

    def _address_step(self, view: OnboardingView) -> Step:
        step = AddressStep(view.address or self._address)
        step.given.connect(lambda text: self._run(partial(self._flow.set_service, text)))
        return step

    def _service_step(self, view: OnboardingView) -> Step:
        step = ServiceStep(view)
        step.chosen.connect(self._accept)
        step.back.clicked.connect(lambda: self._run(self._flow.back))
        return step

    def _accept(self, kind: str) -> None:
        self._new = kind == "new"
        self._run(self._flow.accept_service)

    def _to_person(self) -> None:
        step = PersonStep(new=self._new, contact=self._contact, name=self._name)
        step.given.connect(self._person_given)
        step.back.clicked.connect(lambda: self._run(self._flow.back))
        step.turned.connect(self._turn)
        self._put(step)

    def _turn(self) -> None:
        self._new = not self._new
        self._to_person()

    def _person_given(self, contact: Contact, name: str) -> None:
        self._contact, self._name = contact, name
        self._to_passphrase(self._flow.view)

    def _to_passphrase(self, view: OnboardingView) -> None:
        step = PassphraseStep(new=self._new)
        step.typed.connect(self._judge)
        step.given.connect(self._passphrase_given)
        step.back.clicked.connect(self._to_person)
        self._put(step)
        if view.failure is not None:
            step.show_error(explain(view.failure))

    def _judge(self, passphrase: str) -> None:
        contact = self._contact.value if self._contact else ""
        hints = (contact, self._name)

        def show(strength: Strength) -> None:
            if isinstance(self.step, PassphraseStep):
                self.step.show_strength(strength)

        Operation(
            self, partial(self._flow.passphrase_strength, passphrase, hints=hints)
        ).on_success(show).replacing("strength").start()

    def _passphrase_given(self, passphrase: str) -> None:
        contact = self._contact
        if contact is None:
            self._to_person()
        elif self._new:
            self._run(partial(self._flow.register, contact, passphrase, self._name))
        else:
            self._run(partial(self._flow.sign_in, contact, passphrase))

    def _recovery_step(self, view: OnboardingView) -> Step:
        step = RecoveryStep(view.recovery_code or "")
        step.given.connect(lambda typed: self._run(partial(self._flow.confirm_recovery, typed)))
        return step

    def _quick_step(self, view: OnboardingView) -> Step:
        step = QuickStep(possible=view.keychain_available)
        step.chosen.connect(
            lambda wanted: self._run(partial(self._flow.choose_quick_unlock, wanted))
        )
        return step

    def _done_step(self, view: OnboardingView) -> Step:
        del view
        step = DoneStep()
        step.go.clicked.connect(self.finished)
        return step

    def show_failure(self, error: Exception) -> None:
        """Going on with an interrupted set-up did not work: say why on the screen in front."""
        if self.step is not None:
            self.step.show_error(explain(error))

    def _run(self, work: Callable[[], Any]) -> None:
        step = self.step
        if step is not None:
            step.set_busy(busy=True)

        def ended(error: Exception | None) -> None:
            if step is None or step is not self.step:
                return
            step.set_busy(busy=False)
            if error is not None:
                step.show_error(explain(error))

        Operation(self, work).on_success(lambda _: ended(None)).on_failure(ended).start()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: the keyboard goes into the step."""
        super().showEvent(event)
        if self.step is not None:
            self.step.take_focus()
