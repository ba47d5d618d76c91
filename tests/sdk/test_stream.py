"""The event stream against real WebSocket servers that misbehave (design/4)."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import ssl

import msgspec
import pytest
from websockets.asyncio.server import ServerConnection, serve

from app.protocol.errors import KBeanError
from app.protocol.messages.stream import (
    CLOSE_INVALID,
    CLOSE_RESTART,
    CLOSE_SLOW,
    CLOSE_UNAUTHENTICATED,
    Ack,
    Fetch,
    Hello,
    Msg,
    Page,
    Unsure,
    Welcome,
)
from app.sdk.frames import read_frame, read_messages
from app.sdk.stream import Patience
from tests.rude import RudeServer, answer
from tests.sdk.far import QUICK, Far, Purse, listening, meeting, message, stay, until


async def test_it_greets_with_token_and_cursors_and_hears_in_order():
    async def speak(far: Far, line: ServerConnection) -> None:
        await far.tell(line, *(Msg(message(seq)) for seq in range(8, 40)))
        await far.read(line)

    far = Far(speak)
    async with meeting(far) as near:
        await until(lambda: len(near.ear.texts) == 32)
        assert near.ear.texts == [f"number {seq}" for seq in range(8, 40)]
        assert far.hellos == [Hello("token-1", {"c": 7})]
        assert [link for link, _ in near.ear.links] == ["connecting", "live"]
        assert await near.stream.send(Fetch("c", after=7))
        await until(lambda: Fetch("c", after=7) in far.frames)


async def test_what_a_newer_service_says_is_passed_over_or_kept_without_its_news():
    async def speak(far: Far, line: ServerConnection) -> None:
        await line.send('{"t":"from_the_future","x":1}')
        await line.send('{"t":"ack","conv":"c","cmid":"m","seq":1,"ts":2,"more":[1]}')
        fresh = msgspec.to_builtins(Msg(message(8)))
        fresh["message"]["card"] = {"type": "hologram", "size": 3}
        await line.send(msgspec.json.encode(fresh).decode())
        fresh["message"] |= {"seq": 9, "kind": "dance", "sender": {"kind": "robot"}}
        await line.send(msgspec.json.encode(fresh).decode())
        await far.read(line)

    async with meeting(Far(speak)) as near:
        await until(lambda: len(near.ear.texts) == 2)
        _, ack, first, second = near.ear.heard
        assert ack == Ack("c", "m", 1, 2)
        assert isinstance(first, Msg)
        assert first.message == message(8)
        assert isinstance(second, Msg)
        assert (second.message.kind, second.message.sender.kind) == ("card", "system")


async def test_neither_token_nor_words_get_into_a_log(caplog):
    async def speak(far: Far, line: ServerConnection) -> None:
        await far.tell(line, Msg(message(8)))
        await line.send('{"t":"msg","message":"number 9"}')
        await line.send("number 10")
        await far.read(line)

    caplog.set_level(logging.DEBUG)
    far = Far(speak, stay)
    async with meeting(far) as near:
        await until(lambda: far.connections == 2 and near.stream.link == "live")
    assert near.ear.texts == ["number 8"]
    assert "token-" not in caplog.text
    assert "number" not in caplog.text


@pytest.mark.parametrize("garbage", ["not json", "[1,2]", "7", b"\x00\xff"])
async def test_garbage_ends_the_connection_and_it_comes_back(garbage):
    async def speak(far: Far, line: ServerConnection) -> None:
        await line.send(garbage)
        await far.read(line)

    far = Far(speak, stay)
    async with meeting(far) as near:
        await until(lambda: far.connections == 2 and near.stream.link == "live")


@pytest.mark.parametrize("code", [None, 1001, 1011, CLOSE_SLOW, CLOSE_RESTART])
async def test_it_comes_back_after_every_kind_of_end(code):
    async def end(far: Far, line: ServerConnection) -> None:
        if code is None:
            line.transport.abort()
        else:
            await line.close(code)

    far = Far(end, stay)
    patience = dataclasses.replace(QUICK, draw=lambda: 0.0)
    async with meeting(far, patience=patience) as near:
        await until(lambda: far.connections == 2 and near.stream.link == "live")
        assert near.ear.links[2] == ("away", code)
        assert near.purse.refused == []


async def test_a_frame_that_the_service_cant_read_is_told_and_waited_for(expect_log):
    expect_log("did not understand a frame")

    async def end(far: Far, line: ServerConnection) -> None:
        await line.close(CLOSE_INVALID)

    far = Far(end, stay)
    async with meeting(far) as near:
        await until(lambda: far.connections == 2 and near.stream.link == "live")
        assert ("away", CLOSE_INVALID) in near.ear.links


async def test_a_refused_token_is_replaced_and_an_ended_session_ends_it():
    async def refuse(far: Far, line: ServerConnection) -> None:
        await line.close(CLOSE_UNAUTHENTICATED)

    far = Far(refuse)
    async with meeting(far) as near:
        await until(lambda: near.purse.refused[:2] == ["token-1", "token-2"])
        near.purse.error = KBeanError("session_ended")
        with pytest.raises(KBeanError, match="session_ended"):
            await asyncio.wait_for(near.task, 20)
        assert near.ear.links[-1] == ("off", None)


async def test_an_unreachable_token_is_asked_for_again():
    purse = Purse()
    purse.error = KBeanError("service_unreachable")
    far = Far()
    async with meeting(far, purse=purse) as near:
        await until(lambda: ("away", None) in near.ear.links)
        assert far.connections == 0
        purse.error = None
        await until(lambda: near.stream.link == "live")


async def test_the_token_is_renewed_by_a_second_hello_on_the_same_connection():
    far = Far()
    async with meeting(far, purse=Purse(lasting=30_100)) as near:
        await until(lambda: near.stream.link == "live")
        near.ear.have = {"c": 9}
        await until(lambda: len(far.hellos) >= 2)
        assert far.hellos[1] == Hello("token-2", {"c": 9})
        assert far.connections == 1
        assert near.stream.link == "live"


async def test_unsure_means_comparing_again():
    async def doubt(far: Far, line: ServerConnection) -> None:
        await far.tell(line, Unsure())
        await far.read(line)

    far = Far(doubt)
    async with meeting(far) as near:
        await until(lambda: len(far.hellos) == 2)
        assert far.hellos[1].cursors == {"c": 7}
        await until(lambda: sum(isinstance(f, Welcome) for f in near.ear.heard) == 2)
        assert far.connections == 1


async def test_a_line_that_went_dead_is_noticed_by_pings():
    async def freeze(far: Far, line: ServerConnection) -> None:
        line.transport.pause_reading()
        await line.wait_closed()

    far = Far(freeze, stay)
    patience = dataclasses.replace(QUICK, ping=0.05, pong=0.2)
    async with meeting(far, patience=patience) as near:
        await until(lambda: far.connections >= 2)
        assert ("away", None) in near.ear.links


async def test_a_service_that_never_welcomes_is_left():
    class Mute(Far):
        async def serve(self, line: ServerConnection) -> None:
            self.connections += 1
            await line.wait_closed()

    far = Mute()
    patience = dataclasses.replace(QUICK, welcome=0.2)
    async with meeting(far, patience=patience) as near:
        await until(lambda: far.connections >= 3)
        assert "live" not in {link for link, _ in near.ear.links}


async def test_never_more_than_one_connection_in_a_storm():
    async def drop(far: Far, line: ServerConnection) -> None:
        await far.tell(line, Msg(message(8)))
        line.transport.abort()

    far = Far(*[drop] * 25, stay)
    async with meeting(far) as near:
        for _ in range(50):
            near.stream.wake()
            await asyncio.sleep(0.002)
        await until(lambda: far.connections == 26 and near.stream.link == "live")
        assert far.most == 1
        with pytest.raises(RuntimeError, match="runs already"):
            await near.stream.run()


async def test_it_hurries_when_the_network_is_back():
    async def drop(far: Far, line: ServerConnection) -> None:
        line.transport.abort()

    far = Far(drop, stay)
    patience = dataclasses.replace(QUICK, base=3600, cap=3600)
    async with meeting(far, patience=patience) as near:
        await until(lambda: near.stream.link == "away")
        assert not await near.stream.send(Fetch("c"))
        near.stream.wake()
        await until(lambda: near.stream.link == "live")


def test_the_waits_grow_and_are_spread_out():
    low, high = Patience(draw=lambda: 0.999), Patience(draw=lambda: 0.0)
    assert [round(high.wait(misses), 3) for misses in (1, 2, 3, 7, 8, 1000)] == [
        0.5,
        1,
        2,
        30,
        30,
        30,
    ]
    assert 0.25 <= low.wait(1) < 0.26
    assert high.ping + high.pong == 50


@pytest.mark.parametrize("status", [404, 405])
async def test_a_service_without_a_stream_is_off_and_looked_at_again(status):
    async with RudeServer(answer(status, {})) as server, listening(server.url) as near:
        await until(lambda: server.connections >= 3)
        assert {link for link, _ in near.ear.links} == {"connecting", "off"}


async def test_a_redirect_never_gets_the_token():
    far = Far()
    async with serve(far.serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        there = {"Location": f"ws://127.0.0.1:{port}/v1/stream"}
        async with RudeServer(answer(302, {}, headers=there)) as gate, listening(gate.url) as near:
            await until(lambda: gate.connections >= 3)
            assert far.connections == 0
            assert "live" not in {link for link, _ in near.ear.links}


async def test_tls_of_the_organisation_and_nobody_elses(organisation):
    context, authority = organisation
    far = Far()
    async with serve(far.serve, "127.0.0.1", 0, ssl=context) as server:
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with listening(url, ca_file=authority) as near:
            await until(lambda: near.stream.link == "live")
        async with listening(url) as near:
            await until(lambda: near.ear.links.count(("away", None)) >= 2)
            assert len(far.hellos) == 1
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    assert old.minimum_version < ssl.TLSVersion.TLSv1_3
    async with listening("https://127.0.0.1:9", ca_file="/nowhere.pem") as near:
        await until(lambda: ("away", None) in near.ear.links)


def test_pages_are_read_as_generously_as_frames():
    page = msgspec.to_builtins(Page("c", [message(1), message(2)], False, 2))
    page["messages"][1]["card"] = {"type": "hologram"}
    raw = msgspec.json.encode(page)
    assert [m.seq for m in read_messages(raw).messages] == [1, 2]
    assert [m.body for m in read_frame(raw).messages] == ["number 1", "number 2"]
    for bad in (b"{}", b"[]", b"\xff", b'{"conv":"c","messages":7,"more":false,"last_seq":1}'):
        with pytest.raises(KBeanError, match="service_garbled"):
            read_messages(bad)
