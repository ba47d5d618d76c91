"""Schemathesis over the published description: no 5xx, nothing undeclared."""

from __future__ import annotations

import asyncio
import json
import re
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

EXAMPLES = {"person": 8, "till": 8, "counter": 3, "helped": 3, "staff": 3}
"""How often a route is asked at random; most where money is at stake."""

ENDS = ("/v1/sessions/current", "/v1/staff/sessions/current", "/v1/me/freeze")
"""They would end the session, and what is asked afterwards would find nothing but 401."""


async def look(shop: World, folder: Path, tokens: dict[str, str]) -> tuple[int, str]:
    """Ask everything in one process: to import it and to read the description takes longest."""
    settings = folder / "schemathesis.toml"
    settings.write_text("\n".join(as_whom(who, token) for who, token in tokens.items()))
    tags = [word for who in tokens for tag in TAGS[who] for word in ("--include-tag", tag)]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "schemathesis.cli", "--config-file", str(settings)),
        *("run", f"{shop.url}/v1/openapi.json", "--checks", ",".join(CHECKS)),
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


def as_whom(who: str, token: str) -> str:
    """A paragraph of Schemathesis's settings."""
    return f"""
[[operations]]
include-tag = {json.dumps(TAGS[who])}
headers = {{ Authorization = "Bearer {token}" }}
generation = {{ max-examples = {EXAMPLES[who]} }}
"""


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


@pytest.mark.slow
async def test_no_request_breaks_the_service(
    postgresql: str, tmp_path: Path, expect_log: Expect
) -> None:
    """On PostgreSQL, which is the stricter about what it takes."""
    # Some of what it sends is no HTTP at all; uvicorn says so and closes.
    expect_log("Invalid HTTP request received")
    async with world(tmp_path, postgresql) as shop:
        tokens = {who: await token_of(shop, who) for who in TAGS}
        code, output = await look(shop, tmp_path, tokens)
        assert code == 0, output[-6_000:]
        assert "Test cases:" in output
        text = (await shop.client.get("/metrics")).text
        assert 'status="5' not in text
        # Everybody was let in somewhere.
        for path in ("/v1/accounts", "/v1/counter", "/v1/support/cases", "/v1/staff/board"):
            assert re.search(rf'route="{path}[^"]*",status="2', text), path
