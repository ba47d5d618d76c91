"""The desk of the demo: the staff's pages as a process of their own, where they are installed."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
import time

_START_SECONDS = 30.0


class DemoDesk:
    """``kbean desk`` on a free port, in front of the demo's service."""

    def __init__(self, service_url: str) -> None:
        """Name the service; :meth:`start` does the work."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port: int = probe.getsockname()[1]
        self._service_url = service_url
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{self._port}"

    @staticmethod
    def available() -> bool:
        """Whether the pages are installed, and this is no bundled program without them."""
        return not getattr(sys, "frozen", False) and bool(importlib.util.find_spec("nicegui"))

    def start(self) -> None:
        """Start; returns when a browser would be answered.

        Raises:
            RuntimeError: if it did not start.
        """
        words = [sys.executable, "-m", "app", "desk", "--service", self._service_url]
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [*words, "--port", str(self._port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
                return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    raise RuntimeError("the demo's desk did not start") from None
                time.sleep(0.1)

    def stop(self) -> None:
        """End it."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(15)
