"""The counter's settings: language, look, sound, scanner, customer display, printer."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.desktop.counter.parts import CounterPage, Facts, titled
from app.desktop.counter.printing import PrinterSettings
from app.desktop.counter.webhook_card import WebhookCard
from app.desktop.preferences import Preferences
from app.desktop.theme.tokens import Space
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.checks import CheckBox
from app.desktop.widgets.fields import Field
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.segmented import Segmented
from app.wallet.counter.cashiers import may
from app.wallet.counter.leaving import MINUTES, USUAL
from app.wallet.counter.session import CounterSession

PACES = {"usual": 60, "slow": 120}
"""Scanner → the longest pause within a code, milliseconds."""


class SettingsPage(CounterPage):
    """What a manager sets once, and what a cashier may like otherwise."""

    language_chosen = Signal(str)
    theme_chosen = Signal(str)
    sound_chosen = Signal(bool)
    pace_chosen = Signal(str)
    leaving_chosen = Signal(int)
    full_screen_chosen = Signal(bool)
    display_wanted = Signal()
    printer_chosen = Signal(object)
    test_wanted = Signal()

    def __init__(
        self,
        session: CounterSession,
        preferences: Preferences,
        language: str,
        printer: PrinterSettings,
        parent: QWidget | None = None,
        *,
        sound: bool = True,
        pace: str = "usual",
        leaving: int = USUAL,
    ) -> None:
        """Build it with what is set."""
        super().__init__("CounterSettings", parent)
        self._session = session
        self.look_title, self.till_title = Label("", "lead"), Label("", "lead")
        self.printer_title, self.about_title = Label("", "lead"), Label("", "lead")
        self.language = Segmented("CounterLanguage", ("zh-CN", "en"))
        self.language.set_words({"zh-CN": "中文", "en": "English"})
        self.language.choose(language)
        self.theme = Segmented("CounterTheme", ("system", "light", "dark"))
        self.theme.choose(preferences.theme)
        self.sound = CheckBox("CounterSound")
        self.sound.setChecked(sound)
        self.full_screen = CheckBox("CounterFullScreen")
        self.scanner_text = Paragraph("", "muted")
        self.scanner = Segmented("CounterScanner", tuple(PACES))
        self.scanner.choose(pace)
        self.leaving_text = Paragraph("", "muted")
        self.leaving = Segmented("CounterLeaving", tuple(str(minutes) for minutes in MINUTES))
        self.leaving.choose(str(leaving))
        self.leaving.setEnabled(may(session.snapshot.cashier, "manager"))
        self.display = Button("", "secondary", "CounterDisplay", icon="monitor")
        self.kind = Segmented("PrinterKind", ("none", "network", "usb", "serial", "file"))
        self.kind.choose(printer.kind)
        self.target = Field("PrinterTarget")
        self.target.set_text(printer.target)
        self.paper = Segmented("PrinterWidth", ("58", "80"))
        self.paper.choose(str(printer.paper))
        self.drawer = CheckBox("PrinterDrawer")
        self.drawer.setChecked(printer.drawer)
        self.each = CheckBox("PrinterEach")
        self.each.setChecked(printer.each_sale)
        self.test = Button("", "secondary", "PrinterTest", icon="printer")
        self.facts = Facts("CounterFacts")
        self.column.addWidget(titled(self.look_title, self.language, self.theme))
        self.column.addWidget(
            titled(
                self.till_title,
                self.sound,
                self.full_screen,
                self.scanner_text,
                self.scanner,
                self.leaving_text,
                self.leaving,
                self.display,
            )
        )
        card = titled(
            self.printer_title,
            self.kind,
            self.target,
            self.paper,
            self.drawer,
            self.each,
            self.test,
        )
        card.body.setSpacing(Space.M)
        self.column.addWidget(card)
        self.webhook = WebhookCard(session)
        self.column.addWidget(self.webhook)
        self.column.addWidget(titled(self.about_title, self.facts))
        self.column.addStretch(1)
        self._connect()
        self.retranslate()

    def _connect(self) -> None:
        self.language.chosen.connect(self.language_chosen)
        self.theme.chosen.connect(self.theme_chosen)
        self.sound.toggled.connect(self.sound_chosen)
        self.full_screen.toggled.connect(self.full_screen_chosen)
        self.scanner.chosen.connect(self.pace_chosen)
        self.leaving.chosen.connect(lambda key: self.leaving_chosen.emit(int(key)))
        self.display.clicked.connect(self.display_wanted)
        self.kind.chosen.connect(lambda _: self._printer_changed())
        self.paper.chosen.connect(lambda _: self._printer_changed())
        self.target.edit.editingFinished.connect(self._printer_changed)
        self.drawer.toggled.connect(lambda _: self._printer_changed())
        self.each.toggled.connect(lambda _: self._printer_changed())
        self.test.clicked.connect(self.test_wanted)

    def retranslate(self) -> None:
        """Every word."""
        self.title.setText(self.tr("Settings"))
        self.look_title.setText(self.tr("Language and look"))
        self.till_title.setText(self.tr("At the counter"))
        self.printer_title.setText(self.tr("Receipt printer"))
        self.about_title.setText(self.tr("This till"))
        self.theme.set_words(
            {
                "system": self.tr("As the system"),
                "light": self.tr("Light"),
                "dark": self.tr("Dark"),
            }
        )
        self.sound.set_words(self.tr("A sound with each result"))
        self.full_screen.set_words(self.tr("Fill the whole screen"))
        self.scanner_text.set_text(self.tr("How fast the scanner types"))
        self.scanner.set_words(
            {"usual": self.tr("USB cable"), "slow": self.tr("Slow, over the air")}
        )
        self.leaving_text.set_text(
            self.tr("Sign out who walks away; a basket waits for them (a manager sets this)")
        )
        self.leaving.set_words(
            {str(minutes): self.tr("%n minute(s)", "", minutes) for minutes in MINUTES if minutes}
            | {"0": self.tr("Never")}
        )
        self.display.setText(self.tr("Show the customer display"))
        self.kind.set_words(
            {
                "none": self.tr("None", "no printer"),
                "network": self.tr("Network"),
                "usb": "USB",
                "serial": self.tr("Serial"),
                "file": self.tr("File"),
            }
        )
        self.paper.set_words({"58": self.tr("58 mm"), "80": self.tr("80 mm")})
        self.drawer.set_words(self.tr("Open the cash drawer with cash sales"))
        self.each.set_words(self.tr("Print a slip after each sale"))
        self.test.setText(self.tr("Print a test slip"))
        self._say_target()
        self._say_facts()

    def _say_target(self) -> None:
        kind = self.kind.key()
        words = {
            "network": (self.tr("Address"), "192.168.1.60:9100"),
            "usb": (self.tr("Vendor and product"), "04b8:0e28"),
            "serial": (self.tr("Port and speed"), "/dev/ttyUSB0 · COM3:9600"),
            "file": (self.tr("File"), "/dev/usb/lp0"),
        }.get(kind, ("", ""))
        self.target.setVisible(kind != "none")
        self.target.set_words(words[0], placeholder=words[1])
        for widget in (self.paper, self.drawer, self.each, self.test):
            widget.setVisible(kind != "none")

    def _say_facts(self) -> None:
        info = self._session.snapshot.info
        if info is None:
            self.facts.show_rows([])
            return
        self.facts.show_rows(
            [
                (self.tr("Merchant"), info.merchant_name, ""),
                (self.tr("Store"), info.store_name, ""),
                (self.tr("Till"), info.terminal_name, ""),
                (self.tr("Operator"), info.operator, ""),
                (self.tr("Currency"), info.currency, ""),
            ]
        )

    def _printer_changed(self) -> None:
        self._say_target()
        self.printer_chosen.emit(
            PrinterSettings(
                kind=self.kind.key(),  # type: ignore[arg-type]  # our own keys
                target=self.target.text().strip(),
                paper=int(self.paper.key()),
                drawer=self.drawer.isChecked(),
                each_sale=self.each.isChecked(),
            )
        )
