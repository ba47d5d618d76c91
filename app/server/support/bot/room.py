"""The room's parts put together; main.py makes one, registers its listener, ticks and routes."""

from __future__ import annotations

from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from app.server.db.sealing import Sealer
from app.server.identity.freezing import Freezing
from app.server.identity.staff_audit import AuditBook
from app.server.identity.step_up import StepUp
from app.server.jobs.ticks import Ticks
from app.server.support.bot.actions import Actions, Resend
from app.server.support.bot.authors import Authors
from app.server.support.bot.knowledge import resources_folder
from app.server.support.bot.learning import Learning
from app.server.support.bot.library import cache_folder
from app.server.support.bot.replies import load_replies
from app.server.support.bot.service import LOOK_SECONDS, Bot
from app.server.support.bot.shelf import LOOK_SECONDS as SHELF_SECONDS
from app.server.support.bot.shelf import Shelf
from app.server.support.bot.turn import Voice
from app.server.support.cases.service import Cases
from app.server.support.people.hours import Hours
from app.server.support.people.persons import Persons
from app.server.support.talk.service import Talk

LAPSE_SECONDS = 20.0

Mode = Literal["encoder", "words", "silent"]


class BotRoom:
    """The bot, what it knows and what it can do.

    Attributes:
        shelf: The library it answers from.
        actions: What it does once a person confirms it.
        bot: The listener.
        authors: The knowledge base as its authors work on it.
        learning: What is missing from it.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        talk: Talk,
        *,
        mode: Mode,
        sealer: Sealer,
        hours: Hours,
        zone: ZoneInfo,
        freezing: Freezing,
        step_up: StepUp,
        cases: Cases,
        audit: AuditBook,
        resend: Resend | None = None,
    ) -> None:
        """Wire the parts.

        Args:
            engine: The database.
            talk: Conversations.
            mode: ``encoder``, ``words`` (no sentence vectors), or ``silent``: people alone answer.
            sealer: Seals what people asked.
            hours: When people answer.
            zone: Whose clock the bot tells the time by.
            freezing: Freezes.
            step_up: Lifts the lock of a sign-in.
            cases: Opens cases.
            audit: Where what authors do is written down.
            resend: Sends a code again; None where codes aren't sent.
        """
        folder = resources_folder()
        replies = load_replies(folder)
        self.shelf = Shelf(engine, folder, cache_folder(), use_encoder=mode == "encoder")
        self.actions = Actions(
            talk,
            replies,
            freezing=freezing,
            step_up=step_up,
            cases=cases,
            zone=zone,
            resend=resend,
        )
        voice = Voice(replies, self.actions, hours, zone)
        self.bot = Bot(talk, self.shelf, voice, sealer, speaks=mode != "silent")
        talk.listen(self.bot)
        self.authors = Authors(engine, self.shelf, audit)
        self.learning = Learning(engine, self.shelf, self.authors, sealer)

    def register(self, persons: Persons, ticks: Ticks) -> None:
        """Say what answers are found with; come round."""
        others = persons.about
        persons.about = lambda: {**others(), "bot": self.shelf.kind}
        ticks.every(LOOK_SECONDS, "bot-questions", self.bot.look)
        ticks.every(SHELF_SECONDS, "bot-shelf", self.shelf.look)
        ticks.every(LAPSE_SECONDS, "bot-actions", self.actions.lapse)
