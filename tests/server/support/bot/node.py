"""One node of a service that answers what was left behind, as a process of its own."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

import sqlalchemy as sa

from app.server.db.engine import reading
from app.server.main import Service, build_service
from app.server.support.bot.tables import bot_questions
from tests.server.world import settings


async def due(service: Service) -> int:
    async with reading(service.engine) as connection:
        query = sa.select(sa.func.count()).where(bot_questions.c.state == "due")
        return await connection.scalar(query) or 0


async def answer_all(folder: Path, url: str) -> None:
    service = build_service(settings(folder, url, bot="words"))

    async def nothing_left() -> bool:
        await service.bot.bot.look()
        return not await due(service) or time.monotonic() > deadline

    deadline = time.monotonic() + 120
    try:
        while not await nothing_left():
            await asyncio.sleep(0.1)
        await service.talk.settled()
    finally:
        await service.engine.dispose()


if __name__ == "__main__":
    asyncio.run(answer_all(Path(sys.argv[1]), sys.argv[2]))
