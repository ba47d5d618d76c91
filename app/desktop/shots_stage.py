"""The stage for pictures: a window, a sample wallet, and one scene a page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractAnimation, QEvent, QEventLoop, QPropertyAnimation
from PySide6.QtWidgets import QApplication, QWidget

from app.desktop.components.when import now_ms
from app.desktop.language import Language
from app.desktop.operations import operations, shutdown
from app.desktop.pages.onboarding import OnboardingPage
from app.desktop.pages.pay import PaySheet
from app.desktop.pages.unlock import UnlockPage
from app.desktop.platform.camera import Camera
from app.desktop.platform.clipboard import Clipboard
from app.desktop.platform.screen import NoScreenCapture
from app.desktop.preferences import Preferences
from app.desktop.rooms import Rooms
from app.desktop.sample import ADDRESS, LONG_NAME, PASSPHRASE, SampleSession, make_sample
from app.desktop.sample import sample_session as session_on
from app.desktop.shots_activity import ACTIVITY_SCENES
from app.desktop.shots_cases import CASE_SCENES
from app.desktop.shots_counter import COUNTER_SCENES
from app.desktop.shots_money import MONEY_SCENES
from app.desktop.shots_people import PEOPLE_SCENES
from app.desktop.shots_security import SECURITY_SCENES
from app.desktop.shots_support import SUPPORT_SCENES
from app.desktop.theme import Theme, application
from app.desktop.window import MainWindow
from app.protocol.ids import new_id
from app.protocol.messages.identity import ServiceInfo
from app.protocol.messages.payments import Payee, Payment, Receipt
from app.wallet.failures import Failure
from app.wallet.flows.onboarding import OnboardingFlow, OnboardingState, OnboardingView, Strength
from app.wallet.flows.pay import Explanation, Offer, PayFlow, PayState, PayView
from app.wallet.session import Network, Notice
from app.wallet.vault.vault import Passphrase

SIZE = (1280, 800)


class StagedPay(PayFlow):
    """A pay flow that stands where it is put."""

    def stage(self, view: PayView) -> None:
        """Stand here."""
        self._show(view)


class StagedSetup(OnboardingFlow):
    """A set-up that stands where it is put."""

    def stage(self, view: OnboardingView) -> None:
        """Stand here."""
        self._show(view)


class Stage:
    """A window with an open sample wallet; scenes put something into it."""

    def __init__(self, folder: Path) -> None:
        """Make two sample wallets: one with a life, one that is new."""
        running = QApplication.instance()
        self.app = running if isinstance(running, QApplication) else application()
        self.preferences = Preferences(folder)
        self.theme = Theme(self.app, "light")
        self.language = Language(self.app, "en")
        self.window = MainWindow()
        self.window.resize(*SIZE)
        self.full = self._open(folder / "full", empty=False)
        self.fresh = self._open(folder / "fresh", empty=True)
        self.pages: list[QWidget] = []
        self.folder = folder
        self.extras: dict[str, Any] = {}  # what scenes made for themselves and is closed at the end
        self.window.show()

    def _open(self, folder: Path, *, empty: bool) -> SampleSession:
        make_sample(folder, empty=empty)
        session = session_on(folder)
        operations().background.submit(session.unlock(Passphrase(PASSPHRASE))).result()
        return session

    def dress(self, theme: str, language: str) -> None:
        """Put a look on."""
        self.theme.choose("dark" if theme == "dark" else "light")
        self.preferences.keep_theme(self.theme.choice)
        self.language.choose("zh-CN" if language == "zh-CN" else "en")

    def put(self, page: QWidget) -> None:
        """Put a page into the window."""
        self.pages.append(page)
        self.window.show_page(page)

    def rooms(self, session: SampleSession | None = None) -> Rooms:
        """The rooms on a session."""
        made = Rooms(
            session or self.full, self.preferences, lambda: self.language.choice, scan_page
        )
        self.put(made.shell)
        return made

    def pay(self, view: PayView) -> None:
        """The pay sheet in a state, over Home."""
        rooms = self.rooms()
        self.settle()
        flow = StagedPay(self.full)
        flow.stage(view)
        sheet = PaySheet(flow, self.full)
        sheet.resized.connect(rooms.shell.sheet.settle)
        rooms.shell.sheet.set_content(sheet)
        rooms.shell.sheet.rise()

    def set_up(self, view: OnboardingView) -> OnboardingPage:
        """A screen of setting up."""
        flow = StagedSetup(self.fresh)
        flow.stage(view)
        page = OnboardingPage(flow, self.language.choice)
        self.put(page)
        return page

    def settle(self) -> None:
        """Wait until nothing is under way and every motion has ended."""
        self.app.processEvents()
        while operations().running or self._moving():
            self.app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        for _ in range(3):  # a layout inside a layout asks the one around it, one turn later
            self.app.processEvents()

    def _moving(self) -> bool:
        running = QAbstractAnimation.State.Running
        motions = self.window.findChildren(QPropertyAnimation)
        return any(motion.state() == running for motion in motions)

    def clear(self) -> None:
        """Take everything off again."""
        for page in self.pages:
            self.window.drop_page(page)
        self.pages.clear()
        for session in (self.full, self.fresh):
            operations().background.submit(session.forget()).result()
        self.full.tell("network", "notices", network=Network.ONLINE, notices=(), open_payments=0)
        self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def close(self) -> None:
        """End everything."""
        self.clear()
        self.language.choose("en")
        self.window.close()
        for session in (self.full, self.fresh, *self.extras.values()):
            operations().background.submit(session.close()).result()
        shutdown()


def scan_page() -> QWidget:
    """The scan page of a machine without a camera: what can be shown everywhere."""
    from app.desktop.pages.scan import ScanPage

    return ScanPage(Camera(), Clipboard(), NoScreenCapture)


def payee(name: str = "K豆便利店", *, english: str = "K-Bean Corner Store") -> Payee:
    """A merchant as the service knows it."""
    return Payee(
        merchant_id=new_id(),
        name=english or name,
        names={"zh": name, "en": english} if english else {},
        mcc="5411",
        store_id=new_id(),
        store_name="北京路店" if english else "",
        city="Shanghai",
    )


def offer(amount: int | None = 2372, *, kind: Any = "dynamic", who: Payee | None = None) -> Offer:
    """What would be paid."""
    return Offer(
        kind=kind,
        payee=who or payee(),
        currency="CNY",
        code_id=new_id(),
        amount=amount,
        subject="" if kind == "static" else "订单 114：拿铁、肉桂卷",
        points=23 if amount else None,
        expires_at=None if kind == "static" else now_ms() + 285_000,
        available=61_603,
        maximum=61_603 if kind == "static" else None,
    )


def _receipt(stage: Stage) -> PayView:
    page = operations().background.submit(stage.full.activity(kind="money", limit=1)).result()
    movement = page.items[0]
    receipt = Receipt(
        receipt_id=new_id(),
        payment_id=movement.payment_id or new_id(),
        order_number=movement.order_number,
        intent_hash="A" * 43,
        payer=new_id(),
        payee=new_id(),
        payee_name=movement.counterparty,
        store_name=movement.store_name,
        amount=-movement.amount,
        currency="CNY",
        points_earned=movement.points_earned,
        posted_at=movement.occurred_at,
        journal_id=1,
        key_id="rcpt-2026",
        signature="s" * 86,
    )
    payment = Payment(
        receipt.payment_id, "succeeded", receipt, 0, 0, note="两人份", confirmation_code="42710386"
    )
    return PayView(PayState.SUCCEEDED, offer(), payment=payment, receipt=receipt)


def _service(stage: Stage) -> ServiceInfo | None:
    return stage.full.snapshot.service


def _setup_view(stage: Stage, state: OnboardingState, **more: Any) -> OnboardingView:
    return OnboardingView(
        state,
        address=ADDRESS,
        service=_service(stage),
        fingerprint="7F3A 91C4 0B5E D218 66AF 3C90 E1D7 4B02",
        **more,
    )


def _unlock(stage: Stage) -> None:
    stage.put(UnlockPage(stage.language.choice))


def _unlock_wrong(stage: Stage) -> None:
    from app.desktop.words import explain_code

    page = UnlockPage(stage.language.choice)
    page.passphrase.set_text("not this one")
    sentence = explain_code("vault_passphrase_wrong", "none")
    page.passphrase.show_error(sentence.line())
    stage.put(page)


def _unlock_recovery(stage: Stage) -> None:
    page = UnlockPage(stage.language.choice)
    stage.put(page)
    page.recover.click()


def _setup_person(stage: Stage) -> None:
    stage.set_up(_setup_view(stage, OnboardingState.PERSON))


def _setup_passphrase(stage: Stage) -> None:
    from app.desktop.components.setup_steps import PassphraseStep, PersonStep

    page = stage.set_up(_setup_view(stage, OnboardingState.PERSON))
    if isinstance(page.step, PersonStep):
        page.step.contact.set_text("lin.xia@greenstreet.example")
        page.step.name.set_text("林夏")
        page.step.go.click()
    if isinstance(page.step, PassphraseStep):
        page.step.field.set_text("beans")
        page.step.show_strength(
            Strength(1, enough=False, warning="A word by itself is easy to guess.")
        )


def _setup_type(stage: Stage) -> None:
    page = stage.set_up(
        _setup_view(stage, OnboardingState.RECOVERY, recovery_code="KB7Q2-9FXMN-4TRWA-81HCE-5VJ6D")
    )
    if page.step is not None:
        page.step.go.click()


def _home_needs(stage: Stage) -> None:
    notices = (
        Notice(
            new_id(), "payment_succeeded", now_ms(), "K豆便利店", 2372, "CNY", new_id(), new_id()
        ),
        Notice(
            new_id(),
            "payment_refused",
            now_ms(),
            "Green Street Coffee",
            4200,
            "CNY",
            new_id(),
            failure=Failure("yours", "order_expired", "not_moved"),
        ),
    )
    stage.full.tell("notices", notices=notices, open_payments=1, network=Network.OFFLINE)
    stage.rooms()


def _room(key: str, *, fresh: bool = False) -> Callable[[Stage], None]:
    def scene(stage: Stage) -> None:
        stage.rooms(stage.fresh if fresh else None).shell.open_room(key)

    return scene


def _paying(view: Callable[[], PayView]) -> Callable[[Stage], None]:
    return lambda stage: stage.pay(view())


def _explained(*words: Any, **more: Any) -> Callable[[Stage], None]:
    return _paying(lambda: PayView(PayState.EXPLAINED, explanation=Explanation(*words, **more)))


def _setting_up(state: OnboardingState, **more: Any) -> Callable[[Stage], None]:
    def scene(stage: Stage) -> None:
        stage.set_up(_setup_view(stage, state, **more))

    return scene


_REFUSED = Failure("yours", "insufficient_funds", "not_moved", {"available": 1210})
_OURS = Failure("ours", "internal_error", "unknown", reference="0198c3a1-7e42")

SCENES: dict[str, Callable[[Stage], None]] = {
    "unlock": _unlock,
    "unlock-wrong": _unlock_wrong,
    "unlock-recovery": _unlock_recovery,
    "setup-1-address": _setting_up(OnboardingState.ADDRESS),
    "setup-2-service": _setting_up(OnboardingState.SERVICE),
    "setup-3-person": _setup_person,
    "setup-4-passphrase": _setup_passphrase,
    "setup-4-working": _setting_up(OnboardingState.WORKING, working="vault"),
    "setup-5-recovery": _setting_up(
        OnboardingState.RECOVERY, recovery_code="KB7Q2-9FXMN-4TRWA-81HCE-5VJ6D"
    ),
    "setup-5-type": _setup_type,
    "setup-6-quick": _setting_up(OnboardingState.QUICK_UNLOCK, keychain_available=True),
    "setup-7-done": _setting_up(OnboardingState.DONE),
    "home": _room("home"),
    "home-needs-you": _home_needs,
    "home-empty": _room("home", fresh=True),
    "scan": _room("pay"),
    "pay-asking": _paying(lambda: PayView(PayState.READING)),
    "pay-amount": _paying(lambda: PayView(PayState.CHOOSING_AMOUNT, offer(None, kind="static"))),
    "pay-confirm": _paying(lambda: PayView(PayState.CONFIRMING, offer())),
    "pay-confirm-long": _paying(
        lambda: PayView(
            PayState.CONFIRMING, offer(123_456_789_012, who=payee(LONG_NAME, english=""))
        )
    ),
    "pay-passphrase": _paying(
        lambda: PayView(PayState.AUTHENTICATING, offer(38_000), authenticate_because="amount")
    ),
    "pay-sending": _paying(lambda: PayView(PayState.SENDING, offer())),
    "pay-receipt": lambda stage: stage.pay(_receipt(stage)),
    "pay-refused": _paying(lambda: PayView(PayState.REFUSED, failure=_REFUSED)),
    "pay-refused-ours": _paying(lambda: PayView(PayState.REFUSED, failure=_OURS)),
    "pay-unknown": _paying(lambda: PayView(PayState.UNKNOWN, offer(), key=new_id())),
    "pay-explained": _explained("foreign_merchant", "https://qr.alipay.com/fkx0…", "alipay"),
    "pay-forged": _explained(
        "ours_forged", "000201…", claimed_name="K豆便利店", claimed_city="BEIJING"
    ),
    **ACTIVITY_SCENES,
    "beans": _room("beans"),
    "beans-empty": _room("beans", fresh=True),
    "settings": _room("settings"),
    **SUPPORT_SCENES,
    **SECURITY_SCENES,
    **CASE_SCENES,
    **COUNTER_SCENES,
    **PEOPLE_SCENES,
    **MONEY_SCENES,
}
"""Name → what to put on the stage."""
