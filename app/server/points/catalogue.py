"""What K-Beans can be exchanged for: rows, reading, and the operator's own changes."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7, new_id
from app.protocol.messages.points import Catalogue, Item
from app.server.db.engine import reading, writing
from app.server.ledger.plan import Draft, RowKind
from app.server.ledger.writer import Writer
from app.server.points.notes import MerchantNames
from app.server.points.tables import point_items, point_takers

_texts = msgspec.json.Decoder(dict[str, str]).decode


class Stock(NamedTuple):
    """What changes about an item: whether it is offered, and how many are left."""

    id: str
    state: str
    stock: int | None


class Taker(NamedTuple):
    """How often a person took an item."""

    item_id: str
    user_id: str
    taken: int


STOCKS = RowKind(point_items, Stock, changes=("stock",))
TAKERS = RowKind(point_takers, Taker, key=("item_id", "user_id"), changes=("taken",))


class NewItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item as the operator offers it; see :class:`app.protocol.messages.points.Item`."""

    kind: Literal["coupon", "gift"]
    names: dict[str, str]
    texts: dict[str, str]
    beans: int
    currency: str
    value: int = 0
    least: int = 0
    valid_days: int = 30
    merchant_id: str | None = None
    stock: int | None = None
    per_person: int | None = None

    def at(self, merchant_id: str) -> NewItem:
        """The same, but only at one merchant."""
        return msgspec.structs.replace(self, merchant_id=merchant_id)


def check_item(item: NewItem) -> None:
    """Refuse what nobody could take or what would settle a whole payment.

    Raises:
        KBeanError: ``validation_failed`` with the ``field``.
    """
    wrong = {
        "names": not {"zh", "en"} <= item.names.keys(),
        "texts": not {"zh", "en"} <= item.texts.keys(),
        "beans": item.beans < 1,
        "value": item.value < 0 or (item.kind == "coupon") != (item.value > 0),
        # A coupon is worth less than the least amount: something is always paid in money.
        "least": item.kind == "coupon" and item.least <= item.value,
        "valid_days": not 1 <= item.valid_days <= 3650,
        "stock": item.stock is not None and item.stock < 0,
        "per_person": item.per_person is not None and item.per_person < 1,
    }
    for name, is_wrong in wrong.items():
        if is_wrong:
            raise KBeanError("validation_failed", "an item can't be like this", field=name)


def take_one(draft: Draft, item_id: str, user_id: str, per_person: int | None) -> None:
    """One less in stock, one more for the person; the plan declared both rows.

    Raises:
        KBeanError: ``item_not_found``, ``item_sold_out``, ``redemption_limit``.
    """
    stock = draft.get(STOCKS, item_id)
    if stock is None or stock.state != "offered":
        raise KBeanError("item_not_found")
    if stock.stock == 0:
        raise KBeanError("item_sold_out")
    taker = draft.get(TAKERS, (item_id, user_id))
    if per_person is not None and taker is not None and taker.taken >= per_person:
        raise KBeanError("redemption_limit", params={"limit": per_person})
    if stock.stock is not None:
        draft.change(STOCKS, stock._replace(stock=stock.stock - 1))
    if taker is None:
        draft.insert(TAKERS, Taker(item_id, user_id, 1))
    else:
        draft.change(TAKERS, taker._replace(taken=taker.taken + 1))


def put_back(draft: Draft, item_id: str, user_id: str) -> None:
    """Undo :func:`take_one` for what was not handed over."""
    stock = draft.get(STOCKS, item_id)
    taker = draft.get(TAKERS, (item_id, user_id))
    if stock is not None and stock.stock is not None:
        draft.change(STOCKS, stock._replace(stock=stock.stock + 1))
    if taker is not None:
        draft.change(TAKERS, taker._replace(taken=taker.taken - 1))


class CatalogueBook:
    """Items, as people see them and as the operator changes them."""

    def __init__(self, engine: AsyncEngine, writer: Writer, names: MerchantNames) -> None:
        """Wire it."""
        self._engine = engine
        self._writer = writer
        self._names = names

    async def offered(self, user_id: str) -> Catalogue:
        """What is offered now, cheapest first, and how often this person took it."""
        async with reading(self._engine) as connection:
            rows = list(await connection.execute(_ITEM.where(point_items.c.state == "offered")))
            took = await connection.execute(
                sa.select(point_takers.c.item_id, point_takers.c.taken).where(
                    point_takers.c.user_id == user_id
                )
            )
            taken = {row.item_id: row.taken for row in took}
        names = await self._names({row.merchant_id for row in rows if row.merchant_id})
        items = [_item(row, names, taken.get(row.id, 0)) for row in rows]
        return Catalogue(items, self._writer.clock())

    async def every(self) -> list[Any]:
        """Every item there ever was, for the operator; cheapest first."""
        async with reading(self._engine) as connection:
            return [row._asdict() for row in await connection.execute(_ITEM)]

    async def find(self, connection: AsyncConnection, item_id: str) -> Any:
        """An item's row, offered or not.

        Raises:
            KBeanError: ``item_not_found``.
        """
        query = sa.select(point_items).where(point_items.c.id == item_id)
        row = (await connection.execute(query)).one_or_none() if is_uuid7(item_id) else None
        if row is None:
            raise KBeanError("item_not_found")
        return row

    async def add(self, item: NewItem) -> str:
        """Offer something; its id.

        Raises:
            KBeanError: ``validation_failed``, ``not_found`` for an unknown merchant.
        """
        check_item(item)
        if item.merchant_id is not None and not await self._names([item.merchant_id]):
            raise KBeanError("not_found", "no such merchant", field="merchant_id")
        item_id = new_id()
        values = msgspec.structs.asdict(item) | {
            "id": item_id,
            "names": msgspec.json.encode(item.names).decode(),
            "texts": msgspec.json.encode(item.texts).decode(),
            "state": "offered",
            "created_at": self._writer.clock(),
        }
        async with writing(self._engine) as connection:
            await connection.execute(sa.insert(point_items).values(values))
        return item_id

    async def change(
        self, item_id: str, *, stock: int | None = None, offered: bool | None = None
    ) -> None:
        """Say how many there are now, take an item from the catalogue or put it back.

        Raises:
            KBeanError: ``item_not_found``, ``validation_failed``.
        """
        if stock is not None and stock < 0:
            raise KBeanError("validation_failed", field="stock")
        values: dict[str, Any] = {} if stock is None else {"stock": stock}
        if offered is not None:
            values["state"] = "offered" if offered else "off"
        async with writing(self._engine) as connection:
            await self.find(connection, item_id)
            await connection.execute(
                sa.update(point_items).where(point_items.c.id == item_id).values(values)
            )


_ITEM = sa.select(point_items).order_by(point_items.c.beans, point_items.c.id)


def names_of(row: Any) -> dict[str, str]:
    """An item's or redemption's names by language."""
    return _texts(row.names)


def _item(row: Any, names: dict[str, str], taken: int) -> Item:
    return Item(
        item_id=row.id,
        kind=row.kind,
        names=_texts(row.names),
        texts=_texts(row.texts),
        beans=row.beans,
        value=row.value,
        currency=row.currency,
        least=row.least,
        valid_days=row.valid_days,
        merchant_id=row.merchant_id,
        merchant_name=names.get(row.merchant_id, "") if row.merchant_id else "",
        stock=row.stock,
        per_person=row.per_person,
        taken=taken,
    )
