"""The price list: a CSV of barcode, name and price; baskets of several items (C1). Pure."""

from __future__ import annotations

import csv
import io
from typing import NamedTuple

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.money import parse_typed
from app.wallet.counter.sale import Line

MOST = 20_000
"""Items of the longest list."""
_LONGEST_NAME = 60
_HEADINGS = {
    "barcode": {"barcode", "ean", "code", "条码", "条形码", "商品条码"},
    "name": {"name", "item", "product", "名称", "品名", "商品", "商品名称"},
    "price": {"price", "amount", "价格", "单价", "售价"},
}


class Price(NamedTuple):
    """One item; ``price`` in minor units."""

    barcode: str
    name: str
    price: int


def read_csv(raw: bytes, currency: str) -> list[Price]:
    """Read a price list as spreadsheets write it: UTF-8 or GB 18030, comma, semicolon or tab.

    The first line names the columns (in English or Chinese); the order is free.

    Raises:
        KBeanError: ``price_list_invalid`` with ``params["line"]`` and a ``reason``.
    """
    rows = list(csv.reader(io.StringIO(text := _decoded(raw)), dialect=_dialect(text)))
    if not rows:
        raise _invalid(1, "empty")
    columns = _columns(rows[0])
    found: dict[str, Price] = {}
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        item = _item(row, columns, number, currency)
        if item.barcode in found:
            raise _invalid(number, "twice")
        found[item.barcode] = item
        if len(found) > MOST:
            raise _invalid(number, "too_long")
    if not found:
        raise _invalid(1, "empty")
    return list(found.values())


def looks_like_barcode(text: str) -> bool:
    """Whether digits are an EAN-8, UPC-A, EAN-13 or GTIN-14 with a check digit that holds."""
    from stdnum import ean

    return text.isascii() and text.isdigit() and bool(ean.is_valid(text))


def put_into(basket: tuple[Line, ...], item: Price) -> tuple[Line, ...]:
    """One more piece of an item: its line counts up, or a new line is added."""
    for at, line in enumerate(basket):
        if line.barcode == item.barcode and line.price == item.price:
            more = msgspec.structs.replace(line, quantity=line.quantity + 1)
            return (*basket[:at], more, *basket[at + 1 :])
    return (*basket, Line(item.name, item.price, 1, item.barcode))


def change_quantity(basket: tuple[Line, ...], at: int, by: int) -> tuple[Line, ...]:
    """So many pieces more or fewer of a line; a line without pieces goes."""
    line = basket[at]
    quantity = line.quantity + by
    if quantity < 1:
        return (*basket[:at], *basket[at + 1 :])
    changed = msgspec.structs.replace(line, quantity=min(quantity, 999))
    return (*basket[:at], changed, *basket[at + 1 :])


def total(basket: tuple[Line, ...]) -> int:
    """Of all lines, minor units."""
    return sum(line.total for line in basket)


def subject(basket: tuple[Line, ...]) -> str:
    """What the sale is for, short enough for the order."""
    if not basket:
        return ""
    words = "、".join(f"{line.name}×{line.quantity}" for line in basket)
    return words if len(words) <= 120 else words[:119] + "…"


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _invalid(1, "encoding")


def _dialect(text: str) -> type[csv.Dialect]:
    first = text.partition("\n")[0]
    best = max(",;\t", key=first.count)

    class Found(csv.excel):
        delimiter = best

    return Found


def _columns(heading: list[str]) -> dict[str, int]:
    words = [cell.strip().lower() for cell in heading]
    columns = {}
    for field, names in _HEADINGS.items():
        at = next((at for at, word in enumerate(words) if word in names), None)
        if at is None:
            raise _invalid(1, f"no_{field}")
        columns[field] = at
    return columns


def _item(row: list[str], columns: dict[str, int], number: int, currency: str) -> Price:
    cells = {name: row[at].strip() if at < len(row) else "" for name, at in columns.items()}
    if not looks_like_barcode(cells["barcode"]):
        raise _invalid(number, "barcode")
    name = cells["name"]
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise _invalid(number, "name")
    try:
        price = parse_typed(cells["price"], currency).minor
    except KBeanError:
        raise _invalid(number, "price") from None
    return Price(cells["barcode"], name, price)


def _invalid(line: int, reason: str) -> KBeanError:
    return KBeanError(
        "price_list_invalid", reason, params={"line": line, "reason": reason}, money="none"
    )
