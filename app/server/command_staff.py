"""``kbean server staff``: who works at the desk. Their second factor is shown once."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from app.protocol.errors import KBeanError
from app.server.config import Config

Work = Callable[[argparse.Namespace, Config], Coroutine[Any, Any, Any]]


def add_arguments(parser: Any) -> None:
    """Describe the verbs of ``staff``."""
    add = parser.add_parser(
        "add", help="add a member; the passphrase is asked for, or read from standard input"
    )
    add.add_argument("name", help="what they sign in with: lower-case letters, digits, . _ -")
    add.add_argument("--roles", required=True, help="agent,senior,supervisor,auditor …")
    add.add_argument("--skills", default="", help="what the queue routes by: cards,topup …")
    add.add_argument("--languages", default="zh,en", help="zh,en unless given")
    add.add_argument("--display-name", help="what people see; the name unless given")
    add.add_argument("--capacity", type=int, default=5, help="open conversations at a time")
    parser.add_parser("list", help="who there is")
    parser.add_parser("disable", help="let a member in no more").add_argument("name")
    parser.add_parser("totp", help="give a member a new second factor").add_argument("name")


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def read_passphrase() -> str:
    """Ask twice at a terminal; otherwise the first line of standard input.

    Raises:
        KBeanError: ``validation_failed`` where the two differ or nothing came.
    """
    if sys.stdin.isatty():
        typed = getpass.getpass("Passphrase: ")
        if typed != getpass.getpass("Once more: "):
            raise KBeanError("validation_failed", "the two differ", field="passphrase")
    else:
        typed = sys.stdin.readline().rstrip("\r\n")
    if not typed:
        raise KBeanError("validation_failed", "a passphrase is needed", field="passphrase")
    return typed


def _with_parts(work: Callable[[argparse.Namespace, Any], Awaitable[Any]]) -> Work:
    """Open the service's parts around a work; nothing of it is started."""

    async def wrapped(args: argparse.Namespace, config: Config) -> Any:
        from app.server.main import build_service

        service = build_service(config)
        try:
            return await work(args, service)
        finally:
            service.identity.hasher.close()
            await service.engine.dispose()

    return wrapped


async def _add(args: argparse.Namespace, service: Any) -> Any:
    made = await service.staff.add(
        args.name,
        read_passphrase(),
        display_name=args.display_name or args.name,
        roles=_listed(args.roles),
        skills=_listed(args.skills),
        languages=_listed(args.languages),
        capacity=args.capacity,
    )
    return made._asdict()


async def _list(_args: argparse.Namespace, service: Any) -> Any:
    return {"staff": await service.staff.members()}


async def _disable(args: argparse.Namespace, service: Any) -> Any:
    return {"disabled": await service.staff.disable(args.name)}


async def _totp(args: argparse.Namespace, service: Any) -> Any:
    return (await service.staff.reset_totp(args.name))._asdict()


WORKS: dict[str, Work] = {
    "staff add": _with_parts(_add),
    "staff list": _with_parts(_list),
    "staff disable": _with_parts(_disable),
    "staff totp": _with_parts(_totp),
}
"""What :mod:`app.server.command` runs."""
