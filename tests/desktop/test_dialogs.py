"""Dialogs: they open without blocking, answer in a callback, and tests answer beforehand."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from app.desktop import dialogs
from app.desktop.dialogs import Choice, MessageBox


@pytest.fixture(autouse=True)
def _no_leftovers():
    yield
    dialogs.reset()


CHOICES = [Choice("pay", "Pay", "primary"), Choice("wait", "Wait")]


def _shown(parent: QWidget) -> MessageBox:
    box = parent.findChild(MessageBox)
    assert box is not None
    return box


def test_a_click_answers_with_the_key(qtbot):
    parent, answers = QWidget(), []
    qtbot.addWidget(parent)
    dialogs.ask(parent, "Pay?", "Nothing has moved yet.", CHOICES, answers.append)
    assert answers == []  # it opened and did not block
    button = _shown(parent).findChild(QPushButton, "MessageBoxButton_pay")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert answers == ["pay"]


def test_enter_takes_the_first_choice_and_escape_none(qtbot):
    parent, answers = QWidget(), []
    qtbot.addWidget(parent)
    dialogs.ask(parent, "Pay?", "", CHOICES, answers.append)
    qtbot.keyClick(_shown(parent), Qt.Key.Key_Return)
    assert answers == ["pay"]
    other = QWidget()
    qtbot.addWidget(other)
    dialogs.ask(other, "Pay?", "", CHOICES, answers.append)
    qtbot.keyClick(_shown(other), Qt.Key.Key_Escape)
    assert answers == ["pay", None]


def test_the_seam_answers_and_shows_nothing(qtbot, tmp_path):
    parent, answers = QWidget(), []
    qtbot.addWidget(parent)
    dialogs.set_next_answer("wait")
    dialogs.ask(parent, "Pay?", "", CHOICES, answers.append)
    dialogs.set_next_answer(tmp_path / "a.png")
    dialogs.choose_pictures(parent, "Choose", answers.append)
    dialogs.set_next_answer(None)
    dialogs.choose_save(parent, "Save", "receipt.pdf", ("PDF", "pdf"), answers.append)
    assert answers == ["wait", [tmp_path / "a.png"], None]
    assert parent.findChild(MessageBox) is None


def test_a_dialog_nobody_expected_is_an_error(qtbot):
    dialogs.set_next_answer("wait")
    dialogs.ask(None, "Pay?", "", CHOICES, lambda _: None)
    with pytest.raises(RuntimeError, match="did not prepare"):
        dialogs.inform(None, "Hm", "")


def test_an_answer_nobody_asked_for_is_an_error(qtbot):
    dialogs.set_next_answer("wait")
    with pytest.raises(RuntimeError, match="never appeared"):
        dialogs.reset()
