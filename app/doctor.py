"""``kbean doctor``: what this machine has, what it lacks, and what to do about it.

Nothing is changed and nothing is sent. Qt is asked in a process of its own: outside the desktop no
module imports it (design/2 §Floors).
"""

from __future__ import annotations

import argparse
import glob
import importlib.metadata
import json
import os
import platform
import shutil
import sqlite3
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

Status = Literal["ok", "note", "missing", "broken"]
"""``note``: works with less; ``missing``: a part not installed; ``broken``: does not work."""

BAD_QT = {"6.12.0"}
"""Loses a reference to None at every void call; Python 3.11 ends after about 5,000 (design/2)."""

OLDEST_SQLITE = (3, 35)
"""RETURNING, which the batch writer needs."""


SAMPLE = "K豆 42"
"""What the code readers are tried on."""


@dataclass(frozen=True)
class Finding:
    """One part of the machine.

    Attributes:
        part: What was looked at.
        status: How it stands.
        words: What was found.
        advice: What a person can do, where something can be done.
    """

    part: str
    status: Status
    words: str
    advice: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``kbean doctor [--json]``."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Print what was found; 1 when something is broken."""
    findings = examine()
    broken = any(finding.status == "broken" for finding in findings)
    if args.json:
        document = {"ok": not broken, "findings": [asdict(finding) for finding in findings]}
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    else:
        width = max(len(finding.part) for finding in findings)
        for finding in findings:
            advice = f"\n{'':<{width + 10}}→ {finding.advice}" if finding.advice else ""
            line = f"{finding.status:<8} {finding.part:<{width}} {finding.words}{advice}\n"
            sys.stdout.write(line)
    return 1 if broken else 0


def examine() -> list[Finding]:
    """Look at every part; a look that itself fails is a finding, never a traceback."""
    looks: dict[str, Callable[[], Finding]] = {
        "Python": _python,
        "Qt": _qt,
        "code reader zxing-cpp": _zxing,
        "code reader zbar": _zbar,
        "SQLCipher": _sqlcipher,
        "keychain": _keychain,
        "camera": _camera,
        "Chinese fonts": _fonts,
        "translations": _translations,
        "TLS": _tls,
        "clock": _clock,
        "data folder": _data_folder,
        "SQLite of the service": _sqlite,
        "PostgreSQL of the service": _postgresql,
    }
    findings = []
    for part, look in looks.items():
        try:
            finding = look()
        except Exception as error:
            finding = Finding(part, "broken", f"{type(error).__name__}: {error}")
        findings.append(finding)
    return findings


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def _frozen() -> bool:
    return bool(getattr(sys, "frozen", False))


def _not_installed(part: str, extra: str) -> Finding:
    return Finding(part, "missing", "not installed", f'pip install "kbean-wallet[{extra}]"')


def _python() -> Finding:
    return Finding("Python", "ok", f"{platform.python_version()} on {platform.platform()}")


def _qt() -> Finding:
    version = _version("pyside6-essentials")
    if version is None:
        return _not_installed("Qt", "desktop")
    if version in BAD_QT:
        advice = 'pip install "pyside6-essentials<6.12" "pyside6-addons<6.12"'
        return Finding("Qt", "broken", f"PySide6 {version} is known to crash", advice)
    if _frozen():
        return Finding("Qt", "ok", f"PySide6 {version}")
    question = "import PySide6.QtWidgets, PySide6.QtMultimedia, PySide6.QtSvg"
    answer = subprocess.run(  # noqa: S603 - our own interpreter, a fixed text
        [sys.executable, "-c", question], capture_output=True, text=True, timeout=60, check=False
    )
    if answer.returncode:
        reason = (answer.stderr.strip().splitlines() or ["no reason given"])[-1]
        advice = "install the packages of requirements/apt.txt, section run"
        return Finding("Qt", "broken", f"PySide6 {version} does not load: {reason}", advice)
    return Finding("Qt", "ok", f"PySide6 {version}")


def _zxing() -> Finding:
    part = "code reader zxing-cpp"
    version = _version("zxing-cpp")
    if version is None:
        return _not_installed(part, "scanner")
    import numpy as np
    import zxingcpp

    code = zxingcpp.create_barcode(SAMPLE, zxingcpp.BarcodeFormat.QRCode)
    found = zxingcpp.read_barcodes(np.array(code.to_image(scale=4)))
    if [result.text for result in found] != [SAMPLE]:
        return Finding(part, "broken", f"{version} does not read its own code")
    return Finding(part, "ok", f"{version} reads what it writes")


def _zbar() -> Finding:
    part = "code reader zbar"
    if _version("pyzbar") is None:
        return _not_installed(part, "scanner")
    try:
        from pyzbar import pyzbar
    except (ImportError, OSError) as error:
        advice = {
            "linux": "apt-get install libzbar0",
            "darwin": "brew install zbar",
            "win32": "install the Visual C++ 2013 runtime",
        }.get(sys.platform, "install the zbar library")
        words = f"the library does not load ({error}); scanning goes on with zxing-cpp alone"
        return Finding(part, "note", words, advice)
    return Finding(part, "ok", f"reads {len(pyzbar.ZBarSymbol)} kinds of codes")


def _sqlcipher() -> Finding:
    if _version("sqlcipher3") is None:
        return _not_installed("SQLCipher", "wallet")
    from sqlcipher3 import dbapi2

    connection = dbapi2.connect(":memory:")
    try:
        row = connection.execute("PRAGMA cipher_version").fetchone()
    finally:
        connection.close()
    if not row:
        return Finding("SQLCipher", "broken", "the library answers like plain SQLite")
    return Finding("SQLCipher", "ok", str(row[0]))


def _keychain() -> Finding:
    if _version("keyring") is None:
        return _not_installed("keychain", "wallet")
    import keyring

    backend = keyring.get_keyring()
    name = f"{type(backend).__module__.removeprefix('keyring.backends.')}"
    if backend.priority < 1:
        words = "none that is safe; quick unlock is off, the passphrase always works"
        return Finding("keychain", "note", words)
    return Finding("keychain", "ok", name)


def _camera() -> Finding:
    if sys.platform == "darwin":
        words = "macOS asks at the first scan"
        advice = "System Settings → Privacy & Security → Camera, if it was refused"
        return Finding("camera", "note", words, advice)
    if sys.platform == "win32":
        advice = "Settings → Privacy & security → Camera → let desktop apps access the camera"
        return Finding("camera", "note", "Windows decides in its settings", advice)
    devices = sorted(glob.glob("/dev/video*"))  # noqa: PTH207 - a pattern outside any folder of ours
    readable = [device for device in devices if os.access(device, os.R_OK | os.W_OK)]
    if not devices:
        words = "none found; pictures, the clipboard and the screen can be scanned"
        return Finding("camera", "note", words)
    if not readable:
        words = f"{', '.join(devices)}: this user may not open it"
        return Finding("camera", "note", words, "add the user to the group video")
    return Finding("camera", "ok", ", ".join(readable))


def _fonts() -> Finding:
    if sys.platform in {"darwin", "win32"}:
        return Finding("Chinese fonts", "ok", "the system's own")
    program = shutil.which("fc-list")
    if program is None:
        return Finding("Chinese fonts", "note", "cannot be told without fontconfig's fc-list")
    answer = subprocess.run(  # noqa: S603 - a fixed command
        [program, ":lang=zh-cn", "family"], capture_output=True, text=True, check=False
    )
    families = sorted({line.split(",")[0] for line in answer.stdout.splitlines() if line})
    if not families:
        advice = "apt-get install fonts-noto-cjk"
        return Finding("Chinese fonts", "note", "none: Chinese would show as boxes", advice)
    return Finding("Chinese fonts", "ok", families[0])


def _translations() -> Finding:
    base = Path(__file__).resolve().parent
    for folder in (base.parent / "i18n", base / "_data" / "i18n"):
        if (folder / "kbean_zh_CN.qm").exists():
            return Finding("translations", "ok", "English, 简体中文")
    advice = "python3 dev.py setup"
    return Finding("translations", "note", "not compiled: the window is English only", advice)


def _tls() -> Finding:
    stores = ssl.create_default_context().cert_store_stats()
    words = f"{ssl.OPENSSL_VERSION}, {stores['x509_ca']} authorities of the system"
    return Finding("TLS", "ok", words)


def _clock() -> Finding:
    now = datetime.now(UTC)
    written = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
    if now < written:
        words = f"{now:%Y-%m-%d %H:%M} UTC is before this program was installed"
        return Finding("clock", "broken", words, "set the clock; payments carry their time")
    program = shutil.which("timedatectl")
    words = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    if program:
        answer = subprocess.run(  # noqa: S603 - a fixed command
            [program, "show", "-p", "NTPSynchronized", "--value"],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
        if answer.stdout.strip() == "no":
            return Finding("clock", "note", f"{words}, not synchronised", "switch on network time")
    return Finding("clock", "ok", words)


def _data_folder() -> Finding:
    if _version("platformdirs") is None:
        return _not_installed("data folder", "wallet")
    from app.wallet.profile import Profile

    folder = Profile.at(None).root
    there = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        return Finding("data folder", "broken", f"{there} cannot be written: {error.strerror}")
    free = shutil.disk_usage(there).free // 2**20
    if free < 200:
        return Finding("data folder", "note", f"only {free} MiB free in {there}")
    return Finding("data folder", "ok", str(folder))


def _sqlite() -> Finding:
    part = "SQLite of the service"
    version = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        wanted = ".".join(map(str, OLDEST_SQLITE))
        return Finding(part, "broken", f"{version}; the embedded service needs {wanted}")
    return Finding(part, "ok", version)


def _postgresql() -> Finding:
    part = "PostgreSQL of the service"
    version = _version("asyncpg")
    if version is None:
        return _not_installed(part, "server")
    return Finding(part, "ok", f"asyncpg {version}")
