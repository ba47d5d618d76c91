"""``kbean server cashier`` and the file that sets a counter up."""

from __future__ import annotations

import argparse
import getpass
import os
import re
import sys
from pathlib import Path
from typing import Any

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.counter import CashierRequest, CounterSetup
from app.server.config import Config

ROLES = ("cashier", "supervisor", "manager")


def add_arguments(parser: Any) -> None:
    """Describe the verbs of ``cashier``."""
    add = parser.add_parser(
        "add", help="add a cashier; the PIN is asked for, or read from standard input"
    )
    add.add_argument("merchant_id")
    add.add_argument("number", help="what they sign in with at the counter: 1 to 6 digits")
    add.add_argument("name")
    add.add_argument("--role", choices=ROLES, default="manager")
    parser.add_parser("list", help="who sells for a merchant").add_argument("merchant_id")


async def add_cashier(args: argparse.Namespace, service: Any) -> Any:
    """Add somebody; the answer has their id, never the PIN.

    Raises:
        KBeanError: ``validation_failed``, ``not_found``, ``cashier_taken``.
    """
    wish = {"by": new_id(), "number": args.number, "name": args.name, "role": args.role}
    try:
        request = msgspec.convert({**wish, "pin": read_pin()}, CashierRequest)
    except msgspec.ValidationError as error:
        raise KBeanError("validation_failed", str(error)) from None
    assert request.pin is not None
    cashier_id = await service.counter.add(
        args.merchant_id, request.number, request.name, request.role, request.pin
    )
    return {"cashier_id": cashier_id, "number": request.number, "role": request.role}


async def list_cashiers(args: argparse.Namespace, service: Any) -> Any:
    """Who there is; hashes of PINs stay where they are."""
    people = await service.counter.people(args.merchant_id)
    shown = ("cashier_id", "number", "name", "role", "active")
    return {"cashiers": [{name: getattr(one, name) for name in shown} for one in people.items]}


def read_pin() -> str:
    """Ask twice at a terminal; otherwise the first line of standard input.

    Raises:
        KBeanError: ``validation_failed`` where the two differ or it isn't 4 to 8 digits.
    """
    if sys.stdin.isatty():
        typed = getpass.getpass("PIN: ")
        if typed != getpass.getpass("Once more: "):
            raise KBeanError("validation_failed", "the two differ", field="pin")
    else:
        typed = sys.stdin.readline().strip()
    if not re.fullmatch("[0-9]{4,8}", typed):
        raise KBeanError("validation_failed", "a PIN has 4 to 8 digits", field="pin")
    return typed


def address_of(config: Config) -> str:
    """Where the service is reached unless the operator names another address."""
    scheme = "https" if config.tls_certificate is not None or config.tls_proxy else "http"
    host = f"[{config.host}]" if ":" in config.host else config.host
    return f"{scheme}://{host}:{config.port}"


def write_setup(path: Path, setup: CounterSetup) -> None:
    """Write a counter's set-up file, readable by its owner alone; never over another file.

    Raises:
        KBeanError: ``validation_failed`` where it can't be written.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(msgspec.json.format(msgspec.json.encode(setup), indent=2) + b"\n")
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise KBeanError(
            "validation_failed", f"{path} cannot be written: {error.strerror}", field="out"
        ) from None
