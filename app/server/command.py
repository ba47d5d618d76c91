"""``kbean server``: run the service, or do an operator's work on it.

Money only moves through the ledger here too: ``fund`` posts, nothing writes a balance.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy.exc import DBAPIError

from app.protocol import money
from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.counter import CounterSetup
from app.protocol.messages.identity import Contact
from app.protocol.signing import SigningKey, encode_bytes
from app.server import command_counter, command_points, command_settlement, command_staff
from app.server.config import Config, ConfigError, load_config
from app.server.keys import KeyFile, make_keys, read_keys, rotated, write_keys

Work = Callable[[argparse.Namespace, Config], Coroutine[Any, Any, Any]]


_SETTINGS = (
    "settings (TOML), one line each, such as charge_reverse_hours = 24 (how long a paid charge may "
    "be reversed instead of refunded)"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the subcommands."""
    parser.add_argument("--config", type=Path, metavar="FILE", help=_SETTINGS)
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="keys and embedded database")
    parser.add_argument("--database-url", metavar="URL", help="SQLite or PostgreSQL")
    commands = parser.add_subparsers(dest="work", metavar="WORK", required=True)

    init = commands.add_parser("init", help="make the key file and the database")
    init.add_argument("--mode", choices=("demo", "production"))
    run_parser = commands.add_parser("run", help="serve until told to stop")
    run_parser.add_argument("--host")
    run_parser.add_argument("--port", type=int)
    run_parser.add_argument("--workers", type=int, metavar="N", help="processes")
    commands.add_parser("migrate", help="bring the database up to date")
    commands.add_parser("check", help="say whether the service may start, and prove the books")
    rotate = commands.add_parser(
        "rotate", help="make a new key; what the old ones made still holds"
    )
    rotate.add_argument("purpose", choices=("receipt", "code", "field"))

    fund = commands.add_parser("fund", help="credit a person with money the bank received")
    fund.add_argument("contact", help="e-mail address or phone number")
    fund.add_argument("amount", help="such as 500 or 12.50")
    fund.add_argument("--currency", help="the service's first unless named")
    fund.add_argument("--reason", required=True, help="kept with the posting")
    fund.add_argument("--key", help="a UUIDv7; the same key funds once")
    for name, text in (
        ("freeze", "stop a person's debits and end their sessions"),
        ("thaw", "allow them again, whoever froze"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("contact")
        command.add_argument("--reason", default="", help="kept with it")
    command_staff.add_arguments(_group(commands, "staff", "who works at the desk"))
    command_points.add_arguments(_group(commands, "points", "how K-Beans are earned and used"))
    _add_merchant_arguments(commands)
    command_counter.add_arguments(_group(commands, "cashier", "who sells at a merchant's counters"))
    command_settlement.add_bill_arguments(
        commands.add_parser("bill", help="a merchant's day: totals, and the bill as a file")
    )
    command_settlement.add_webhook_arguments(
        _group(commands, "webhook", "what merchants' servers were told")
    )


def _add_merchant_arguments(commands: Any) -> None:
    merchant = _group(commands, "merchant", "who can be paid")
    add = merchant.add_parser("add", help="add a merchant")
    add.add_argument("name", help="Latin letters, at most 25")
    add.add_argument("--name-zh", help="the Chinese name people know")
    add.add_argument("--mcc", default="5999", help="category, four digits (ISO 18245)")
    add.add_argument("--city", required=True)
    add.add_argument("--country", default="CN")
    for name, text in (("close", "stop payments to a merchant"), ("open", "allow them again")):
        merchant.add_parser(name, help=text).add_argument("merchant_id")

    store = _group(commands, "store", "where a merchant sells").add_parser("add", help="add one")
    store.add_argument("merchant_id")
    store.add_argument("name")
    store.add_argument("--city", required=True)

    terminal = _group(commands, "terminal", "tills")
    add = terminal.add_parser("add", help="add a till; without a key one is made and shown once")
    add.add_argument("store_id")
    add.add_argument("name")
    add.add_argument(
        "--public-key", help="base64url, 43 characters; write --public-key=KEY, it may begin with -"
    )
    add.add_argument("--out", type=Path, metavar="FILE", help="write the counter's set-up file")
    add.add_argument("--address", metavar="URL", help="the service's, as the counter reaches it")
    add.add_argument("--ca-file", metavar="FILE", help="your own authority, on the counter")
    terminal.add_parser("revoke", help="withdraw a till").add_argument("terminal_id")

    code = _group(commands, "code", "printed codes")
    add = code.add_parser("add", help="issue a static code")
    add.add_argument("store_id")
    add.add_argument("--currency")
    code.add_parser("revoke", help="withdraw a static code").add_argument("code_id")


def _group(commands: Any, name: str, text: str) -> Any:
    parser = commands.add_parser(name, help=text)
    return parser.add_subparsers(dest="verb", metavar="VERB", required=True)


def run(args: argparse.Namespace) -> int:
    """Do one work; 0 for done, 1 for refused (the reason on standard error)."""
    try:
        config = load_config(
            args.config,
            data_dir=args.data_dir,
            database_url=args.database_url,
            mode=getattr(args, "mode", None),
            host=getattr(args, "host", None),
            port=getattr(args, "port", None),
            workers=getattr(args, "workers", None),
        )
        if args.work == "run":
            from app.server.runner import serve

            serve(config)
            return 0
        word = f"{args.work} {args.verb}" if hasattr(args, "verb") else args.work
        answer = asyncio.run(_WORKS[word](args, config))
    except ConfigError as error:
        for line in str(error).splitlines():
            print(f"kbean server: {line}", file=sys.stderr)
        return 1
    except KBeanError as error:
        print(f"kbean server: {error}", file=sys.stderr)
        return 1
    print(msgspec.json.encode(answer).decode())
    return 0


async def _init(_args: argparse.Namespace, config: Config) -> Any:
    from app.server.main import migrate

    write_keys(config.keys_path, make_keys(config.mode))
    await migrate(config)
    return {"keys": str(config.keys_path), "mode": config.mode}


async def _migrate(_args: argparse.Namespace, config: Config) -> Any:
    from app.server.main import migrate

    await migrate(config)
    return {"migrated": True}


async def _check(_args: argparse.Namespace, config: Config) -> Any:
    """Prove that the service may start and that the books are right; refused otherwise."""
    from app.server.ledger import invariants as ledger
    from app.server.main import build_service
    from app.server.payments import invariants as payments
    from app.server.payments.settlement import invariants as bills
    from app.server.points import invariants as points
    from app.server.support.consent import invariants as consent

    service = build_service(config)
    try:
        checked = [
            *await ledger.check(service.engine),
            *await points.check(service.engine),
            *await payments.check(service.engine),
            *await bills.check(service.engine),
            *await consent.check(service.engine),
        ]
    except DBAPIError as error:
        raise ConfigError(f"the database cannot be used: {type(error.orig).__name__}") from error
    finally:
        await service.engine.dispose()
    broken = [f"{rule.name}: {line}" for rule in checked for line in rule.findings]
    if broken:
        raise ConfigError("\n".join(broken))
    return {"invariants": [rule.name for rule in checked], "broken": 0}


async def _rotate(args: argparse.Namespace, config: Config) -> Any:
    keys = read_keys(config.keys_path, config.mode)
    file: KeyFile = rotated(keys.file, args.purpose)
    write_keys(config.keys_path, file, replace=True)
    made = file.field_keys[-1] if args.purpose == "field" else file.keys[-1]
    return {"key_id": made.key_id, "restart": "the service uses it when restarted, on all nodes"}


def _with_service(
    work: Callable[[argparse.Namespace, Any], Awaitable[Any]],
) -> Work:
    """Open the service's parts around a work, without HTTP."""

    async def wrapped(args: argparse.Namespace, config: Config) -> Any:
        from app.server.main import build_service

        service = build_service(config)
        await service.start()
        try:
            return await work(args, service)
        finally:
            await service.stop()

    return wrapped


async def _fund(args: argparse.Namespace, service: Any) -> Any:
    currency = args.currency or service.config.currency
    return await service.funding.fund(
        await _person(args.contact, service),
        money.parse_typed(args.amount, currency).minor,
        currency,
        reason=args.reason,
        key=args.key or new_id(),
    )


async def _person(text: str, service: Any) -> str:
    contact = Contact("email" if "@" in text else "phone", text)
    user_id: str | None = await service.identity.find(contact)
    if user_id is None:
        raise KBeanError("not_found", f"nobody has the contact {text}")
    return user_id


async def _freeze(args: argparse.Namespace, service: Any) -> Any:
    user_id = await _person(args.contact, service)
    freezing = service.identity.freezing
    if args.work == "freeze":
        state = await freezing.freeze(user_id, by="operator", reason=args.reason)
    else:
        state = await freezing.thaw(user_id, reason=args.reason)
    return {"user_id": user_id, **msgspec.to_builtins(state)}


async def _add_merchant(args: argparse.Namespace, service: Any) -> Any:
    merchant_id = await service.merchants.add_merchant(
        args.name,
        mcc=args.mcc,
        city=args.city,
        country=args.country,
        names={"zh": args.name_zh} if args.name_zh else {},
    )
    return {"merchant_id": merchant_id}


async def _set_merchant(args: argparse.Namespace, service: Any) -> Any:
    await service.merchants.set_merchant_state(args.merchant_id, active=args.verb == "open")
    return {"merchant_id": args.merchant_id, "open": args.verb == "open"}


async def _add_store(args: argparse.Namespace, service: Any) -> Any:
    store_id = await service.merchants.add_store(args.merchant_id, args.name, city=args.city)
    return {"store_id": store_id}


async def _add_terminal(args: argparse.Namespace, service: Any) -> Any:
    if args.public_key:
        if args.out is not None:
            raise KBeanError(
                "validation_failed", "only a key made here can be written", field="out"
            )
        public, key = args.public_key, None
    else:
        key = SigningKey.generate()
        public = key.public
    terminal_id = await service.merchants.add_terminal(args.store_id, args.name, public)
    answer = {"terminal_id": terminal_id, "public_key": public}
    if key is None:
        return answer
    # Shown or written once; the service keeps the public half only.
    secret = encode_bytes(key.seed)
    if args.out is None:
        return {**answer, "private_key": secret}
    address = args.address or command_counter.address_of(service.config)
    try:
        setup = CounterSetup(address, terminal_id, secret, args.ca_file)
        command_counter.write_setup(args.out, setup)
    except KBeanError:
        await service.merchants.revoke_terminal(terminal_id)
        raise
    return {**answer, "setup": str(args.out)}


async def _revoke_terminal(args: argparse.Namespace, service: Any) -> Any:
    store_id = await service.merchants.revoke_terminal(args.terminal_id)
    await service.counter.keys.renew(store_id)
    return {"revoked": args.terminal_id}


async def _add_code(args: argparse.Namespace, service: Any) -> Any:
    code_id, text = await service.merchants.add_code(
        args.store_id, args.currency or service.config.currency
    )
    return {"code_id": code_id, "code": text}


async def _revoke_code(args: argparse.Namespace, service: Any) -> Any:
    await service.merchants.revoke_code(args.code_id)
    return {"revoked": args.code_id}


_WORKS: dict[str, Work] = {
    "init": _init,
    "migrate": _migrate,
    "check": _check,
    "rotate": _rotate,
    "fund": _with_service(_fund),
    "freeze": _with_service(_freeze),
    "thaw": _with_service(_freeze),
    "merchant add": _with_service(_add_merchant),
    "merchant close": _with_service(_set_merchant),
    "merchant open": _with_service(_set_merchant),
    "store add": _with_service(_add_store),
    "terminal add": _with_service(_add_terminal),
    "terminal revoke": _with_service(_revoke_terminal),
    "bill": _with_service(command_settlement.bill),
    "webhook list": _with_service(command_settlement.list_deliveries),
    "webhook replay": _with_service(command_settlement.replay),
    "cashier add": _with_service(command_counter.add_cashier),
    "cashier list": _with_service(command_counter.list_cashiers),
    "code add": _with_service(_add_code),
    "code revoke": _with_service(_revoke_code),
    **command_staff.WORKS,
    **{word: _with_service(work) for word, work in command_points.WORKS.items()},
}
