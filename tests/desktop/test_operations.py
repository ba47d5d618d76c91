"""The bridge: results on the Qt thread, dead parents, replaced searches, progress, changes."""

from __future__ import annotations

import asyncio
import functools
import inspect
import threading

import pytest
from PySide6.QtCore import QObject, QThread

from app.desktop import operations as bridge
from app.desktop.operations import Operation, operations


@pytest.fixture(autouse=True)
def _fresh_bridge(qapp):
    yield
    bridge.shutdown()


async def _answer(value: int) -> int:
    await asyncio.sleep(0)
    return value


async def _fail() -> None:
    raise ValueError("no")


def test_a_coroutine_ends_on_the_qt_thread(qtbot):
    parent, seen = QObject(), []
    Operation(parent, functools.partial(_answer, 7)).on_success(
        lambda value: seen.append((value, QThread.currentThread() is parent.thread()))
    ).start()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [(7, True)]


def test_a_plain_function_runs_off_the_qt_thread(qtbot):
    parent, seen = QObject(), []
    Operation(parent, threading.get_ident).on_success(seen.append).start()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0] != threading.get_ident()


def test_a_lambda_that_makes_a_coroutine_is_awaited(qtbot):
    parent, seen = QObject(), []
    Operation(parent, lambda: _answer(3)).on_success(seen.append).start()
    qtbot.waitUntil(lambda: seen == [3])


def test_failure_goes_to_its_handler_and_not_to_success(qtbot):
    parent, good, bad = QObject(), [], []
    Operation(parent, _fail).on_success(good.append).on_failure(bad.append).start()
    qtbot.waitUntil(lambda: bool(bad))
    assert isinstance(bad[0], ValueError)
    assert not good


def test_failure_without_a_handler_goes_to_the_process(qtbot):
    parent, seen = QObject(), []
    operations().unhandled = seen.append
    Operation(parent, _fail).start()
    qtbot.waitUntil(lambda: bool(seen))
    assert isinstance(seen[0], ValueError)


def test_a_dead_parent_drops_the_result(qtbot):
    parent, watcher, seen, after = QObject(), QObject(), [], []
    gate = threading.Event()
    operation = Operation(parent, gate.wait).on_success(seen.append).start()
    parent.deleteLater()
    qtbot.waitUntil(lambda: not _valid(parent))
    gate.set()
    qtbot.waitUntil(lambda: operation not in operations().running)
    Operation(watcher, functools.partial(_answer, 1)).on_success(after.append).start()
    qtbot.waitUntil(lambda: after == [1])
    assert seen == []


def _valid(thing: QObject) -> bool:
    import shiboken6
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return shiboken6.isValid(thing)


def test_a_repeated_search_cancels_the_one_before(qtbot):
    parent, seen = QObject(), []
    never = asyncio.Event
    first_cancelled = threading.Event()

    async def first() -> str:
        try:
            await never().wait()
        except asyncio.CancelledError:
            first_cancelled.set()
            raise
        return "first"

    Operation(parent, first).replacing("search").on_success(seen.append).start()
    Operation(parent, functools.partial(_answer, 2)).replacing("search").on_success(
        seen.append
    ).start()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [2]
    qtbot.waitUntil(first_cancelled.is_set)


def test_progress_shows_only_for_work_that_takes_long(qtbot):
    parent, shown, done = QObject(), [], []
    gate = threading.Event()
    Operation(parent, gate.wait).with_progress(shown.append).on_success(done.append).start()
    qtbot.waitUntil(lambda: shown == [True])
    gate.set()
    qtbot.waitUntil(lambda: bool(done))
    assert shown == [True, False]
    Operation(parent, functools.partial(_answer, 1)).with_progress(shown.append).on_success(
        done.append
    ).start()
    qtbot.waitUntil(lambda: len(done) == 2)
    assert shown == [True, False]


def test_a_finished_write_says_what_changed(qtbot):
    parent, seen = QObject(), []
    operations().changes.changed.connect(seen.append)
    Operation(parent, functools.partial(_answer, 1)).changes("activity", "points").start()
    qtbot.waitUntil(lambda: seen == [frozenset({"activity", "points"})])


def test_starting_off_the_qt_thread_is_refused(qtbot):
    parent, errors = QObject(), []

    def elsewhere() -> None:
        try:
            Operation(parent, threading.get_ident).start()
        except RuntimeError as error:
            errors.append(str(error))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert errors == ["an Operation starts on the Qt thread"]


def test_stopping_cancels_what_is_under_way(qtbot):
    parent = QObject()
    started, cleaned = threading.Event(), threading.Event()

    async def long() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            cleaned.set()

    Operation(parent, long).start()
    qtbot.waitUntil(started.is_set)
    bridge.shutdown()
    assert cleaned.is_set()


def test_a_coroutine_that_nobody_waits_for_any_more_is_closed(qtbot):
    parent = QObject()
    for end in (lambda work: work.cancel(), lambda _: bridge.shutdown()):
        begun, go = threading.Event(), threading.Event()
        made = []

        def make(begun=begun, go=go, made=made):
            begun.set()
            assert go.wait(20)
            made.append(_answer(1))
            return made[0]

        work = Operation(parent, make).start()
        qtbot.waitUntil(begun.is_set, timeout=20_000)
        # The loop is on its way out, or the next letter was typed, while the thread is at it.
        ending = threading.Timer(0, go.set)
        work._future.cancel()
        ending.start()
        end(work)
        qtbot.waitUntil(lambda made=made: bool(made), timeout=20_000)
        state = functools.partial(inspect.getcoroutinestate, made[0])
        qtbot.waitUntil(lambda state=state: state() == inspect.CORO_CLOSED, timeout=20_000)
    # And where it was made, and the wait ended before anybody took it.
    call = bridge._Call(lambda: _answer(2))
    call()
    unused = call.made
    call.leave()
    assert inspect.getcoroutinestate(unused) == inspect.CORO_CLOSED
