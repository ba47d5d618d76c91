"""Who hears what on one node, and how changes gather."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

import msgspec

from app.protocol.messages.stream import Changed, Read, ServiceFrame
from app.server.realtime.channels import Arrived, MemoryChannels, State
from app.server.realtime.connection import text_frame
from app.server.realtime.hub import Hub


class Ear:
    """A connection that keeps what it was given."""

    def __init__(self) -> None:
        self.frames: list[ServiceFrame] = []

    def deliver(self, frame: bytes) -> None:
        size = frame[1] & 0x7F
        payload = frame[2:] if size < 126 else frame[4:] if size == 126 else frame[10:]
        self.frames.append(msgspec.json.decode(payload, type=ServiceFrame))


class Wire:
    """Channels that go to one other hub in the same process."""

    state: State = "up"
    losses = 0

    def __init__(self) -> None:
        self.other: Wire | None = None
        self.arrived: Arrived = lambda _word, _addresses, _payload: None
        self.listening: set[str] = set()

    def attach(self, arrived: Arrived) -> None:
        self.arrived = arrived

    def publish(self, word: str, addresses: tuple[str, ...], payload: bytes) -> None:
        assert self.other is not None
        self.other.arrived(word, addresses, payload)

    def here(self, address: str, *, listening: bool) -> None:
        (self.listening.add if listening else self.listening.discard)(address)

    async def elsewhere(self, addresses: Collection[str]) -> set[str]:
        assert self.other is not None
        return self.other.listening & set(addresses)

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


def two_hubs() -> tuple[Hub, Hub]:
    one, two = Wire(), Wire()
    one.other, two.other = two, one
    return Hub(one), Hub(two)


async def test_an_address_is_heard_on_every_node_and_by_nobody_else():
    here, there = two_hubs()
    mine, far, stranger = Ear(), Ear(), Ear()
    here.join("person:1", mine)
    there.join("person:1", far)
    there.join("person:2", stranger)
    here.tell("person:1", Read("c", 1, "staff"))
    assert mine.frames == far.frames == [Read("c", 1, "staff")]
    assert stranger.frames == []
    there.leave("person:1", far)
    there.leave("person:1", far)
    here.tell("person:1", Read("c", 2, "staff"))
    assert len(far.frames) == 1


async def test_one_connection_hears_a_frame_once_and_its_author_not_at_all():
    hub = Hub(MemoryChannels())
    author, other = Ear(), Ear()
    for ear in (author, other):
        hub.join("conv:1", ear)
        hub.join("staff:1", ear)
    hub.tell(["conv:1", "staff:1"], Read("c", 1, "person"), but=author)
    assert (len(author.frames), len(other.frames)) == (0, 1)


async def test_changes_gather_and_cost_nothing_where_nobody_listens():
    hub, ear = Hub(MemoryChannels()), Ear()
    hub.changed("person:1", "accounts")
    hub.join("person:1", ear)
    await asyncio.sleep(0)
    for _ in range(50):
        hub.changed("person:1", "accounts", "activity")
    hub.changed("person:1", "grants")
    async with asyncio.timeout(30):
        while not ear.frames:
            await asyncio.sleep(0.005)
    assert ear.frames == [Changed(["accounts", "activity", "grants"])]


async def test_presence_is_known_everywhere():
    here, there = two_hubs()
    ear = Ear()
    there.join("staff:1", ear)
    there.join("conv:9", ear)
    assert await here.presence.is_here("staff:1")
    assert await there.presence.who(["staff:1", "staff:2"]) == {"staff:1"}
    assert not await here.presence.is_here("conv:9")
    there.leave("staff:1", ear)
    assert not await here.presence.is_here("staff:1")
    alone = Hub(MemoryChannels())
    assert await alone.presence.who(["staff:1"]) == set()


async def test_words_between_nodes():
    here, there = two_hubs()
    heard: list[str] = []
    there.on("rehear", heard.append)
    here.say("rehear", "c1")
    here.say("unknown", "c1")
    assert heard == ["c1"]
    there.say("rehear", "c2")
    assert heard == ["c1", "c2"]


def test_frames_of_any_length_say_how_long_they_are():
    for size in (0, 125, 126, 65_535, 65_536):
        frame = text_frame(b"x" * size)
        assert frame[0] == 0x81
        assert len(frame) - size in {2, 4, 10}
