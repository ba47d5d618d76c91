"""What holds for every test: no real home folder, no noise, nothing left behind.

A stray warning fails the test that caused it (``filterwarnings = error``); here the same is done
for log records and Qt messages. A test that means to cause one says so: ``expect_log`` or
``expect_qt``.
The habit is qutebrowser's (design/6).
"""

from __future__ import annotations

import atexit
import logging
import os
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

# --- before anything of the product is imported: a home of our own -------------------------------

_HOME = Path(tempfile.mkdtemp(prefix="kbean-tests-"))
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
for _name, _folder in {
    "HOME": "",
    "USERPROFILE": "",
    "APPDATA": "roaming",
    "LOCALAPPDATA": "local",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
    "XDG_CACHE_HOME": "cache",
    "XDG_RUNTIME_DIR": "runtime",
}.items():
    (_HOME / _folder).mkdir(mode=0o700, exist_ok=True)
    os.environ[_name] = str(_HOME / _folder)
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

import hypothesis
import pytest
from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QMessageLogContext,
    QtMsgType,
    qInstallMessageHandler,
)

from app.server.http.logs import route_logs
from tests.house import translations
from tests.untraced import keep_processes_untraced, leave_greenlets_untraced

if sys.platform != "win32":
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "dev")

Expect = Callable[[str], None]
"""Takes a regular expression; the message must come, and doesn't fail the test."""


class Noise:
    """Messages that nobody asked for, and the ones a test expects."""

    def __init__(self, kind: str) -> None:
        """Start with silence.

        Args:
            kind: What a person calls these messages, for the failure's text.
        """
        self.kind = kind
        self.heard: list[str] = []
        self.expected: list[str] = []

    def verdict(self) -> str:
        """What is wrong: messages not expected, expectations not met. Forgets everything."""
        stray = [
            text
            for text in self.heard
            if not any(re.search(pattern, text) for pattern in self.expected)
        ]
        unmet = [
            pattern
            for pattern in self.expected
            if not any(re.search(pattern, text) for text in self.heard)
        ]
        lines = [f"stray {self.kind}: {text}" for text in stray]
        lines += [f"expected {self.kind} did not come: {pattern}" for pattern in unmet]
        self.heard, self.expected = [], []
        return "\n".join(lines)


LOGS = Noise("log record")
QT = Noise("Qt message")

HARMLESS_QT = re.compile(
    # The offscreen platform says so for every window that is raised or has size hints.
    r"^default: This plugin does not support (propagateSizeHints|raise|grabbing the)"
    # No sound card, no GPU and no session bus on a build machine: nothing of ours.
    r"|PulseAudioService|libEGL warning|QDBusConnection|No RHI backend\. Using CPU conversion"
    # What the machine's video libraries lack; the camera's own errors have other categories.
    r"|^qt\.multimedia\.(symbolsresolver|ffmpeg|audio)"
)


class _LogEar(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        if record.name != "asyncio" or "Executing <" not in record.getMessage():
            LOGS.heard.append(f"{record.levelname} {record.name}: {record.getMessage()}")
            if record.exc_info:
                LOGS.heard[-1] += f" ({record.exc_info[1]!r})"


def _hear_qt(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    line = f"{context.category}: {text}"
    if kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) or HARMLESS_QT.search(line):
        return
    QT.heard.append(f"{kind.name} {line}")


_EAR = _LogEar(logging.WARNING)


def pytest_configure(config: pytest.Config) -> None:
    """Listen from the first import on, to structlog too; compile the words, once for all."""
    leave_greenlets_untraced()
    route_logs()
    if not hasattr(config, "workerinput"):
        translations.compile_all(Path(translations.__file__).parents[2], sys.executable)
    logging.getLogger().addHandler(_EAR)
    qInstallMessageHandler(_hear_qt)


UNMEASURED = (
    "tests/faults/",
    "tests/end_to_end/test_demo.py",
    "tests/end_to_end/test_market_day.py",
    "tests/desktop/test_pages.py",
    "tests/server/support/bot/test_questions.py",
    "tests/server/support/consent/test_walk.py",
    "tests/server/test_openapi.py",
    "tests/server/test_running.py",
)
"""Drills and walks over what other tests measure: tracing them too would take as long again."""


LONGEST = (
    "tests/server/test_openapi.py",
    "tests/desk/",
    "tests/end_to_end/",
    "tests/faults/",
    "tests/server/test_running.py",
    "tests/server/support/talk/test_many_nodes.py",
)
"""Files of few tests that take long; then come those with the most tests."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the drills out of the coverage; begin with the files that take longest.

    Workers take whole files (``--dist loadfile``), so a long one that comes last is waited for by
    everybody.
    """
    for item in items:
        if item.nodeid.startswith(UNMEASURED):
            item.add_marker(pytest.mark.no_cover)
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (not item.nodeid.startswith(LONGEST), -tests[item.path]))


@pytest.hookimpl(trylast=True)
def pytest_sessionstart() -> None:
    """The tracing has begun; processes go without it unless a test hands it on."""
    keep_processes_untraced()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """What came after the last test still counts."""
    rest = "\n".join(filter(None, (LOGS.verdict(), QT.verdict())))
    if rest and session.exitstatus == 0:
        sys.stderr.write(f"\nafter the last test:\n{rest}\n")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def no_noise() -> Iterator[None]:
    """Fail the test that caused a warning in the log or a Qt message.

    Set up first and taken down last, so the teardown of every other fixture of the test is heard.
    """
    if _EAR not in logging.getLogger().handlers:
        logging.getLogger().addHandler(_EAR)
    yield
    _flush_deferred_deletes()
    found = "\n".join(filter(None, (LOGS.verdict(), QT.verdict())))
    if found:
        pytest.fail(found, pytrace=False)


def _flush_deferred_deletes() -> None:
    """Deliver ``deleteLater``: pytest-qt leaves it, and suites then crash at exit (design/6)."""
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QCoreApplication.processEvents()


@pytest.fixture
def expect_log() -> Expect:
    """``expect_log("queue is full")``: a record at WARNING or above that must come in this test."""
    return LOGS.expected.append


@pytest.fixture
def expect_qt() -> Expect:
    """``expect_qt("no camera")``: a Qt warning or worse that must come in this test."""
    return QT.expected.append


@pytest.fixture
def root() -> Path:
    """The repository's folder."""
    return Path(__file__).resolve().parent.parent
