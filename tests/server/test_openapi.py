"""Schemathesis over the published description: no 5xx, nothing undeclared, on both databases."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from tests.conftest import Expect
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


async def look(shop: World, token: str, *options: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "schemathesis.cli", "run", f"{shop.url}/v1/openapi.json"),
        *(
            "-H",
            f"Authorization: Bearer {token}",
            "--checks",
            ",".join(CHECKS),
            "--max-examples",
            "20",
        ),
        *("--phases", "examples,coverage,fuzzing", "--seed", "20261123", "--warnings", "off"),
        *("--generation-database", "none", "--no-color"),
        *options,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode()


@pytest.mark.slow
@pytest.mark.parametrize("who", ["person", "till"])
async def test_no_request_breaks_the_service(
    database_url: str, tmp_path: Path, who: str, expect_log: Expect
):
    # Some of what it sends is no HTTP at all; uvicorn says so and closes.
    expect_log("Invalid HTTP request received")
    async with world(tmp_path, database_url) as shop:
        person, till = await shop.person(100_000), await shop.till()
        await till.order(500)
        if who == "till":
            code, output = await look(shop, till.token, "--include-tag", "tills")
        else:
            tags = [
                ("--include-tag", tag) for tag in ("service", "identity", "payments", "accounts")
            ]
            # It would sign the person out and find nothing but 401 afterwards.
            options = [word for pair in tags for word in pair]
            code, output = await look(
                shop,
                person.session.access_token,
                *options,
                "--exclude-path",
                "/v1/sessions/current",
            )
        assert code == 0, output[-6_000:]
        assert "Test cases:" in output
        text = (await shop.client.get("/metrics")).text
        assert 'status="5' not in text
