"""``kbean demo``: the wallet on a service with a demo organisation, or a walk without a display."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from app.demo.agent import ScriptedAgent
from app.demo.counter import how_to_open, write_file
from app.demo.desk import DemoDesk
from app.demo.organisation import PASSPHRASE, PEOPLE, STAFF_PASSPHRASE
from app.demo.service import DemoService


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "--profile", metavar="DIR", type=Path, help="keep the demo's data in this folder"
    )
    parser.add_argument(
        "--walk", action="store_true", help="walk the trip by itself and leave pictures"
    )
    parser.add_argument(
        "--out", metavar="DIR", type=Path, default=Path("demo-out"), help="where pictures go"
    )
    parser.add_argument(
        "--by-hand",
        action="store_true",
        help="no scripted agent: sign in at the desk in a browser and answer yourself",
    )
    parser.add_argument(
        "--language", choices=("zh-CN", "en"), default="zh-CN", help="the language to begin with"
    )


def run(args: argparse.Namespace) -> int:
    """Start the service, set the wallet up, open the window; or walk where there is no display."""
    walking = args.walk or not has_display()
    if walking and not has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with ExitStack() as stack:
        # What was begun last ends first: the agent, the desk, then the service.
        folder = args.profile or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="kbean-demo-"))
        )
        folder.mkdir(parents=True, exist_ok=True)
        service = DemoService(folder / "service")
        say("Starting the embedded service and its demo organisation …")
        try:
            service.start()
        except RuntimeError as error:
            print(f"kbean demo: {error}", file=sys.stderr)
            return 1
        stack.callback(service.stop)
        profile = folder / "wallet"
        if not profile.exists():
            from app.demo.person import set_up_wallet

            asyncio.run(set_up_wallet(profile, service.url, PEOPLE[0]))
        introduce(service, args.out, folder if args.profile else None)
        open_counter(service, folder)
        if not args.by_hand:
            agent = ScriptedAgent(service.url, service.staff[0])
            agent.start()
            stack.callback(agent.stop)
        if not walking:
            open_desk(service, stack, by_hand=args.by_hand)
        if walking:
            from app.demo.walk import walk

            return walk(profile, service, args.out, args.language)
        from app.demo.window import open_window

        return open_window(profile, args.language)


def introduce(service: DemoService, out: Path, kept: Path | None) -> None:
    """Say what this is, how to unlock, and what to scan."""
    from app.demo.printed import save_photograph

    say("")
    say("  This is a demo. It is not licensed, and no real money is in it.")
    say(f"  Service      {service.url}  (API: {service.url}/v1/openapi.json)")
    say(f"  People       {' · '.join(person.name for person in PEOPLE)}")
    say(f"  Passphrase   {PASSPHRASE}")
    names = zip(service.organisation.names, service.organisation.codes, strict=True)
    for number, (name, code) in enumerate(names, 1):
        path = save_photograph(
            code, name, "扫一扫，用 K 豆钱包付款", out / f"merchant-{number}.jpg"
        )
        say(f"  Scan this    {path}  ({name})")
    if kept is not None:
        say(f"  Data         {kept} (kept)")
    say("")


def open_counter(service: DemoService, folder: Path) -> None:
    """Say how to open the first shop's counter, and who can sign in there."""
    file = write_file(folder, service.url, service.organisation)
    first, *more = how_to_open(folder, file)
    say(f"  Counter      {first}")
    for line in more:
        say(f"               {line}")
    say("")


def open_desk(service: DemoService, stack: ExitStack, *, by_hand: bool) -> None:
    """Start the staff's pages, and say who can sign in there."""
    if not DemoDesk.available():
        say('  Desk         not installed: pip install "kbean-wallet[desk]"')
        return
    desk = DemoDesk(service.url)
    try:
        desk.start()
    except RuntimeError as error:
        say(f"  Desk         {error}")
        return
    stack.callback(desk.stop)
    say(f"  Desk         {desk.url}   passphrase: {STAFF_PASSPHRASE}")
    for member in service.staff[0 if by_hand else 1 :]:
        roles = ", ".join(member.roles)
        say(f"    {member.name:<10} code {member.code()} now, then from {member.secret}  ({roles})")
    say("")


def say(text: str) -> None:
    """One line for the person who started the demo."""
    print(text, flush=True)


def has_display() -> bool:
    """Whether a window can be shown: always on Windows and macOS."""
    if sys.platform in {"win32", "darwin"}:
        return True
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        return False
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
