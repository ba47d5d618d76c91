"""Our own message boxes and file dialogs: never modal over the loop, and with a seam for tests.

Nothing here calls ``exec``: a dialog opens, the answer arrives in a callback. A test says
beforehand what the next dialog answers (:func:`set_next_answer`), so no real dialog ever appears
in a test, and one that nobody expected is an error.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QCoreApplication, QDir, Qt
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

Kind = Literal["primary", "secondary", "danger", "quiet"]


@dataclass(frozen=True)
class Choice:
    """One button of a message box: its key, its word, and how it looks."""

    key: str
    text: str
    kind: Kind = "secondary"


_answers: deque[Any] = deque()
_seam = False


def set_next_answer(answer: str | Path | None) -> None:
    """For tests: the next dialog is not shown and answers this (None: closed without an answer)."""
    global _seam  # noqa: PLW0603 - the seam is the process's, like the dialogs
    _seam = True
    _answers.append(answer)


def reset() -> None:
    """For tests: forget prepared answers and close the seam.

    Raises:
        RuntimeError: if a prepared answer was never asked for.
    """
    global _seam  # noqa: PLW0603
    left = list(_answers)
    _answers.clear()
    _seam = False
    if left:
        raise RuntimeError(f"dialogs that never appeared: {left}")


def _prepared() -> tuple[bool, Any]:
    if _answers:
        return True, _answers.popleft()
    if _seam:
        raise RuntimeError("a dialog appeared that the test did not prepare")
    return False, None


class MessageBox(QDialog):
    """A question or a notice in the house's own look: title, text, and named buttons."""

    def __init__(
        self, parent: QWidget | None, title: str, text: str, choices: Sequence[Choice]
    ) -> None:
        """Build it; the first choice is the default, Escape answers None."""
        super().__init__(parent)
        self.setObjectName("MessageBox")
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setModal(True)
        self.setMinimumWidth(420)
        self.answer: str | None = None
        heading = QLabel(title, self)
        heading.setObjectName("MessageBoxTitle")
        heading.setProperty("role", "lead")
        heading.setWordWrap(True)
        body = QLabel(text, self)
        body.setObjectName("MessageBoxText")
        body.setWordWrap(True)
        body.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addStretch(1)
        for choice in reversed(choices):
            row.addWidget(self._button(choice, default=choice is choices[0]))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        column.addWidget(heading)
        column.addWidget(body)
        column.addSpacing(12)
        column.addLayout(row)

    def _button(self, choice: Choice, *, default: bool) -> QPushButton:
        button = QPushButton(choice.text, self)
        button.setObjectName(f"MessageBoxButton_{choice.key}")
        button.setAccessibleName(choice.text)
        button.setProperty("kind", choice.kind)
        button.setMinimumHeight(36)
        button.setDefault(default)
        button.clicked.connect(lambda: self._choose(choice.key))
        return button

    def _choose(self, key: str) -> None:
        self.answer = key
        self.accept()


def ask(
    parent: QWidget | None,
    title: str,
    text: str,
    choices: Sequence[Choice],
    on_answer: Callable[[str | None], object],
) -> None:
    """Ask something; ``on_answer`` gets the chosen key, or None when the box was closed."""
    prepared, answer = _prepared()
    if prepared:
        on_answer(answer)
        return
    box = MessageBox(parent, title, text, choices)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.finished.connect(lambda _: on_answer(box.answer))
    box.open()


def inform(parent: QWidget | None, title: str, text: str) -> None:
    """Say something that needs no answer."""
    ok = QCoreApplication.translate("Dialogs", "OK")
    ask(parent, title, text, [Choice("ok", ok, "primary")], lambda _: None)


def choose_pictures(
    parent: QWidget | None, title: str, on_chosen: Callable[[list[Path]], object]
) -> None:
    """Let the person choose picture files; an empty list when they did not."""
    names = "*.png *.jpg *.jpeg *.webp *.bmp *.gif *.tif *.tiff"
    words = QCoreApplication.translate("Dialogs", "Pictures")
    _choose_files(parent, title, f"{words} ({names})", on_chosen)


def choose_attachment(
    parent: QWidget | None, title: str, on_chosen: Callable[[list[Path]], object]
) -> None:
    """Let the person choose something to send along: a picture, a PDF or a text."""
    names = "*.png *.jpg *.jpeg *.webp *.gif *.pdf *.txt"
    words = QCoreApplication.translate("Dialogs", "Pictures, PDF and text")
    _choose_files(parent, title, f"{words} ({names})", on_chosen)


def choose_file(
    parent: QWidget | None,
    title: str,
    kind: tuple[str, str],
    on_chosen: Callable[[Path | None], object],
) -> None:
    """Let the person choose one file; None when they did not.

    Args:
        parent: The window it belongs to.
        title: The dialog's title.
        kind: The word for this kind of file and its ending without a dot (``"CSV"``, ``"csv"``).
        on_chosen: Gets the path, or None.
    """
    word, ending = kind
    _choose_files(
        parent,
        title,
        f"{word} (*.{ending})",
        lambda paths: on_chosen(paths[0] if paths else None),
    )


def _choose_files(
    parent: QWidget | None, title: str, kinds: str, on_chosen: Callable[[list[Path]], object]
) -> None:
    prepared, answer = _prepared()
    if prepared:
        on_chosen([Path(answer)] if answer else [])
        return
    dialog = QFileDialog(parent, title, QDir.homePath(), kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    _open(dialog, lambda: on_chosen([Path(name) for name in dialog.selectedFiles()]))
    dialog.rejected.connect(lambda: on_chosen([]))


def choose_save(
    parent: QWidget | None,
    title: str,
    suggested: str,
    kind: tuple[str, str],
    on_chosen: Callable[[Path | None], object],
) -> None:
    """Let the person name a file to write.

    Args:
        parent: The window it belongs to.
        title: The dialog's title.
        suggested: A file name to begin with.
        kind: The word for this kind of file and its ending without a dot (``"PDF"``, ``"pdf"``).
        on_chosen: Gets the path with its ending, or None.
    """
    prepared, answer = _prepared()
    if prepared:
        on_chosen(Path(answer) if answer else None)
        return
    word, ending = kind
    dialog = QFileDialog(parent, title, QDir.homePath(), f"{word} (*.{ending})")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(ending)
    dialog.selectFile(suggested)
    _open(dialog, lambda: on_chosen(Path(dialog.selectedFiles()[0])))
    dialog.rejected.connect(lambda: on_chosen(None))


def _open(dialog: QFileDialog, accepted: Callable[[], object]) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(accepted)
    dialog.open()
