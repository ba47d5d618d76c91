"""The only bridge between the Qt thread and everything that takes time (design/2 §Operations).

One asyncio loop in its own thread carries the session, the flows and the SDK. A page never waits:

    Operation(self, self._session.refresh) \
        .on_success(self._show).on_failure(self._explain).with_progress(self._busy).start()

Results come back on the Qt thread; a dead parent drops them; an operation that *replaces* a name
cancels the one before it; finished writes say *what changed*, so that pages decide whether to
refresh.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import inspect
import threading
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Generic, TypeVar, overload

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread, QTimer, Signal

T = TypeVar("T")
PROGRESS_DELAY_MS = 300
"""Work that ends sooner than this shows no progress at all: a flicker informs nobody."""


class BackgroundLoop:
    """One asyncio loop in a daemon thread, started on first use and stopped once."""

    def __init__(self, name: str = "kbean-loop") -> None:
        """Prepare; the thread starts with the first piece of work."""
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The running loop; starts it when needed."""
        with self._lock:
            if self._loop is None:
                ready = threading.Event()
                loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=self._run, args=(loop, ready), name=self._name, daemon=True
                )
                self._thread.start()
                ready.wait()
                self._loop = loop
            return self._loop

    @staticmethod
    def _run(loop: asyncio.AbstractEventLoop, ready: threading.Event) -> None:
        asyncio.set_event_loop(loop)
        loop.call_soon(ready.set)
        loop.run_forever()

    def submit(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Run a coroutine on the loop, from any thread."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def stop(self) -> None:
        """Cancel what is under way, let it clean up, and end the thread."""
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None:
            return

        async def drain() -> None:
            tasks = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await loop.shutdown_asyncgens()
            await loop.shutdown_default_executor()

        asyncio.run_coroutine_threadsafe(drain(), loop).result(timeout=10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()


class Changes(QObject):
    """Says what finished writes changed: a set of names such as ``activity`` or ``accounts``."""

    changed = Signal(object)

    def announce(self, names: Iterable[str]) -> None:
        """Tell every page; safe from any thread."""
        self.changed.emit(frozenset(names))


class Courier(QObject):
    """Lives in the Qt thread and carries the ends of operations there, and what was observed."""

    finished = Signal(object, object, object)
    told = Signal(object, object)


class Operations:
    """The process's loop, its change bus and the names of replaceable work."""

    def __init__(self) -> None:
        """Prepare; nothing runs yet."""
        self.background = BackgroundLoop()
        self.changes = Changes()
        self.running: set[Operation[Any]] = set()
        self.named: dict[tuple[int, str], Operation[Any]] = {}
        self.unhandled: Callable[[Exception], None] = _reraise
        self.courier = Courier()
        self.courier.finished.connect(_arrive, Qt.ConnectionType.QueuedConnection)
        self.courier.told.connect(_tell, Qt.ConnectionType.QueuedConnection)

    def stop(self) -> None:
        """Drop what is under way and end the loop; used at exit and between tests."""
        for operation in list(self.running):
            operation.cancel()
        self.background.stop()
        self.running.clear()
        self.named.clear()


def _reraise(error: Exception) -> None:
    raise error


def _arrive(operation: Operation[Any], result: Any, error: Exception | None) -> None:
    operation.finish(result, error)


def _tell(watch: Any, value: Any) -> None:
    watch.hear(value)


_current: Operations | None = None


def operations() -> Operations:
    """The process's :class:`Operations`."""
    global _current  # noqa: PLW0603 - one loop a process is the point
    if _current is None:
        _current = Operations()
    return _current


def shutdown() -> None:
    """Stop the process's operations; the next use starts afresh."""
    global _current  # noqa: PLW0603
    if _current is not None:
        _current.stop()
        _current = None


class _Call:
    """Calls work in a thread. A coroutine that it makes is awaited, or closed if nobody waits.

    Whoever waits may be cancelled while the thread makes the coroutine, or just after it.
    """

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._left = False
        self.made: Coroutine[Any, Any, Any] | None = None

    def __call__(self) -> Any:
        """In the thread: the answer of a plain function."""
        answer = self._work()
        if not inspect.iscoroutine(answer):
            return answer
        with self._lock:
            if self._left:
                answer.close()
            else:
                self.made = answer
        return None

    def leave(self) -> None:
        """Nobody waits any more; what was awaited to its end notices nothing."""
        with self._lock:
            self._left = True
            if self.made is not None:
                self.made.close()


class Operation(Generic[T]):
    """One piece of background work on behalf of a window, page or dialog.

    ``work`` is called without arguments: a coroutine function runs on the loop, any other
    callable in a worker thread. Handlers run on the Qt thread, and only while ``parent`` lives.
    """

    @overload
    def __init__(self, parent: QObject, work: Callable[[], Coroutine[Any, Any, T]]) -> None: ...
    @overload
    def __init__(self, parent: QObject, work: Callable[[], T]) -> None: ...
    def __init__(
        self, parent: QObject, work: Callable[[], Coroutine[Any, Any, T]] | Callable[[], T]
    ) -> None:
        """Take the owner of the results and the work; :meth:`start` begins."""
        self._parent = parent
        self._work = work
        self._success: Callable[[T], object] | None = None
        self._failure: Callable[[Exception], object] | None = None
        self._progress: Callable[[bool], object] | None = None
        self._changes: frozenset[str] = frozenset()
        self._name: str | None = None
        self._future: concurrent.futures.Future[T] | None = None
        self._cancelled = False
        self._shown = False

    def on_success(self, handler: Callable[[T], object]) -> Operation[T]:
        """Call ``handler(result)`` when the work is done."""
        self._success = handler
        return self

    def on_failure(self, handler: Callable[[Exception], object]) -> Operation[T]:
        """Call ``handler(error)`` when it failed; without one, the process's handler is asked."""
        self._failure = handler
        return self

    def with_progress(self, handler: Callable[[bool], object]) -> Operation[T]:
        """Call ``handler(True)`` if it takes longer than 300 ms, and ``handler(False)`` after."""
        self._progress = handler
        return self

    def changes(self, *names: str) -> Operation[T]:
        """On success announce that these things changed (see :class:`Changes`)."""
        self._changes = frozenset(names)
        return self

    def replacing(self, name: str) -> Operation[T]:
        """Cancel an unfinished operation of the same parent and name first."""
        self._name = name
        return self

    def start(self) -> Operation[T]:
        """Begin. Must be called on the Qt thread."""
        self._require_qt_thread()
        home = operations()
        if self._name is not None:
            key = (id(self._parent), self._name)
            earlier = home.named.get(key)
            if earlier is not None:
                earlier.cancel()
            home.named[key] = self
        home.running.add(self)
        if self._progress is not None:
            # A lambda, because the timer keeps no reference to a bound method's object: when the
            # operation ends first, PySide 6.11 calls into freed memory (a test shows it).
            late = lambda: self._show_progress()  # noqa: E731, PLW0108
            QTimer.singleShot(PROGRESS_DELAY_MS, self._parent, late)
        courier = home.courier
        self._future = home.background.submit(self._run())
        self._future.add_done_callback(lambda done: self._deliver(courier, done))
        return self

    def cancel(self) -> None:
        """Stop the work where it can be stopped; no handler will be called."""
        if self._cancelled:
            return
        self._cancelled = True
        if self._future is not None:
            self._future.cancel()
        self._end()

    async def _run(self) -> T:
        if inspect.iscoroutinefunction(self._work):
            result: T = await self._work()
            return result
        call = _Call(self._work)
        try:
            answer = await asyncio.to_thread(call)
            if call.made is not None:
                answer = await call.made
        finally:
            call.leave()
        return answer

    def _show_progress(self) -> None:
        if not self._cancelled and self in operations().running and self._alive():
            self._shown = True
            if self._progress is not None:
                self._progress(True)

    def finish(self, result: Any, error: Exception | None) -> None:
        """The end has arrived on the Qt thread: call the handlers, if anybody still waits."""
        if self._cancelled:
            return
        alive = self._alive()
        self._end()
        if error is None and self._changes:
            operations().changes.announce(self._changes)
        if not alive:
            return
        if error is None:
            if self._success is not None:
                self._success(result)
        elif self._failure is not None:
            self._failure(error)
        else:
            operations().unhandled(error)

    def _end(self) -> None:
        home = operations()
        home.running.discard(self)
        if self._name is not None:
            key = (id(self._parent), self._name)
            if home.named.get(key) is self:
                del home.named[key]
        if self._shown and self._progress is not None and self._alive():
            self._shown = False
            self._progress(False)

    def _alive(self) -> bool:
        return shiboken6.isValid(self._parent)

    @staticmethod
    def _require_qt_thread() -> None:
        app = QCoreApplication.instance()
        if app is None or QThread.currentThread() is not app.thread():
            raise RuntimeError("an Operation starts on the Qt thread")

    def _deliver(self, courier: Courier, done: concurrent.futures.Future[T]) -> None:
        """Runs on the loop's thread; hands the end over to the Qt thread."""
        if done.cancelled() or not shiboken6.isValid(courier):
            return
        error = done.exception()
        if error is not None and not isinstance(error, Exception):
            return
        try:
            courier.finished.emit(self, None if error else done.result(), error)
        except RuntimeError:
            # The courier died between the check and the call: the application is gone.
            return
