"""Files that go with the next reply: chosen, pasted or dropped, and shown until they are sent."""

from __future__ import annotations

import asyncio
import functools

from nicegui import events, ui
from nicegui.element import Element

from app.desk import kit
from app.desk.sessions import DeskSession
from app.desk.thread import Enclosed
from app.protocol.errors import KBeanError
from app.protocol.messages.support import ATTACHMENT_MAX
from app.sdk.files import announced

MOST = 10
"""Files that wait for one reply; they lie in the desk's memory until it is sent."""

_MEGABYTE = 1024 * 1024
_TAKE = """(e) => {{
  const files = (e.clipboardData || e.dataTransfer)?.files;
  e.currentTarget.classList.remove('dropping');
  if (!files?.length) return;
  e.preventDefault();
  getElement({id}).$refs.qRef.addFiles(files);
}}"""
_OVER = """(e) => {
  if (!e.dataTransfer?.types.includes('Files')) return;
  e.preventDefault();
  e.currentTarget.classList.add('dropping');
}"""
_OUT = """(e) => {
  if (!e.currentTarget.contains(e.relatedTarget)) e.currentTarget.classList.remove('dropping');
}"""


class Enclosing:
    """The files of one composer."""

    def __init__(self, session: DeskSession, kept: list[Enclosed], around: Element) -> None:
        """Draw what is there; ``around`` is where files may be dropped and pasted.

        Args:
            session: Whose page it is.
            kept: What waits; the page's, so that a composer that is drawn anew has it again.
            around: The composer's box.
        """
        self._session = session
        self._kept = kept
        self._row = kit.box("enclosed")
        # Quasar's own box stays out of sight: it only carries the files to this page.
        self._uploader = ui.upload(
            multiple=True, auto_upload=True, max_file_size=ATTACHMENT_MAX, on_upload=self._came
        ).classes("hidden")
        self._uploader.props["data-name"] = "uploader"
        self._uploader.on_rejected(self._too_large)
        self._uploader.on("failed", self._lost, [])
        done = f"() => getElement({self._uploader.id}).$refs.qRef.removeUploadedFiles()"
        self._uploader.on("uploaded", js_handler=done)
        take = _TAKE.format(id=self._uploader.id)
        around.on("paste", js_handler=take)
        around.on("drop", js_handler=take)
        around.on("dragover", js_handler=_OVER)
        around.on("dragleave", js_handler=_OUT)
        self._draw()

    def button(self) -> None:
        """Draw what opens the system's choice of files."""
        made = kit.button(
            self._session.words("talk.attach"), kind="icon", sign="attach_file", name="attach"
        )
        # In the browser, within the click: one that asks the desk first may not open the choice.
        pick = f"() => getElement({self._uploader.id}).$refs.qRef.pickFiles()"
        made.on("click", js_handler=pick)

    def take(self) -> list[Enclosed]:
        """What is there goes with the reply."""
        files = list(self._kept)
        self._kept.clear()
        self._draw()
        return files

    async def _came(self, event: events.UploadEventArguments) -> None:
        self._session.touch()
        data = await event.file.read()
        if len(self._kept) >= MOST:
            kit.say(self._session, self._session.words("talk.files_most", count=MOST), tone="info")
            return
        try:
            card = await asyncio.to_thread(announced, data, event.file.name)
        except KBeanError as error:
            await kit.failed(self._session, error)
            return
        if all(file.card.sha256 != card.sha256 for file in self._kept):
            self._kept.append(Enclosed(card, data))
        self._draw()

    async def _too_large(self) -> None:
        await kit.failed(self._session, KBeanError("attachment_too_large"))

    def _lost(self) -> None:
        kit.say(self._session, self._session.words("talk.file_lost"), tone="danger")

    def _remove(self, file: Enclosed) -> None:
        self._kept.remove(file)
        self._draw()

    def _draw(self) -> None:
        if self._row.is_deleted:
            return
        self._row.clear()
        with self._row:
            for file in self._kept:
                self._chip(file)

    def _chip(self, file: Enclosed) -> None:
        words = self._session.words
        with kit.box("enclosed-file"):
            kit.icon(sign_of(file.card.media_type))
            kit.text(file.card.name, "clip small", "span")
            kit.text(size_words(self._session, file.card.size), "caption figures", "span")
            kit.button(
                words("talk.remove_file", name=file.card.name),
                functools.partial(self._remove, file),
                kind="icon",
                sign="close",
            )


def sign_of(media_type: str) -> str:
    """The icon of a kind of file."""
    if media_type.startswith("image/"):
        return "image"
    return "picture_as_pdf" if media_type == "application/pdf" else "draft"


def size_words(session: DeskSession, size: int) -> str:
    """How large a file is."""
    if size < _MEGABYTE:
        return session.words("fact.kilobytes", count=max(1, size // 1024))
    return session.words("fact.megabytes", count=f"{size / _MEGABYTE:.1f}")
