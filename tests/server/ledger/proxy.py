"""A wire between a writer and PostgreSQL that can be cut at the worst moment."""

from __future__ import annotations

import asyncio
import contextlib

import sqlalchemy as sa

COMMIT = b"COMMIT"
"""What only the message that asks for a commit contains here."""


class Proxy:
    """Forwards a loopback port to PostgreSQL.

    ``cut`` says when the wire breaks, once: ``before`` the commit reaches the server, or ``after``
    the server has committed, so that only its answer is lost.
    """

    def __init__(self, url: str) -> None:
        self._target = sa.make_url(url)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self.cut: str | None = None
        self.cuts = 0

    async def start(self) -> str:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        return self._target.set(port=port).render_as_string()

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        self.break_all()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def break_all(self) -> None:
        for writer in self._writers:
            writer.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = self._target.host, self._target.port
        there, back = await asyncio.open_connection(host, port)
        self._writers |= {writer, back}
        muted = asyncio.Event()

        async def up() -> None:
            while data := await reader.read(65536):
                if self.cut and COMMIT in data:
                    cut, self.cut = self.cut, None
                    self.cuts += 1
                    muted.set()
                    if cut == "after":
                        back.write(data)
                        # Its answer comes when the commit is on disk; it goes no further.
                        await answered.wait()
                    break
                back.write(data)
                await back.drain()
            back.close()
            writer.close()

        answered = asyncio.Event()

        async def down() -> None:
            while data := await there.read(65536):
                if muted.is_set():
                    answered.set()
                    continue
                writer.write(data)
                await writer.drain()
            answered.set()
            writer.close()

        for work in (up, down):
            task = asyncio.create_task(self._quietly(work()))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _quietly(self, work: object) -> None:
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await work  # type: ignore[misc]
