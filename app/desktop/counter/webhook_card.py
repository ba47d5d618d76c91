"""Where the merchant's own server is told of payments: a manager's card in the settings (C8)."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.components.when import moment_words
from app.desktop.operations import Operation
from app.desktop.platform.clipboard import Clipboard
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live, clear
from app.desktop.widgets.buttons import Button, IconButton
from app.desktop.widgets.checks import CheckBox
from app.desktop.widgets.fields import Field
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import ElidedLabel, Label, Paragraph
from app.desktop.widgets.notes import Banner
from app.desktop.widgets.surfaces import Card, Line
from app.desktop.words import explain
from app.protocol.errors import KBeanError
from app.protocol.messages.settlement import EVENTS, Delivery, Webhook
from app.wallet.counter.cashiers import may
from app.wallet.counter.session import CounterSession
from app.wallet.counter.webhooks import Told

_SHOWN = 12
_SIGNS = {
    "delivered": ("check-circle", "bean"),
    "waiting": ("hourglass-medium", "warning"),
    "failed": ("x-circle", "danger"),
}


class WebhookCard(Live, Card):
    """Address, events, the secret once, and what became of the last notices."""

    def __init__(self, session: CounterSession, parent: QWidget | None = None) -> None:
        """Build it; a manager's look at the page fills it."""
        super().__init__(parent, spacing=Space.M)
        self.setObjectName("WebhookCard")
        self._session = session
        self._hook: Webhook | None = None
        self._deliveries: tuple[Delivery, ...] = ()
        self._removing = False
        self.title, self.note = Label("", "lead"), Paragraph("", "body-muted")
        self.address = Field("WebhookAddress")
        self.address.edit.setMaxLength(500)
        self.events = {event: CheckBox(f"Webhook_{event}") for event in EVENTS}
        self.save = Button("", "primary", "WebhookSave")
        self.remove = Button("", "secondary", "WebhookRemove", icon="trash")
        self.result = Banner("WebhookResult", "danger")
        self._build_secret()
        self.list_title = Label("", "strong")
        self.refresh = IconButton("arrows-clockwise", "WebhookRefresh")
        self.none = Paragraph("", "muted")
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self._lay_out()
        self._connect()
        self.retranslate()

    def _build_secret(self) -> None:
        self.secret_text = Paragraph("", "small")
        self.secret = Label("", "strong")
        self.secret.setObjectName("WebhookSecret")
        self.secret.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.copy = Button("", "secondary", "WebhookCopy", icon="copy")
        self.secret_card = Card(kind="wash", spacing=Space.S)
        self.secret_card.body.addWidget(self.secret_text)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        row.addWidget(self.secret, 1)
        row.addWidget(self.copy)
        self.secret_card.body.addLayout(row)

    def _lay_out(self) -> None:
        choices = QWidget()
        column = QVBoxLayout(choices)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for box in self.events.values():
            column.addWidget(box)
        for widget in (self.title, self.note, self.address, choices):
            self.body.addWidget(widget)
        buttons = QWidget()
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.save)
        row.addWidget(self.remove)
        row.addStretch(1)
        head = QWidget()
        line = QHBoxLayout(head)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.list_title, 1)
        line.addWidget(self.refresh)
        for widget in (self.result, self.secret_card, buttons, head, self.none):
            self.body.addWidget(widget)
        self.body.addLayout(self._list)
        self._managers = (self.address, choices, buttons, head)

    def _connect(self) -> None:
        self.address.edited.connect(lambda _: self._draw())
        self.address.submitted.connect(self._save)
        for box in self.events.values():
            box.toggled.connect(lambda _: self._draw())
        self.save.clicked.connect(self._save)
        self.remove.clicked.connect(self._remove)
        self.copy.clicked.connect(self._copy)
        self.refresh.clicked.connect(self.look)

    # --- words

    def retranslate(self) -> None:
        """Every word."""
        self.title.setText(self.tr("Notices to your own server"))
        self.address.set_words(
            self.tr("Address"),
            self.tr("Begins with https://. The service calls it from the internet."),
            "https://shop.example/kbean",
        )
        words = self.event_words()
        for event, box in self.events.items():
            box.set_words(words[event])
        self.save.setText(self.tr("Save"))
        self.secret_text.set_text(
            self.tr(
                "Your server checks each notice with this secret. It is shown only now; put it "
                "where your server reads it."
            )
        )
        self.copy.setText(self.tr("Copy"))
        self.list_title.setText(self.tr("The last notices"))
        self.refresh.set_words(self.tr("Look again"))
        self.none.set_text(self.tr("Nothing has been told yet."))
        self._draw()
        self._draw_list()

    def event_words(self) -> dict[str, str]:
        """What each event is called."""
        return {
            "payment.succeeded": self.tr("A payment came in"),
            "charge.closed": self.tr("A sale ended without a payment"),
            "refund.succeeded": self.tr("A refund was made"),
            "hold.held": self.tr("Money was held"),
            "hold.released": self.tr("Held money was released"),
        }

    def _draw(self) -> None:
        manager = may(self._session.snapshot.cashier, "manager")
        self.note.set_text(
            self.tr("Each payment is told to your own system within seconds, signed.")
            if manager
            else self.tr("A manager who is signed in can set this.")
        )
        for widget in self._managers:
            widget.setVisible(manager)
        self.none.setVisible(manager and not self._deliveries)
        self.result.setVisible(bool(self.result.title.text()))
        self.secret_card.setVisible(manager and bool(self.secret.text()))
        typed = bool(self.address.text().strip())
        self.save.setEnabled(typed and any(box.isChecked() for box in self.events.values()))
        self.remove.setVisible(self._hook is not None)
        self.remove.setText(
            self.tr("Really tell nobody any more") if self._removing else self.tr("Remove")
        )

    def _draw_list(self) -> None:
        clear(self._list)
        if not may(self._session.snapshot.cashier, "manager"):
            return
        words = self.event_words()
        for at, told in enumerate(self._deliveries[:_SHOWN]):
            if at:
                self._list.addWidget(Line())
            self._list.addWidget(self._row(at, told, words.get(told.event, told.event)))

    def _row(self, at: int, told: Delivery, event: str) -> QWidget:
        row = QWidget()
        box = QHBoxLayout(row)
        box.setContentsMargins(0, Space.S, 0, Space.S)
        box.setSpacing(Space.M)
        box.addWidget(IconLabel(*_SIGNS[told.state]))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(ElidedLabel(f"{event} · {moment_words(told.created_at)}", "strong"))
        words.addWidget(ElidedLabel(self._state(told), "muted"))
        box.addLayout(words, 1)
        again = Button(self.tr("Send again"), "quiet", f"WebhookAgain{at}")
        again.setAccessibleName(f"{again.text()} {event} {moment_words(told.created_at)}")
        again.clicked.connect(lambda: self._send_again(told.delivery_id))
        box.addWidget(again)
        return row

    def _state(self, told: Delivery) -> str:
        """State, how often it was tried, and the last answer."""
        if told.state == "delivered":
            state = self.tr("Received")
        elif told.state == "failed":
            state = self.tr("Given up")
        elif told.tries and told.next_at:
            state = self.tr("Next try: {when}").format(when=moment_words(told.next_at))
        else:
            state = self.tr("On its way")
        parts = [state]
        if told.tries:
            parts.append(self.tr("%n try(s)", "", told.tries))
            answer = self.tr("no answer") if told.status is None else f"HTTP {told.status}"
            parts.append(answer)
        return " · ".join(parts)

    # --- asking and setting

    def look(self) -> None:
        """Ask how things stand; for managers."""
        by = self._session.snapshot.cashier
        if may(by, "manager"):
            work = Operation(self, lambda: self._session.webhooks.look(by))
            work.replacing("look").on_success(self._show).on_failure(self._failed).start()

    def _show(self, told: Told) -> None:
        fresh = told.hook != self._hook or self._hook is None
        self._hook, self._deliveries = told.hook, told.deliveries
        if fresh and not self.address.edit.isModified():
            self._fill(told.hook)
        self.retranslate()

    def _fill(self, hook: Webhook | None) -> None:
        self.address.set_text(hook.url if hook else "")
        for event, box in self.events.items():
            box.setChecked(event in hook.events if hook else event == "payment.succeeded")

    def _save(self) -> None:
        if not self.save.isEnabled():
            return
        by, url = self._session.snapshot.cashier, self.address.text()
        events = [event for event, box in self.events.items() if box.isChecked()]
        self._quiet()
        work = Operation(self, lambda: self._session.webhooks.put(by, url, events))
        work.on_success(self._saved).on_failure(self._failed).start()

    def _saved(self, hook: Webhook) -> None:
        self._hook = hook
        self.secret.setText(hook.secret)
        self.secret.setAccessibleName(self.tr("The secret"))
        self._fill(hook)
        self.address.edit.setModified(False)
        self._say("good", self.tr("Saved; what happens from now on is told"))
        self.look()

    def _remove(self) -> None:
        """Twice, so that a slip of the hand removes nothing."""
        if not self._removing:
            self._removing = True
            self._draw()
            return
        by = self._session.snapshot.cashier
        self._quiet()
        work = Operation(self, lambda: self._session.webhooks.remove(by))
        work.on_success(lambda _: self._removed()).on_failure(self._failed).start()

    def _removed(self) -> None:
        self._hook = None
        self._fill(None)
        self._say("good", self.tr("Nobody is told any more"))
        self.look()

    def _send_again(self, delivery_id: str) -> None:
        by = self._session.snapshot.cashier
        self._quiet()
        work = Operation(self, partial(self._session.webhooks.send_again, by, delivery_id))
        work.on_success(self._sent_again).on_failure(self._failed).start()

    def _sent_again(self, deliveries: tuple[Delivery, ...]) -> None:
        self._deliveries = deliveries
        self._draw()
        self._draw_list()

    def _copy(self) -> None:
        # The clipboard's own timer must outlive this page: who signs out leaves no secret there.
        Clipboard(QCoreApplication.instance()).write_secret(self.secret.text())
        self.copy.setText(self.tr("Copied"))

    def _quiet(self) -> None:
        """A new wish: what was said to the one before is gone, the secret too."""
        self._removing = False
        self.secret.setText("")
        self.address.show_error("")
        self._say("info", "")

    def _failed(self, error: Exception) -> None:
        sentence = explain(error)
        if isinstance(error, KBeanError) and error.code == "webhook_invalid":
            self.address.show_error(sentence.line())
        else:
            self._say("danger", sentence.title, sentence.action)

    def _say(self, tone: str, title: str, text: str = "") -> None:
        self.result.set_tone(tone)  # type: ignore[arg-type]  # a banner's tones
        self.result.set_words(title, text)
        self._draw()

    # --- Qt

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: how things stand now."""
        super().showEvent(event)
        self.look()
