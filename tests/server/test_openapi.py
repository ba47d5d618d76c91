"""Schemathesis over the published description: no 5xx, nothing undeclared, on both databases."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from app.server.http.roles import ROLES
from tests.conftest import Expect
from tests.server.staff import make_member
from tests.server.support.world import open_conversation
from tests.server.world import World, world

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "ignored_auth",
)
# Not "positive_data_acceptance": a request may have the right shape and still a wrong signature,
# an old time or a contact that is none, and is refused for that.


TAGS = {
    "person": ("service", "identity", "payments", "accounts"),
    "till": ("tills",),
    "counter": ("counter", "settlement"),
    "helped": ("support", "consent"),
    "staff": ("staff", "staff consent"),
}
"""Which routes are asked, as whom."""

ENDS = ("/v1/sessions/current", "/v1/staff/sessions/current", "/v1/me/freeze")
"""They would end the session, and what is asked afterwards would find nothing but 401."""


async def look(shop: World, who: str, token: str, examples: int) -> tuple[int, str]:
    tags = [word for tag in TAGS[who] for word in ("--include-tag", tag)]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "schemathesis.cli", "run", f"{shop.url}/v1/openapi.json"),
        *("-H", f"Authorization: Bearer {token}", "--checks", ",".join(CHECKS)),
        *("--max-examples", str(examples)),
        *("--phases", "examples,coverage,fuzzing", "--seed", "20261123", "--warnings", "off"),
        *("--generation-database", "none", "--no-color"),
        *(word for path in ENDS for word in ("--exclude-path", path)),
        *tags,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode()


async def token_of(shop: World, who: str) -> str:
    """Somebody's access token, with something of theirs to be found."""
    if who in {"till", "counter"}:
        till = await shop.till()
        await till.order(500)
        return till.token
    if who == "staff":
        return (await make_member(shop, *ROLES)).session.access_token
    person = await shop.person(100_000)
    await open_conversation(person)
    return person.session.access_token


async def check(folder: Path, url: str, who: str, examples: int) -> None:
    async with world(folder, url) as shop:
        code, output = await look(shop, who, await token_of(shop, who), examples)
        assert code == 0, output[-6_000:]
        assert "Test cases:" in output
        text = (await shop.client.get("/metrics")).text
        assert 'status="5' not in text


@pytest.mark.slow
@pytest.mark.parametrize("who", ["person", "till"])
async def test_no_request_breaks_the_service(
    database_url: str, tmp_path: Path, who: str, expect_log: Expect
):
    # Some of what it sends is no HTTP at all; uvicorn says so and closes.
    expect_log("Invalid HTTP request received")
    await check(tmp_path, database_url, who, 12)


@pytest.mark.slow
@pytest.mark.parametrize("who", ["helped", "staff", "counter"])
async def test_no_request_breaks_support(sqlite: str, tmp_path: Path, who: str, expect_log: Expect):
    # Money isn't at stake here: one database and fewer examples.
    expect_log("Invalid HTTP request received")
    await check(tmp_path, sqlite, who, 4)
