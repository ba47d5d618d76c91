"""What a scanned text means at a counter: whose it is, and what to do with it. Pure."""

from __future__ import annotations

from typing import Literal, NamedTuple

from app.protocol.codes import payment_code
from app.protocol.codes.explain import explain
from app.protocol.errors import KBeanError
from app.wallet.counter.prices import looks_like_barcode
from app.wallet.counter.sale import ORDER_NO, TRADE_NO

ScanKind = Literal[
    "payer", "item", "slip", "foreign", "merchant", "person", "web", "damaged", "text"
]
"""``payer`` charge it · ``item`` the price list · ``slip`` a sale's number · the rest is explained:
``foreign`` another system's (``system``) · ``merchant`` a code that is paid to, not with ·
``person`` one that friends send money by · ``web`` an address · ``damaged`` ours, but misread ·
``text`` none of all that."""

_NEARLY = 16
"""Digits after which something that begins like a payer's code was one, misread."""


class Scan(NamedTuple):
    """One scanned text.

    Attributes:
        kind: See :data:`ScanKind`.
        text: For ``payer`` its 18 digits, else what was read, without blanks around it.
        system: Whose it is, for ``foreign``.
    """

    kind: ScanKind
    text: str
    system: str = ""


def read_scan(text: str) -> Scan:
    """Tell what was scanned; never raises."""
    text = text.strip()
    if TRADE_NO.fullmatch(text) or ORDER_NO.fullmatch(text):
        return Scan("slip", text)
    if looks_like_barcode(text):
        return Scan("item", text)
    known = explain(text)
    kind = _OTHERS.get(known.kind)
    if kind is not None:
        return Scan(kind, text, known.system)
    try:
        return Scan("payer", payment_code.read(text))
    except KBeanError as error:
        if error.code == "code_foreign":
            return Scan("foreign", text, str(error.params.get("system", "")))
    near = text.startswith(("88", "hQVDUFY")) and len(text) >= _NEARLY
    return Scan("damaged" if near else "text", text)


_OTHERS: dict[str, ScanKind] = {
    "ours": "merchant",
    "ours_unsigned": "merchant",
    "ours_person": "person",
    "foreign_merchant": "merchant",
    "web": "web",
    "damaged": "damaged",
}
"""Kinds of texts that nobody pays a counter with."""
