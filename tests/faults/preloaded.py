"""What every process of a drill is made of; imported once, in the parent of all (see nursery)."""

from __future__ import annotations

import contextlib
import gc
import importlib

PARTS = (
    "app.server.command",
    "app.server.db.guards",
    "app.server.runner",
    "tests.faults.chat_process",
    "tests.faults.counter_process",
    "tests.faults.wallet_process",
)

LATE = (
    "anyio._backends._asyncio",
    "litestar.exceptions.responses",
    "litestar.middleware._internal.exceptions.middleware",
    "litestar.plugins.attrs",
    "litestar.plugins.pydantic.plugins.init",
    "litestar.plugins.pydantic.plugins.schema",
    "pydantic.v1",
    "starlette.exceptions",
    "uvicorn.lifespan.on",
)
"""What the libraries of the service import when it starts, where it is installed."""

for name in PARTS:
    importlib.import_module(name)
for name in LATE:
    with contextlib.suppress(ImportError):
        importlib.import_module(name)

# Children needn't look through what they share.
gc.collect()
gc.freeze()
