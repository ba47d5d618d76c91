"""One conversation as a line of a list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from app.desk import kit
from app.desk.entries import detail_words, sla_words, waiting_words
from app.desk.sessions import DeskSession
from app.desk.tones import Tone
from app.protocol.messages.desk import QueueEntry


class EntryRow:
    """A link to the conversation; its words change in place, so that nothing jumps."""

    def __init__(
        self,
        session: DeskSession,
        entry: QueueEntry,
        now: int,
        *,
        readable: bool = True,
        claim: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Draw it.

        Args:
            session: Whose page it is.
            entry: The conversation.
            now: The time, Unix milliseconds.
            readable: Whether it can be opened; what waits is nobody's to read yet.
            claim: Takes the conversation; None where it can't be taken.
        """
        self._words = session.words
        self._own_name = session.staff.display_name
        with kit.box("row-item", "a" if readable else "div") as self._row:
            if readable:
                self._row.props["href"] = f"/c/{entry.conversation.id}"
            self._row.props["data-name"] = "entry"
            self._row.props["data-conv"] = entry.conversation.id
            self._disc = kit.text(entry.person_name[:1].upper() or "·", "disc")
            self._disc.props["aria-hidden"] = "true"
            with kit.box("stack tight"):
                with kit.box("line"):
                    self._name = kit.text(entry.person_name, "row-title clip", "span")
                    self._number = kit.text("", "caption figures clip", "span")
                self._detail = kit.text("", "row-sub clip")
                with kit.box("line wrap") as self._chips:
                    pass
            with kit.box("row-side"):
                self._wait = kit.text("", "caption figures")
                if claim is not None:
                    button = kit.button(
                        self._words("claim"), None, kind="primary", name="claim", classes="small"
                    )
                    # The row is a link; claiming must not open it before it is ours.
                    button.on(
                        "click",
                        kit.steady(claim),
                        js_handler="(e) => { e.preventDefault(); e.stopPropagation(); emit(); }",
                    )
        self._drawn: tuple[object, ...] = ()
        self.update(entry, now)

    def update(self, entry: QueueEntry | None, now: int) -> None:
        """Say what is true now; an entry that left the list is dimmed until the list moves."""
        if entry is None:
            self._row.style("opacity:.45")
            return
        words = self._words
        conversation = entry.conversation
        self._name.text = entry.person_name
        self._number.text = conversation.number
        self._detail.text = detail_words(entry, words)
        self._wait.text = waiting_words(entry, words, now)
        chips = self._chips_of(entry, now)
        if chips != self._drawn:
            self._drawn = chips
            self._chips.clear()
            with self._chips:
                for tone, sign, said in chips:
                    kit.chip(said, tone, sign)

    def choose(self, on: bool) -> None:
        """Show that the keyboard stands here."""
        if on:
            self._row.classes("chosen")
            self._row.props["aria-current"] = "true"
        else:
            self._row.classes(remove="chosen")
            self._row.props.pop("aria-current", None)
        self._row.update()

    def _chips_of(self, entry: QueueEntry, now: int) -> tuple[tuple[Tone, str, str], ...]:
        words = self._words
        chips: list[tuple[Tone, str, str]] = []
        tone, sign, said = sla_words(entry, words, now)
        if said:
            chips.append((tone, sign, said))
        if entry.priority > 1:
            chips.append(("danger", "priority_high", words("priority.high")))
        if entry.conversation.skill:
            name = words.known(f"skill.{entry.conversation.skill}", entry.conversation.skill)
            chips.append(("plain", "", name))
        chips.append(("plain", "", words(f"spoken.{entry.conversation.language}")))
        if entry.channel == "email":
            chips.append(("info", "mail", words("channel.email")))
        agent = entry.conversation.agent_name
        if entry.conversation.owner == "agent" and agent and agent != self._own_name:
            chips.append(("plain", "person", agent))
        if entry.conversation.owner == "bot":
            chips.append(("plain", "smart_toy", words("owner.bot")))
        return tuple(chips)
