"""One node of a service that answers what was left behind, as a process of its own."""

from __future__ import annotations

import asyncio
import sys
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


async def answer_all(service: Service) -> None:
    """Come round as a tick does, until nobody waits for an answer."""
    async with asyncio.timeout(120):
        while await due(service):
            await service.bot.bot.look()
            await asyncio.sleep(0.02)
    await service.talk.settled()


async def main(folder: Path, url: str) -> None:
    """Say that it is ready, and begin when it is told to."""
    service = build_service(settings(folder, url, bot="words"))
    try:
        await service.bot.shelf.library()
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        await answer_all(service)
    finally:
        await service.engine.dispose()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
