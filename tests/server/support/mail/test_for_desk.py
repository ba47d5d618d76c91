"""What the desk's lists call somebody who only wrote an e-mail."""

from __future__ import annotations

import sqlalchemy as sa

from app.protocol.ids import new_id
from app.server.db.engine import create_engine, reading, writing
from app.server.db.sealing import Sealer
from app.server.support.mail.for_desk import Strangers
from app.server.support.mail.tables import mail_threads


async def test_a_stranger_is_told_apart_and_not_named(sqlite: str):
    sealer = Sealer({"k": b"k" * 32}, "k")
    engine = create_engine(sqlite)
    conv = new_id()
    async with writing(engine) as connection:
        await connection.execute(
            sa.insert(mail_threads).values(
                conversation_id=conv,
                address=sealer.seal(b"zhang.san@example.com", f"mail:{conv}:address"),
                address_hash=b"1",
                subject=b"",
                last_message_id=b"",
            )
        )
    async with reading(engine) as connection:
        found = await Strangers(sealer).names(connection, [conv, new_id()])
    await engine.dispose()
    assert found == {conv: "z***@example.com"}
