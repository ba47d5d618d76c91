"""The example in ``resources/examples``: a till in under 60 lines, against a real service."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from app.protocol.messages.counter import CounterSetup
from app.protocol.signing import encode_bytes
from app.server.command_counter import write_setup
from tests.server.payments.charges.stall import book_of
from tests.server.payments.refunds.shopping import Counter
from tests.server.world import world


@pytest.fixture
def example(root: Path) -> Path:
    return root / "resources" / "examples" / "till.py"


def test_it_is_as_short_as_promised(example: Path):
    assert len(example.read_text("utf-8").splitlines()) < 60


async def run(example: Path, folder: Path, *words: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(example),
        "counter.json",
        *words,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode == 0, output.decode()
    return output.decode().splitlines()[-1]


async def test_it_charges_a_code_until_the_end_and_refunds(
    example: Path, root: Path, tmp_path: Path
):
    async with world(tmp_path / "service") as shop:
        counter, person = await Counter.open(shop), await shop.person(100_000)
        till = counter.till
        write_setup(
            tmp_path / "counter.json",
            CounterSetup(shop.url, till.id, encode_bytes(till.key.seed)),
        )
        book = await book_of(person)
        sale, state, number = (await run(example, tmp_path, "charge", "23.70", book.code())).split()
        assert (state, len(number)) == ("success", 18)
        assert await person.available() == 100_000 - 2_370
        said = await run(example, tmp_path, "refund", sale, counter.manager, "3.70")
        assert said.endswith("refunded 3.70")
        assert await run(example, tmp_path, "refund", sale, counter.seller) == (
            "refused: refund_not_allowed"
        )
        assert (await run(example, tmp_path, "charge", "1", "88123")).startswith("refused: ")
        assert await person.available() == 100_000 - 2_000
    kept = (tmp_path / "sales.txt").read_text("utf-8").splitlines()
    assert [line.split()[0] for line in kept] == ["sale", "refund", "refund", "sale"]
