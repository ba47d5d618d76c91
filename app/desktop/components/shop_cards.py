"""What K-Beans can be exchanged for, and what came of it: cards for the K-Beans room (P2)."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.components.deduction_choice import title_of
from app.desktop.components.movement_words import beans_words
from app.desktop.components.when import date_words
from app.desktop.theme.tokens import Space
from app.desktop.widgets.amounts import amount_text
from app.desktop.widgets.base import Live, clear
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.surfaces import Card, Line
from app.protocol.messages.points import Coupon, Item, Redemption

_COLUMNS = 2


class ShopCards(Live, QWidget):
    """The catalogue; ``wanted`` carries the item somebody presses."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it empty."""
        super().__init__(parent)
        self.setObjectName("ShopCards")
        self._items: tuple[Item, ...] = ()
        self._balance = 0
        self.buttons: dict[str, Button] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(Space.M)

    def show_items(self, items: tuple[Item, ...], balance: int) -> None:
        """Draw what is offered to somebody who holds so many K-Beans."""
        if (items, balance) != (self._items, self._balance):
            self._items, self._balance = items, balance
            self.retranslate()

    def retranslate(self) -> None:
        """All cards in the language now in force."""
        clear(self._grid)
        self.buttons = {}
        for index, item in enumerate(self._items):
            self._grid.addWidget(self._card(item), index // _COLUMNS, index % _COLUMNS)
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1)

    def _card(self, item: Item) -> Card:
        card = Card(kind="sunken", margin=Space.L, spacing=Space.S)
        card.setObjectName(f"ShopCard_{item.item_id}")
        words = QVBoxLayout()
        words.setSpacing(2)
        title = Paragraph(title_of(item.names), "strong")
        words.addWidget(title)
        words.addWidget(Paragraph(item_facts(item), "small"))
        text = title_of(item.texts)
        if text:
            words.addWidget(Paragraph(text, "muted"))
        head = QHBoxLayout()
        head.setSpacing(Space.M)
        icon = "ticket" if item.kind == "coupon" else "gift"
        sign = IconLabel(icon, "gold_text", ground="gold_wash", disc=40)
        head.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        foot = QHBoxLayout()
        foot.addWidget(Label(beans_words(item.beans), "strong", "gold"))
        foot.addStretch(1)
        why = self._why_not(item)
        if why:
            foot.addWidget(Label(why, "muted"))
        else:
            button = Button(self.tr("Get it"), "secondary", f"ShopGet_{item.item_id}")
            button.setAccessibleName(
                self.tr("Get {name} for {beans}").format(
                    name=title_of(item.names), beans=beans_words(item.beans)
                )
            )
            button.clicked.connect(lambda: self.wanted.emit(item))
            foot.addWidget(button)
            self.buttons[item.item_id] = button
        card.body.addLayout(head)
        card.body.addStretch(1)
        card.body.addLayout(foot)
        return card

    def _why_not(self, item: Item) -> str:
        if item.stock == 0:
            return self.tr("Sold out")
        if item.per_person is not None and item.taken >= item.per_person:
            return self.tr("You have had yours")
        if item.beans > self._balance:
            return self.tr("{beans} missing").format(beans=beans_words(item.beans - self._balance))
        return ""


def item_facts(item: Item) -> str:
    """Worth, place and how long it lasts, as one line."""
    told = []
    if item.value:
        words = QCoreApplication.translate("Shop", "{amount} off")
        told.append(words.format(amount=amount_text(item.value, item.currency)))
    if item.least:
        words = QCoreApplication.translate("Shop", "from {amount}")
        told.append(words.format(amount=amount_text(item.least, item.currency)))
    if item.merchant_name:
        told.append(item.merchant_name)
    words = QCoreApplication.translate("Shop", "good for {count} days")
    told.append(words.format(count=item.valid_days))
    return " · ".join(told)


class Holdings(Live, QWidget):
    """What the person has now: gifts that wait to be collected, and coupons.

    ``gift_opened`` carries a redemption, ``cancel_wanted`` one that is to be given back.
    """

    gift_opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it empty."""
        super().__init__(parent)
        self.setObjectName("BeansHoldings")
        self._drawn: tuple[tuple[Redemption, ...], tuple[Coupon, ...]] = ((), ())
        self.buttons: dict[str, Button] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.M)

    def show_holdings(
        self, redemptions: tuple[Redemption, ...], coupons: tuple[Coupon, ...]
    ) -> None:
        """Draw gifts that wait and coupons that are open; what is over stands in the history."""
        gifts = tuple(one for one in redemptions if one.state == "reserved")
        live = tuple(one for one in coupons if one.state == "open")
        if (gifts, live) != self._drawn:
            self._drawn = (gifts, live)
            self.retranslate()

    @property
    def empty(self) -> bool:
        """Whether there is nothing."""
        return self._drawn == ((), ())

    def retranslate(self) -> None:
        """All rows in the language now in force."""
        clear(self._column)
        self.buttons = {}
        gifts, coupons = self._drawn
        rows = [self._gift(gift) for gift in gifts] + [self._coupon(one) for one in coupons]
        for index, row in enumerate(rows):
            if index:
                self._column.addWidget(Line())
            self._column.addWidget(row)

    def _row(self, icon: str, title: str, text: str, button: Button | None = None) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        row.addWidget(IconLabel(icon, "gold_text", ground="gold_wash", disc=40))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Paragraph(title, "strong"))
        words.addWidget(Paragraph(text, "muted"))
        row.addLayout(words, 1)
        if button is not None:
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return made

    def _gift(self, gift: Redemption) -> QWidget:
        name = title_of(gift.names)
        button = Button(self.tr("Show the code"), "secondary", f"Gift_{gift.redemption_id}")
        button.setAccessibleName(self.tr("Show the code for {name}").format(name=name))
        button.clicked.connect(lambda: self.gift_opened.emit(gift))
        self.buttons[gift.redemption_id] = button
        text = self.tr("Collect it until {day}. {beans} are held back for it.").format(
            day=date_words(gift.expires_at or gift.created_at), beans=beans_words(gift.beans)
        )
        return self._row("gift", name, text, button)

    def _coupon(self, coupon: Coupon) -> QWidget:
        title = self.tr("{amount} off: {name}").format(
            amount=amount_text(coupon.value, coupon.currency), name=title_of(coupon.names)
        )
        told = [self.tr("Until {day}").format(day=date_words(coupon.expires_at))]
        if coupon.least:
            least = amount_text(coupon.least, coupon.currency)
            told.append(self.tr("from {amount}").format(amount=least))
        told.append(coupon.merchant_name or self.tr("everywhere"))
        told.append(self.tr("choose it when you pay"))
        return self._row("ticket", title, " · ".join(told))
