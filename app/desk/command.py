"""``kbean desk``: serve the staff's web pages."""

from __future__ import annotations

import argparse
import sys

from app.desk.settings import DEFAULT_PORT, DEFAULT_SERVICE, Settings, SettingsError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "--service", metavar="URL", default=DEFAULT_SERVICE, help="where the service is"
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", type=int, metavar="N", default=DEFAULT_PORT)
    parser.add_argument("--ca", metavar="FILE", help="the organisation's own CA (PEM)")
    parser.add_argument(
        "--origin",
        metavar="URL",
        default="",
        help="where browsers find the desk when a proxy speaks TLS in front of it",
    )
    parser.add_argument(
        "--idle-minutes",
        type=float,
        metavar="N",
        default=20,
        help="minutes without a click or a key after which a session ends",
    )


def run(args: argparse.Namespace) -> int:
    """Serve until told to stop; 1 where the settings can't be used."""
    try:
        settings = Settings.make(
            args.service,
            host=args.host,
            port=args.port,
            ca_file=args.ca,
            origin=args.origin,
            idle_minutes=args.idle_minutes,
        )
    except SettingsError as error:
        print(f"kbean desk: {error}", file=sys.stderr)
        return 1
    from app.desk.server import serve

    print(
        f"The desk is at {settings.origin or f'http://{settings.host}:{settings.port}'}", flush=True
    )
    serve(settings)
    return 0
