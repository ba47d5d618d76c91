"""Amounts: whole numbers of minor units with a currency, never floats (design/3 §Amounts).

Parsing takes what people type in Chinese or English and refuses what could be read in two ways;
formatting is pure (``1,234.50``). Words and signs around a figure belong to whoever shows it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from app.protocol.errors import KBeanError

MAX_MINOR = 10**15
"""The largest amount of one message, in minor units (``messages.payments.Amount``)."""

MAX_TYPED = 40
"""Characters of a typed amount; more is refused unread."""


class Currency(NamedTuple):
    """What is fixed about a currency.

    Attributes:
        code: ISO 4217 letters, or ``KBN`` for K-Beans, which are no money.
        numeric: ISO 4217 digits as EMVCo field 53 has them; None for K-Beans.
        decimals: Digits behind the point (the ISO's "minor unit").
        words: What people write before or after a figure of this currency, lower case.
    """

    code: str
    numeric: str | None
    decimals: int
    words: tuple[str, ...]


# Codes, digits and minor units: ISO 4217 list one (current currency and funds codes).
_TABLE = (
    Currency("CNY", "156", 2, ("¥", "cn¥", "元", "圆", "块", "块钱", "人民币", "rmb", "cny")),
    Currency("HKD", "344", 2, ("$", "hk$", "元", "港币", "港元", "港幣", "蚊", "hkd")),
    Currency("MOP", "446", 2, ("$", "mop$", "元", "澳门元", "澳門元", "葡币", "葡幣", "mop")),
    Currency("TWD", "901", 2, ("$", "nt$", "元", "圓", "塊", "新台币", "新臺幣", "twd")),
    Currency("USD", "840", 2, ("$", "us$", "美元", "美金", "dollars", "dollar", "usd")),
    Currency("EUR", "978", 2, ("€", "欧元", "歐元", "euros", "euro", "eur")),
    Currency("GBP", "826", 2, ("£", "英镑", "英鎊", "pounds", "pound", "gbp")),
    Currency("JPY", "392", 0, ("¥", "jp¥", "円", "日元", "日圆", "日圓", "yen", "jpy")),
    Currency("SGD", "702", 2, ("$", "s$", "元", "新元", "新币", "sgd")),
    Currency("KRW", "410", 0, ("₩", "원", "韩元", "韓元", "won", "krw")),
    Currency("KBN", None, 0, ("k豆", "豆", "k-beans", "k-bean", "beans", "bean", "kbn")),
)

CURRENCIES: dict[str, Currency] = {currency.code: currency for currency in _TABLE}
"""Every unit the product offers, by its letters."""

_BY_NUMERIC = {currency.numeric: currency for currency in _TABLE if currency.numeric}
_WORDS = sorted({word for currency in _TABLE for word in currency.words}, key=len, reverse=True)

# What an input method leaves behind: full-width forms, the ideographic full stop and space.
# Only these are folded; NFKC would also turn ² into 2.
_FOLD = str.maketrans(
    "０１２３４５６７８９．，。￥＄－−＋　\u00a0\u202f",
    "0123456789.,.¥$--+   ",
)
_PLAIN = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_SPOKEN = re.compile(
    r"(?:(?P<whole>[0-9]+)(?:元|块|塊|圆|圓)(?:(?P<digits>[0-9]{1,2})$)?)?"
    r"(?:(?P<tenths>[0-9])[角毛])?(?:(?P<hundredths>[0-9])分?)?(?:钱|錢)?"
)


class AmountError(KBeanError):
    """What was typed is no amount that can be used (``amount_invalid``, ``amount_too_large``).

    Attributes:
        reason: A stable word: ``empty``, ``too_long``, ``not_a_number``, ``ambiguous``,
            ``grouping``, ``too_many_decimals``, ``negative``, ``zero``, ``too_large`` or
            ``other_currency``.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        code = "amount_too_large" if reason == "too_large" else "amount_invalid"
        super().__init__(code, detail or reason, field="amount", params={"reason": reason})
        self.reason = reason

    @property
    def words_key(self) -> str:
        """The key of the wallet's words for this refusal."""
        return f"amount.{self.reason}"


class Money(msgspec.Struct, frozen=True):
    """An amount with its currency.

    Attributes:
        minor: Minor units; may be negative (a difference, a movement).
        currency: A key of :data:`CURRENCIES`.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        """Refuse floats and unknown currencies where they are made."""
        if type(self.minor) is not int:
            raise TypeError("an amount is a whole number of minor units")
        currency_of(self.currency)

    def __add__(self, other: Money) -> Money:
        """Add money of the same currency."""
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        """Subtract money of the same currency."""
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        """The same amount the other way."""
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        """Compare money of the same currency."""
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        """Compare money of the same currency."""
        return self.minor <= self._same(other)

    def __str__(self) -> str:
        """``1,234.50 CNY``, for logs and tests."""
        return f"{format_minor(self.minor, self.currency)} {self.currency}"

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise KBeanError("currency_mismatch", f"{self.currency} and {other.currency}")
        return other.minor


def currency_of(code: str) -> Currency:
    """Look a currency up by its letters.

    Raises:
        KBeanError: ``currency_unsupported``.
    """
    found = CURRENCIES.get(code)
    if found is None:
        raise KBeanError("currency_unsupported", params={"currency": code[:8]}, field="currency")
    return found


def currency_by_number(numeric: str) -> Currency:
    """Look a currency up by its ISO 4217 digits (EMVCo field 53).

    Raises:
        KBeanError: ``currency_unsupported``.
    """
    found = _BY_NUMERIC.get(numeric)
    if found is None:
        raise KBeanError("currency_unsupported", params={"currency": numeric[:8]}, field="currency")
    return found


def format_minor(minor: int, currency: str, *, grouping: bool = True) -> str:
    """Write minor units as a figure: ``123450`` CNY → ``1,234.50``.

    Args:
        minor: Minor units, any sign; the sign is ``-``.
        currency: A key of :data:`CURRENCIES`.
        grouping: Commas between thousands. EMVCo field 54 wants none.
    """
    decimals = currency_of(currency).decimals
    whole, rest = divmod(abs(minor), 10**decimals)
    figure = f"{whole:,}" if grouping else str(whole)
    if decimals:
        figure += f".{rest:0{decimals}d}"
    return f"-{figure}" if minor < 0 else figure


def parse_plain(figure: str, currency: str) -> int:
    """Read a machine's figure (``23.72``, no grouping) into minor units.

    Raises:
        AmountError: ``not_a_number``, ``too_many_decimals``, ``too_large``.
        KBeanError: ``currency_unsupported``.
    """
    if len(figure) > MAX_TYPED or not _PLAIN.fullmatch(figure):
        raise AmountError("not_a_number")
    return _minor(figure, currency_of(currency))


def parse_typed(
    text: str, currency: str, *, allow_zero: bool = False, allow_negative: bool = False
) -> Money:
    """Read what a person typed, in Chinese or English.

    ``1,234.5`` · ``¥12`` · ``１２．５０`` · ``12元`` · ``12块5`` · ``3元5角`` · ``5毛`` · ``.5``.
    The point is ``.`` and the comma groups thousands, as in both languages. Refused as ambiguous:
    ``1.234`` (a thousand somewhere else), ``1,23``, ``1.234,50`` and spaces between digits.

    Args:
        text: What was typed.
        currency: The currency it is meant in; a sign of another one is refused.
        allow_zero: Whether nothing at all is an amount here.
        allow_negative: Whether a minus sign is accepted.

    Raises:
        AmountError: with the reason.
        KBeanError: ``currency_unsupported``.
    """
    unit = currency_of(currency)
    if len(text) > MAX_TYPED:
        raise AmountError("too_long")
    figure = text.translate(_FOLD).strip().lower()
    if not figure:
        raise AmountError("empty")
    sign, figure = _take_sign(figure)
    minor = _read_spoken(figure.replace(" ", ""), unit)
    if minor is None:
        figure = _strip_words(figure, unit)
        if not sign:
            sign, figure = _take_sign(figure)  # ¥-12
        minor = _minor(_plain_figure(figure), unit)
    minus = sign == "-"
    if minus and not allow_negative:
        raise AmountError("negative")
    if minor == 0 and not allow_zero:
        raise AmountError("zero")
    return Money(-minor if minus else minor, currency)


def _take_sign(figure: str) -> tuple[str, str]:
    """Cut one leading sign off: the sign, the rest."""
    if figure.startswith(("+", "-")):
        return figure[0], figure[1:].strip()
    return "", figure


def _strip_words(figure: str, unit: Currency) -> str:
    """Cut a currency's sign or word off either end; another currency's is refused."""
    for word in _WORDS:
        if figure.startswith(word):
            rest = figure.removeprefix(word)
        elif figure.endswith(word):
            rest = figure.removesuffix(word)
        else:
            continue
        if word not in unit.words:
            raise AmountError("other_currency", f"not an amount in {unit.code}")
        return rest.strip()
    return figure


def _read_spoken(figure: str, unit: Currency) -> int | None:
    """Read 12块5, 3元5角, 5毛: how prices are said in Chinese. None where it isn't said so."""
    if unit.decimals != 2 or "元" not in unit.words or not re.search("[块塊元圆圓角毛分]", figure):
        return None
    match = _SPOKEN.fullmatch(figure)
    if match is None:
        return None
    whole, digits, tenths, hundredths = match.group("whole", "digits", "tenths", "hundredths")
    if hundredths and not tenths and not figure.endswith(("分", "分钱", "分錢")):
        return None
    minor = int(whole or 0) * 100 + int(tenths or 0) * 10 + int(hundredths or 0)
    if digits:
        minor += int(digits.ljust(2, "0"))
    if minor > MAX_MINOR:
        raise AmountError("too_large")
    return minor


def _plain_figure(figure: str) -> str:
    """Take the grouping out, or say why the figure can't be read in one way only."""
    if not re.fullmatch(r"[0-9., ]*[0-9][0-9., ]*", figure):
        raise AmountError("not_a_number")
    if " " in figure:
        raise AmountError("ambiguous", "spaces between digits")
    if "," not in figure:
        if re.fullmatch(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+", figure):
            raise AmountError("ambiguous", "the point may group thousands")
        if not _PLAIN.fullmatch(figure):
            raise AmountError("not_a_number")
        return figure
    if _GROUPED.fullmatch(figure):
        return figure.replace(",", "")
    if re.fullmatch(r"[0-9]*,[0-9]{1,2}|[0-9.]+,[0-9]*|0,[0-9]*", figure):
        raise AmountError("ambiguous", "the comma may be a decimal point")
    raise AmountError("grouping", "commas stand between groups of three digits")


def _minor(figure: str, unit: Currency) -> int:
    """Turn a plain figure into minor units, exactly."""
    whole, _, fraction = figure.partition(".")
    if len(fraction) > unit.decimals:
        raise AmountError("too_many_decimals", f"{unit.code} has {unit.decimals} decimals")
    minor = int((whole or "0") + fraction.ljust(unit.decimals, "0"))
    if minor > MAX_MINOR:
        raise AmountError("too_large")
    return minor
