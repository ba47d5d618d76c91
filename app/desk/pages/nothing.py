"""Where somebody stands whose roles open no room yet, or who followed a link that isn't theirs."""

from __future__ import annotations

from app.desk import kit
from app.desk.sessions import DeskSession


async def build(session: DeskSession) -> None:
    """Say so, calmly."""
    words = session.words
    with kit.box("page"), kit.box("page-inner"):
        kit.heading(words("nothing.title", name=session.staff.display_name))
        with kit.box("card"):
            kit.empty("door_open", words("nothing.empty"), words("nothing.text"))
