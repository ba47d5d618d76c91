"""Save the conversations as one file: asked how, then where."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from app.desktop import dialogs
from app.desktop.support_panel.helpdesk import Helpdesk
from app.desktop.words import Sentence
from app.protocol.spacing import filled
from app.wallet.support.views import ExportFormat

translate = QCoreApplication.translate


def save_conversations(
    owner: QWidget, busy: QWidget, desk: Helpdesk, failed: Callable[[Sentence], object]
) -> None:
    """Ask for a form and a place, then write.

    Args:
        owner: The window that asks.
        busy: Disabled while it is written.
        desk: Whose conversations.
        failed: Hears why it could not be done.
    """
    choices = [
        dialogs.Choice("html", translate("SupportPanel", "Page (HTML)"), "primary"),
        dialogs.Choice("txt", translate("SupportPanel", "Text")),
        dialogs.Choice("json", translate("SupportPanel", "Data (JSON)")),
    ]
    title = translate("SupportPanel", "Save the conversations")

    def write(form: ExportFormat, path: Path | None) -> None:
        if path is None:
            return
        said = filled(translate("SupportPanel", "Saved as {name}."), name=path.name)
        work = partial(desk.chat.export, path, form, language=desk.language)
        desk.run(busy, work, done=lambda _: desk.said.emit(said), failed=failed)

    def chosen(form: str | None) -> None:
        if form not in ("html", "txt", "json"):
            return
        kind: ExportFormat = form  # type: ignore[assignment]  # one of the three
        dialogs.choose_save(
            owner, title, f"kbean-help.{form}", (form.upper(), form), partial(write, kind)
        )

    dialogs.ask(
        owner,
        title,
        translate(
            "SupportPanel", "Everything that was said here, as one file that only you can read."
        ),
        choices,
        chosen,
    )
