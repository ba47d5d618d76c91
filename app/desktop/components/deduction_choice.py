"""What K-Beans or a coupon settle of a payment: the payer's choice on the confirm sheet (P2)."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from app.desktop.components.movement_words import beans_words
from app.desktop.components.when import date_words
from app.desktop.theme.tokens import Size, Space
from app.desktop.widgets.amounts import MINUS, amount_text, count_text
from app.desktop.widgets.base import Live
from app.desktop.widgets.checks import CheckBox
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Figures, Label
from app.desktop.widgets.surfaces import Card
from app.protocol.messages.points import Coupon
from app.wallet.beans.deduction import anything, most_beans
from app.wallet.offers import Offer

_SHOWN = 4
"""Coupons that are listed: those that fit and run out first."""


def title_of(names: dict[str, str]) -> str:
    """A title in the person's language, where the operator gave one."""
    chinese = QLocale().language() == QLocale.Language.Chinese
    wanted = ("zh", "zh-CN", "en") if chinese else ("en", "zh", "zh-CN")
    return next((names[key] for key in wanted if names.get(key)), next(iter(names.values()), ""))


def off_text(minor: int, currency: str) -> str:
    """``−¥5.00``."""
    return MINUS + amount_text(minor, currency)


class DeductionChoice(Live, Card):
    """K-Beans by a tick and a slider, coupons by a tick each; one of them at a time.

    ``beans_wanted`` carries how many K-Beans (0: none), ``coupon_wanted`` a coupon's id.
    """

    beans_wanted = Signal(int)
    coupon_wanted = Signal(str)

    def __init__(self, offer: Offer, parent: QWidget | None = None) -> None:
        """Draw what is offered; hidden where that is nothing."""
        super().__init__(parent, kind="gold", margin=Space.L, spacing=Space.S)
        self.setObjectName("PayDeduction")
        self._offer = offer
        self.beans = CheckBox("PayUseBeans")
        self.beans_off = Figures("", "small", "gold")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("PayBeansSlider")
        self.slider.setMinimumHeight(Size.TARGET)
        self.count = Label("", "muted")
        self.coupons: dict[str, CheckBox] = {}
        self._coupon_rows = QVBoxLayout()
        self._coupon_rows.setSpacing(0)
        self._known: tuple[str, ...] = ()
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(IconLabel("leaf", "gold_text"))
        row.addWidget(self.beans, 1)
        row.addWidget(self.beans_off)
        self._beans_row = QWidget()
        row.setContentsMargins(0, 0, 0, 0)
        self._beans_row.setLayout(row)
        how = QHBoxLayout()
        how.setContentsMargins(Size.ICON + Space.S, 0, 0, 0)
        how.setSpacing(Space.M)
        how.addWidget(self.slider, 1)
        how.addWidget(self.count)
        self._how = QWidget()
        self._how.setLayout(how)
        self.body.addWidget(self._beans_row)
        self.body.addWidget(self._how)
        self.body.addLayout(self._coupon_rows)
        self.beans.clicked.connect(self._ticked)
        self.slider.valueChanged.connect(self._slid)
        self.show_offer(offer)

    def show_offer(self, offer: Offer) -> None:
        """Draw the choice as it stands now; says nothing itself."""
        self._offer = offer
        offered = offer.offered
        self.setVisible(anything(offered))
        if offered is None:
            return
        most = most_beans(offered)
        self._beans_row.setVisible(most > 0)
        with QSignalBlocker(self.slider):
            self.slider.setRange(1, max(1, most // offered.beans_per_unit))
            self.slider.setPageStep(max(1, self.slider.maximum() // 10))
            self.slider.setValue((offer.deduction.points or most) // offered.beans_per_unit)
        self._list_coupons(offered.coupons[:_SHOWN])
        self.retranslate()

    def _list_coupons(self, coupons: list[Coupon]) -> None:
        known = tuple(coupon.coupon_id for coupon in coupons)
        if known == self._known:
            return
        self._known = known
        for coupon in coupons:
            box = CheckBox(f"PayCoupon_{coupon.coupon_id}")
            box.clicked.connect(lambda on, c=coupon.coupon_id: self._chose(c, on=on))
            row = QHBoxLayout()
            row.setSpacing(Space.S)
            row.addWidget(IconLabel("ticket", "gold_text"))
            row.addWidget(box, 1)
            self._coupon_rows.addLayout(row)
            self.coupons[coupon.coupon_id] = box

    def retranslate(self) -> None:
        """Words, figures and ticks."""
        offer, offered, chosen = self._offer, self._offer.offered, self._offer.deduction
        if offered is None:
            return
        most = most_beans(offered)
        used = chosen.points or most
        worth = amount_text(used // offered.beans_per_unit, offer.currency)
        self.beans.set_words(self.tr("Pay {amount} with K-Beans").format(amount=worth))
        self.beans.setChecked(chosen.points > 0)
        self.beans_off.setText(off_text(chosen.discount, offer.currency) if chosen.points else "")
        self.count.setText(beans_words(used))
        self.slider.setAccessibleName(self.tr("How many K-Beans"))
        self.slider.setAccessibleDescription(
            self.tr("{count} of {most}").format(count=count_text(used), most=count_text(most))
        )
        self._how.setVisible(chosen.points > 0 and self.slider.maximum() > 1)
        for coupon in offered.coupons[:_SHOWN]:
            told = self.tr("{amount} off: {name}, until {day}").format(
                amount=amount_text(coupon.value, coupon.currency),
                name=title_of(coupon.names),
                day=date_words(coupon.expires_at),
            )
            box = self.coupons[coupon.coupon_id]
            box.set_words(told)
            box.setChecked(chosen.coupon_id == coupon.coupon_id)

    def _ticked(self, on: bool) -> None:
        self.beans_wanted.emit(most_beans(self._offer.offered) if on and self._offer.offered else 0)

    def _slid(self, units: int) -> None:
        if self._offer.offered is not None:
            self.beans_wanted.emit(units * self._offer.offered.beans_per_unit)

    def _chose(self, coupon_id: str, *, on: bool) -> None:
        if on:
            self.coupon_wanted.emit(coupon_id)
        else:
            self.beans_wanted.emit(0)
