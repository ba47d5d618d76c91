"""The room of people's work, put together; main registers it with what lies below."""

from __future__ import annotations

from app.server.config import Config
from app.server.db.sealing import Sealer
from app.server.identity.staff import StaffService
from app.server.jobs.ticks import Ticks
from app.server.support.people.access import Access
from app.server.support.people.board import Boards
from app.server.support.people.callbacks import CallbackBook
from app.server.support.people.hours import Hours
from app.server.support.people.persons import Persons
from app.server.support.people.presence import PresenceBook
from app.server.support.people.queue import Queue
from app.server.support.people.ready import ReadyWords
from app.server.support.people.work import Work
from app.server.support.talk.attachments import Attachments
from app.server.support.talk.sending import Sending
from app.server.support.talk.service import Talk

_SWEEP_SECONDS = 5.0
_LOOK_SECONDS = 10.0
_IDLE_SECONDS = 30.0


class PeopleRoom:
    """Queue, presence, the person's side and the desk's."""

    def __init__(
        self,
        talk: Talk,
        sending: Sending,
        attachments: Attachments,
        staff: StaffService,
        *,
        hours: Hours,
        sealer: Sealer,
        config: Config,
    ) -> None:
        """Put the parts together."""
        self.talk = talk
        self.attachments = attachments
        self.staff = staff
        self.hours = hours
        self.queue = Queue(talk, hours)
        self.access = Access(staff, talk)
        self.presence = PresenceBook(talk, staff, self.queue)
        self.persons = Persons(talk, self.queue, hours, config)
        self.callbacks = CallbackBook(
            talk,
            hours,
            sealer,
            staff.audit,
            minutes=config.callback_minutes,
            region=config.default_region,
        )
        self.ready = ReadyWords(talk.engine, staff.audit)
        self.work = Work(talk, sending, self.queue, self.access, staff)
        self.boards = Boards(talk, self.access, self.callbacks, staff.audit)

    def register(self, sending: Sending, ticks: Ticks) -> None:
        """Hear what happens to conversations and sessions; be the staff's door; come round."""
        self.talk.listen(self.queue)
        self.staff.listen(self.presence)
        sending.door = self.access
        ticks.every(_SWEEP_SECONDS, "queue-sweep", self.queue.sweep)
        ticks.every(_LOOK_SECONDS, "presence-look", self.presence.look)
        ticks.every(_IDLE_SECONDS, "staff-idle", self.staff.end_idle)
