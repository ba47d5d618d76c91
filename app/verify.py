"""``kbean verify``: who sealed a document, when, and whether anything was changed since.

Nothing is asked of anybody unless ``--service`` names one: a seal is checked against the receipt
keys that a wallet pins, given by ``--key`` or by a file of ``GET /v1/service`` (``--keys``).
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import datetime
from pathlib import Path

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.identity import ServiceInfo
from app.sdk.address import ServiceAddress
from app.sdk.client import PublicClient
from app.sdk.seals import Seal, check_seal
from app.sdk.transport import Transport

HOLDS, BROKEN, UNREADABLE, UNKNOWN = 0, 1, 2, 3
"""Exit codes: sealed by whom you trust · changed, not sealed, or sealed by somebody else · the
file, the keys or the service can't be read · whole, but nobody can tell who sealed it."""

_MOST = 64 * 1024 * 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``kbean verify FILE [--key KEY]… [--keys FILE] [--service URL]``."""
    parser.add_argument("file", type=Path, help="a sealed document (PDF)")
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        help="a receipt key of the service you trust (base64url; write --key=KEY)",
    )
    parser.add_argument(
        "--keys", type=Path, metavar="FILE", help="keys kept from GET /v1/service (JSON)"
    )
    parser.add_argument("--service", metavar="URL", help="ask this service for its keys")
    parser.add_argument("--ca-file", metavar="FILE", help="its own certificate authority (PEM)")
    parser.epilog = "exit codes: 0 holds, 1 broken or another's, 2 unreadable, 3 whole but unknown"


def run(args: argparse.Namespace) -> int:
    """Say it in plain words."""
    try:
        document = _read(args.file)
        keys = _keys(args)
    except (KBeanError, OSError, msgspec.MsgspecError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        sys.stderr.write(f"kbean verify: {reason}\n")
        return UNREADABLE
    try:
        seal = check_seal(document, keys)
    except KBeanError as error:
        sys.stdout.write(f"{args.file.name}: THE SEAL DOES NOT HOLD: {error.detail}.\n")
        sys.stdout.write("Do not rely on this document; ask for a new one.\n")
        return BROKEN
    sys.stdout.write(f"{args.file.name}: {_told(seal, asked=bool(keys))}\n")
    if seal.trusted:
        return HOLDS
    return BROKEN if keys else UNKNOWN


def _told(seal: Seal, *, asked: bool) -> str:
    at = _moment(seal.sealed_at)
    if seal.trusted:
        return (
            f"sealed by {seal.operator} (service {seal.service_id}, key {seal.key_id}) on {at}.\n"
            "Not one byte was changed since."
        )
    says = f"{seal.operator} (service {seal.service_id}, key {seal.key_id})"
    if asked:
        return (
            f"THE SEAL IS NOT OF THE SERVICE YOU NAMED. It says it is of {says}, made on {at}.\n"
            "Do not rely on this document."
        )
    return (
        f"not changed since it was sealed on {at}.\n"
        f"It says it was sealed by {says}; name the service's key (--key, --keys or --service) "
        "to know whether that is true."
    )


def _moment(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S %z}"


def _read(path: Path) -> bytes:
    if path.stat().st_size > _MOST:
        raise KBeanError("attachment_too_large", f"{path} is too large for a statement")
    return path.read_bytes()


def _keys(args: argparse.Namespace) -> dict[str, str]:
    keys = {f"--key {number}": key for number, key in enumerate(args.key, start=1)}
    if args.keys is not None:
        keys |= _receipt_keys(msgspec.json.decode(args.keys.read_bytes(), type=ServiceInfo))
    if args.service is not None:
        keys |= _receipt_keys(asyncio.run(_ask(args.service, args.ca_file)))
    return keys


def _receipt_keys(info: ServiceInfo) -> dict[str, str]:
    return {key.key_id: key.public_key for key in info.keys if key.purpose == "receipt"}


async def _ask(address: str, ca_file: str | None) -> ServiceInfo:
    transport = Transport(ServiceAddress.parse(address), ca_file=ca_file)
    try:
        return await PublicClient(transport).service_info()
    finally:
        await transport.close()
