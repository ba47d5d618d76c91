"""Settings: language and theme at once, locking, quick unlock, the service and its licence."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app import __version__
from app.desktop import dialogs
from app.desktop.operations import Operation
from app.desktop.preferences import Preferences
from app.desktop.theme.tokens import Space
from app.desktop.watch import Watch
from app.desktop.widgets.base import Live, clear
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.checks import CheckBox
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.notes import Banner
from app.desktop.widgets.segmented import Segmented
from app.desktop.widgets.surfaces import Card, Line, PageBody
from app.desktop.words import explain
from app.wallet.session import WalletSession

_WIDE = 1080
"""From this width on the cards stand in two columns."""
_MINUTES = ("1", "5", "15", "0")


class _Setting(QWidget):
    """One line: a name and a sentence at the left, a control at the right."""

    def __init__(self, control: QWidget) -> None:
        super().__init__()
        self.name = Label("", "strong")
        self.text = Paragraph("", "muted")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.name)
        words.addWidget(self.text)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, Space.S, 0, Space.S)
        row.setSpacing(Space.XL)
        row.addLayout(words, 1)
        row.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)

    def set_words(self, name: str, text: str = "") -> None:
        """The name of the setting, and what it does."""
        self.name.setText(name)
        self.text.set_text(text)
        self.text.setVisible(bool(text))


class SettingsPage(Live, PageBody):
    """The last room."""

    language_chosen = Signal(str)
    theme_chosen = Signal(str)
    auto_lock_chosen = Signal(int)
    lock_wanted = Signal()
    sign_out_wanted = Signal()
    notify_chosen = Signal(str)

    def __init__(
        self,
        session: WalletSession,
        preferences: Preferences,
        language: str,
        parent: QWidget | None = None,
    ) -> None:
        """Build it for an unlocked session."""
        super().__init__("SettingsPage", parent)
        self._session = session
        self._columns = 0
        self._build(preferences, language)
        Watch(session.observe, self._heard, self)
        self.retranslate()

    def _build(self, preferences: Preferences, language: str) -> None:
        self.title = Label("", "title")
        self.language = Segmented("SettingsLanguage", ("zh-CN", "en"))
        self.language.set_words({"zh-CN": "中文", "en": "English"})
        self.language.choose(language)
        self.theme = Segmented("SettingsTheme", ("system", "light", "dark"))
        self.theme.choose(preferences.theme)
        self.notify = Segmented("SettingsNotify", ("off", "quiet", "full"))
        self.notify.choose(preferences.notify)
        self.auto_lock = Segmented("SettingsAutoLock", _MINUTES)
        minutes = str(preferences.auto_lock_minutes)
        self.auto_lock.choose(minutes if minutes in _MINUTES else "5")
        self.quick = CheckBox("SettingsQuickUnlock")
        self.lock = Button("", "secondary", "SettingsLock", icon="lock")
        self.sign_out = Button("", "secondary", "SettingsSignOut", icon="sign-out")
        self.rows = {
            "language": _Setting(self.language),
            "theme": _Setting(self.theme),
            "notify": _Setting(self.notify),
            "auto_lock": _Setting(self.auto_lock),
            "quick": _Setting(self.quick),
            "lock": _Setting(self.lock),
            "sign_out": _Setting(self.sign_out),
        }
        quick = ("quick",) if self._session.keychain_possible else ()
        self.look = self._card("language", "theme", "notify")
        self.safety = self._card("auto_lock", *quick, "lock", "sign_out")
        self.about_title = Label("", "lead")
        self.demo = Banner("SettingsDemo", "warning")
        self.facts = QGridLayout()
        self.facts.setHorizontalSpacing(Space.XL)
        self.facts.setVerticalSpacing(Space.S)
        self.facts.setColumnStretch(1, 1)
        self.licence = Paragraph("", "muted")
        self.about = Card(spacing=Space.M)
        self.about.body.addWidget(self.about_title)
        self.about.body.addWidget(self.demo)
        self.about.body.addLayout(self.facts)
        self.about.body.addWidget(self.licence)
        self.about.body.addStretch(1)
        self.column.setSpacing(Space.L)
        self.column.addWidget(self.title)
        self._grid = QGridLayout()
        self._grid.setSpacing(Space.L)
        self.column.addLayout(self._grid)
        self.column.addStretch(1)
        self._arrange(columns=1)
        self.language.chosen.connect(self.language_chosen)
        self.theme.chosen.connect(self.theme_chosen)
        self.notify.chosen.connect(self.notify_chosen)
        self.auto_lock.chosen.connect(lambda key: self.auto_lock_chosen.emit(int(key)))
        self.quick.clicked.connect(self._set_quick)
        self.lock.clicked.connect(self.lock_wanted)
        self.sign_out.clicked.connect(self._ask_sign_out)

    def _arrange(self, *, columns: int) -> None:
        """One column of cards, or two where there is room."""
        if columns == self._columns:
            return
        self._columns = columns
        for card in (self.look, self.safety, self.about):
            self._grid.removeWidget(card)
        self._grid.addWidget(self.look, 0, 0)
        self._grid.addWidget(self.safety, 1, 0)
        if columns == 2:
            self._grid.addWidget(self.about, 0, 1, 2, 1)
        else:
            self._grid.addWidget(self.about, 2, 0)
        for number in (0, 1):
            self._grid.setColumnStretch(number, 1 if number < columns else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: two columns in a wide window."""
        super().resizeEvent(event)
        self._arrange(columns=2 if self.width() >= _WIDE else 1)

    def _card(self, *keys: str) -> Card:
        card = Card(spacing=Space.XS)
        card.body.setContentsMargins(Space.XL, Space.M, Space.XL, Space.M)
        for key in keys:
            if key != keys[0]:
                card.body.addWidget(Line())
            card.body.addWidget(self.rows[key])
        return card

    def retranslate(self) -> None:
        """Every word of the page."""
        rows = self.rows
        self.title.setText(self.tr("Settings"))
        rows["language"].set_words(self.tr("Language"), self.tr("Changes at once."))
        rows["theme"].set_words(self.tr("Appearance"))
        self.theme.set_words(
            {
                "system": self.tr("As the system"),
                "light": self.tr("Light"),
                "dark": self.tr("Dark"),
            }
        )
        rows["notify"].set_words(
            self.tr("Notifications"), self.tr("When Help answers while you look elsewhere.")
        )
        self.notify.set_words(
            {
                "off": self.tr("None", "no notifications"),
                "quiet": self.tr("Without text"),
                "full": self.tr("With text"),
            }
        )
        rows["auto_lock"].set_words(
            self.tr("Lock by itself"), self.tr("When nobody touches the wallet for this long.")
        )
        self.auto_lock.set_words(
            {
                "1": self.tr("1 min"),
                "5": self.tr("5 min"),
                "15": self.tr("15 min"),
                "0": self.tr("Never"),
            }
        )
        rows["quick"].set_words(
            self.tr("Quick unlock"),
            self.tr("This device's keychain opens the wallet. Your passphrase still works."),
        )
        self.quick.setAccessibleName(self.tr("Quick unlock"))
        self.quick.setChecked(self._session.quick_unlock)
        rows["lock"].set_words(
            self.tr("Lock now"), self.tr("The wallet stays signed in at the service.")
        )
        self.lock.setText(self.tr("Lock"))
        rows["sign_out"].set_words(
            self.tr("Sign out"),
            self.tr("Ends the session at the service. Your history stays here, encrypted."),
        )
        self.sign_out.setText(self.tr("Sign out…"))
        self._show_service()

    def _show_service(self) -> None:
        service = self._session.snapshot.service
        self.about_title.setText(self.tr("Service and licence"))
        demo = service is not None and service.mode == "demo"
        self.demo.setVisible(demo)
        self.demo.set_words(
            self.tr("This is a demonstration"),
            self.tr("It is not licensed, and the money in it is not real."),
        )
        clear(self.facts)
        for row, (name, value) in enumerate(self._facts()):
            self.facts.addWidget(Label(name, "muted"), row, 0)
            self.facts.addWidget(Label(value, "small", selectable=True), row, 1)
        self.licence.set_text(
            self.tr(
                "K-Bean Wallet is free software under the Apache License 2.0. K-Beans are "
                "loyalty points and never money."
            )
        )

    def _facts(self) -> list[tuple[str, str]]:
        snapshot = self._session.snapshot
        facts = []
        if (service := snapshot.service) is not None:
            facts.append((self.tr("Operator"), service.operator))
            facts.append((self.tr("Licence"), service.licence or self.tr("None", "no licence")))
            facts.append((self.tr("Service version"), service.version))
        facts.append((self.tr("Wallet version"), __version__))
        if (person := snapshot.person) is not None:
            who = self.tr("{name} ({contact})")
            facts.append(
                (
                    self.tr("Signed in as"),
                    who.format(name=person.display_name, contact=person.contact.value),
                )
            )
        return facts

    def _set_quick(self, wanted: bool) -> None:
        session = self._session
        Operation(self, partial(session.set_quick_unlock, wanted)).on_failure(
            self._quick_failed
        ).start()

    def _quick_failed(self, error: Exception) -> None:
        self.quick.setChecked(self._session.quick_unlock)
        sentence = explain(error)
        dialogs.inform(self, sentence.title, sentence.whole())

    def _ask_sign_out(self) -> None:
        choices = [
            dialogs.Choice("sign_out", self.tr("Sign out"), "primary"),
            dialogs.Choice("stay", self.tr("Stay signed in")),
        ]
        dialogs.ask(
            self,
            self.tr("Sign out on this device?"),
            self.tr(
                "Paying needs you to sign in again with your passphrase. Nothing on this device "
                "is deleted."
            ),
            choices,
            lambda answer: self.sign_out_wanted.emit() if answer == "sign_out" else None,
        )

    def _heard(self, topics: frozenset[str]) -> None:
        if topics & {"service", "person", "settings"}:
            self.retranslate()
