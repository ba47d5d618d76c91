"""The guard before every page, sessions that end, settings that are refused, the look's tokens."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from app.desk.files import media_type_of
from app.desk.guard import IN_SCOPE, Guard, session_of
from app.desk.rooms import ROOMS, first_room, may_enter
from app.desk.sessions import COOKIE, DeskSession, Sessions
from app.desk.settings import Settings, SettingsError
from app.desktop.theme import tokens
from app.protocol.errors import KBeanError
from app.protocol.messages.desk import Role, StaffMember, StaffSession
from app.sdk.address import ServiceAddress
from app.sdk.staff import StaffClient
from app.sdk.transport import Transport

SETTINGS = Settings.make("http://127.0.0.1:1", port=8480)
OURS = "http://127.0.0.1:8480"
CSS = Path(__file__).resolve().parents[2] / "app" / "desk" / "assets"


class Window:
    """A page that only remembers why it was left."""

    def __init__(self) -> None:
        self.left: list[str] = []

    def leave(self, why: str) -> None:
        self.left.append(why)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def staff_client(*roles: Role) -> StaffClient:
    client = StaffClient(Transport(ServiceAddress.parse("http://127.0.0.1:1")))
    member = StaffMember("s", "mei", "Mei", list(roles) or ["agent"], [], ["zh"], 5)
    now = client.clock.time_ms()
    client.adopt(StaffSession(member, "token", now + 3_600_000, now))
    return client


def session(number: str = "n", clock: Clock | None = None, *roles: Role) -> DeskSession:
    return DeskSession(
        Sessions.key_of(number),
        staff_client(*roles),
        language="en",
        zone=ZoneInfo("UTC"),
        idle_seconds=600,
        now=clock or Clock(),
    )


async def inner(scope: Scope, receive: Receive, send: Send) -> None:
    answer: Response
    if scope["path"] == "/page":
        signed_in = session_of(scope).staff.name
        answer = HTMLResponse(f"<html><script>1</script><p>{signed_in}</p><SCRIPT src=x></html>")
    else:
        answer = PlainTextResponse(f"{scope[IN_SCOPE] is not None}")
    await answer(scope, receive, send)


def browser(sessions: Sessions, settings: Settings = SETTINGS, **more) -> httpx.AsyncClient:
    guard = Guard(inner, settings, sessions)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(guard), base_url=more.pop("base_url", OURS), **more
    )


async def test_without_a_session_there_is_only_the_door() -> None:
    async with browser(Sessions(5)) as client:
        answer = await client.get("/c/abc")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/sign-in?next=/c/abc"
        assert (await client.get("/sign-in")).status_code == 200
        assert (await client.post("/upload", headers={"origin": OURS})).status_code == 401
        # NiceGUI's own addresses for uploads and long polling are no way around.
        assert (await client.get("/_nicegui/client/x/upload/1")).status_code == 303
        assert (await client.get("/_nicegui_ws/socket.io/?transport=polling")).status_code == 403


async def test_a_page_gets_a_nonce_and_headers_that_shut_others_out() -> None:
    sessions = Sessions(5)
    sessions.add(session())
    async with browser(sessions, cookies={COOKIE: "n"}) as client:
        answer = await client.get("/page")
        other = await client.get("/page")
    assert "<p>mei</p>" in answer.text
    policy = answer.headers["content-security-policy"]
    nonce = re.search(r"'nonce-([\w-]+)'", policy).group(1)
    assert f'<script nonce="{nonce}">1' in answer.text
    # Only what the template wrote in lower case is ours; nothing else may run.
    assert f'nonce="{nonce}" src=x' not in answer.text
    assert nonce not in other.text
    assert "frame-ancestors 'none'" in policy
    assert "'unsafe-inline'" not in policy.partition("style-src")[0]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert int(answer.headers["content-length"]) == len(answer.content)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:9", None])
async def test_what_comes_from_another_site_is_refused(origin) -> None:
    sessions = Sessions(5)
    sessions.add(session())
    headers = {"origin": origin} if origin else {}
    async with browser(sessions, cookies={COOKIE: "n"}) as client:
        assert (await client.post("/sign-out", headers=headers)).status_code == 403
        assert (await client.post("/sign-out", headers={"origin": OURS})).status_code == 200


async def test_another_name_of_this_machine_is_no_name_of_the_desk() -> None:
    async with browser(Sessions(5), base_url="http://rebound.example:8480") as client:
        assert (await client.get("/sign-in")).status_code == 421


async def test_too_large_a_body_is_refused() -> None:
    sessions = Sessions(5)
    sessions.add(session())
    async with browser(sessions, cookies={COOKIE: "n"}) as client:
        headers = {"origin": OURS, "content-length": "99999999"}
        assert (await client.post("/x", headers=headers, content=b"")).status_code == 413


async def shake(guard: Guard, cookie: str, origin: str, query: str = "") -> list[str]:
    """Ask for a WebSocket; the types of what comes back."""
    came: list[str] = []
    scope = {
        "type": "websocket",
        "path": "/_nicegui_ws/socket.io/",
        "query_string": query.encode(),
        "headers": [
            (b"host", b"127.0.0.1:8480"),
            (b"origin", origin.encode()),
            (b"cookie", f"{COOKIE}={cookie}".encode()),
        ],
    }

    async def receive() -> dict:
        return {"type": "websocket.connect"}

    async def send(message) -> None:
        came.append(message["type"])

    await guard(scope, receive, send)
    return came


async def test_the_websocket_is_for_pages_of_this_session_alone() -> None:
    async def accept(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})

    sessions = Sessions(5)
    sessions.add(session())
    guard = Guard(accept, SETTINGS, sessions)
    assert await shake(guard, "n", OURS) == ["websocket.accept"]
    assert await shake(guard, "n", "https://evil.example") == ["websocket.close"]
    assert await shake(guard, "other", OURS) == ["websocket.close"]
    assert await shake(guard, "n", "") == ["websocket.close"]


async def test_behind_a_proxy_only_its_own_origin_counts() -> None:
    settings = Settings.make(
        "https://pay.example", host="0.0.0.0", port=8480, origin="https://Desk.example"
    )
    assert settings.secure
    sessions = Sessions(5)
    sessions.add(session())
    async with browser(
        sessions, settings, base_url="http://desk.example", cookies={COOKIE: "n"}
    ) as client:
        good = await client.post("/x", headers={"origin": "https://desk.example"})
        bad = await client.post("/x", headers={"origin": "http://desk.example"})
    assert (good.status_code, bad.status_code) == (200, 403)
    assert "max-age" in good.headers["strict-transport-security"]


@pytest.mark.parametrize(
    ("service", "more", "said"),
    [
        ("http://pay.example", {}, "--service"),
        ("http://127.0.0.1:1", {"host": "0.0.0.0"}, "without TLS"),
        ("http://127.0.0.1:1", {"origin": "https://desk.example/path"}, "--origin"),
        ("http://127.0.0.1:1", {"origin": "desk.example"}, "--origin"),
    ],
)
def test_settings_that_are_refused(service, more, said) -> None:
    with pytest.raises(SettingsError, match=said):
        Settings.make(service, **more)


async def test_a_session_ends_by_itself_and_takes_its_pages_with_it() -> None:
    clock, sessions, window = Clock(), Sessions(5), Window()
    mine = session("n", clock)
    mine.windows.add(window)
    mine.drafts["x"] = "words"
    sessions.add(mine)
    clock.now += 500
    mine.touch()
    clock.now += 599
    assert sessions.find("n") is mine
    await sessions.sweep()
    assert not window.left
    clock.now += 1
    assert sessions.find("n") is None
    await sessions.sweep()
    assert window.left == ["timeout"]
    assert not mine.drafts
    with pytest.raises(KBeanError, match="unauthenticated"):
        assert mine.client.token
    await sessions.end(mine, "again")
    assert window.left == ["timeout"]


async def test_a_desk_keeps_so_many_sessions_and_no_more() -> None:
    sessions = Sessions(1)
    sessions.check_room()
    sessions.add(session())
    with pytest.raises(KBeanError, match="busy"):
        sessions.check_room()
    assert sessions.find(None) is None
    assert sessions.find("other") is None
    await sessions.close()
    sessions.check_room()


@pytest.mark.parametrize(
    ("role", "first"),
    [("agent", "board"), ("admin", "knowledge"), ("auditor", "board"), ("finance", "nothing")],
)
def test_everybody_lands_where_they_may(role, first) -> None:
    somebody = session("n", None, role)
    assert first_room(somebody).name == first
    assert may_enter(first_room(somebody), somebody)


def test_every_room_has_its_module() -> None:
    for room in ROOMS:
        assert callable(room.builder())


def test_only_pictures_are_shown_in_the_page() -> None:
    assert media_type_of(b"\x89PNG\r\n\x1a\n...") == "image/png"
    assert media_type_of(b"RIFF1234WEBP") == "image/webp"
    assert media_type_of(b"%PDF-1.7") == "application/pdf"
    assert media_type_of(b"<script>") == "application/octet-stream"
    assert media_type_of(b"<svg xmlns=") == "application/octet-stream"


def blocks() -> list[dict[str, str]]:
    """The tokens of each block of the style sheet."""
    text = (CSS / "tokens.css").read_text("utf-8")
    found = [dict(re.findall(r"--([\w-]+):\s*(#\w{6})", part)) for part in text.split(":root")[1:]]
    return [{name.replace("-", "_"): value for name, value in block.items()} for block in found]


def test_the_desk_wears_the_wallets_colours() -> None:
    light, dark, light_high, dark_high = blocks()
    faces = (
        (light, tokens.LIGHT),
        ({**light, **dark}, tokens.DARK),
        ({**light, **light_high}, tokens.LIGHT_HIGH_CONTRAST),
        ({**light, **dark, **light_high, **dark_high}, tokens.DARK_HIGH_CONTRAST),
    )
    for written, wallet in faces:
        for name, value in wallet._asdict().items():
            if name not in {"shadow", "scrim"}:
                assert written[name] == value, name


def test_no_other_style_carries_a_colour_or_an_address() -> None:
    text = (CSS / "desk.css").read_text("utf-8")
    assert not re.findall(r"#[0-9A-Fa-f]{3,8}\b", text)
    assert not re.findall(r"https?:|//", text)
