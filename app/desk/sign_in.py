"""The door: one calm form, plain HTML; works before anything of NiceGUI is loaded."""

from __future__ import annotations

from html import escape
from string import Template
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from fastapi import FastAPI, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.desk.guard import IN_SCOPE, SIGN_IN
from app.desk.sessions import COOKIE, DeskSession, Sessions
from app.desk.settings import Settings
from app.desk.words import LANGUAGES, Language, Words, language_of
from app.protocol.errors import KBeanError
from app.protocol.messages.desk import StaffSignIn
from app.sdk.staff import StaffClient
from app.sdk.transport import Transport

LANGUAGE_COOKIE = "kbean_desk_language"
_YEAR = 365 * 86_400
_NOTES = {"timeout": "sign_in.ended", "left": "sign_in.left", "stopped": "sign_in.ended"}

_PAGE = Template("""<!doctype html>
<html lang="$language"><head><meta charset="utf-8"><title>$title</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/assets/mark.svg"><link rel="stylesheet" href="/assets/desk.css">
</head><body class="door"><main class="door-card">
<img class="door-mark" src="/assets/mark.svg" alt="">
<h1>$title</h1><p class="door-lead">$lead</p>$note
<form method="post" action="$action" autocomplete="on">
<input type="hidden" name="zone" id="zone">
<label for="name">$name_label</label>
<input id="name" name="name" value="$name" autocomplete="username" autocapitalize="none"
 spellcheck="false" required maxlength="32" $focus_name>
<label for="passphrase">$passphrase_label</label>
<input id="passphrase" name="passphrase" type="password" autocomplete="current-password" required
 maxlength="1024" $focus_passphrase>
<label for="totp">$totp_label</label>
<input id="totp" name="totp" class="code" inputmode="numeric" autocomplete="one-time-code"
 pattern="[0-9 ]{6,7}" title="$totp_hint" required maxlength="7" placeholder="000000">
<p class="door-hint">$totp_hint</p>
<button type="submit" class="btn primary large">$submit</button>
</form></main><nav class="segmented door-language" aria-label="$language_label">$languages</nav>
<script>document.getElementById("zone").value =
 Intl.DateTimeFormat().resolvedOptions().timeZone || "";</script>
</body></html>""")


class _Door:
    """Sign-in, sign-out and the choice of the language."""

    def __init__(self, settings: Settings, sessions: Sessions) -> None:
        self._settings = settings
        self._sessions = sessions

    async def form(self, request: Request) -> Response:
        """The form; who is signed in goes on to the desk."""
        if request.scope[IN_SCOPE] is not None:
            return RedirectResponse("/", 303)
        return _page(request, note=_NOTES.get(request.query_params.get("why", "")))

    async def sign_in(self, request: Request) -> Response:
        """Name, passphrase and code together; a cookie for who knows all three."""
        fields = await request.form(max_files=0, max_fields=8)
        typed = {name: str(fields.get(name, "")) for name in ("name", "passphrase", "totp", "zone")}
        typed["name"] = typed["name"].strip().lower()
        client = StaffClient(Transport(self._settings.service, ca_file=self._settings.ca_file))
        try:
            self._sessions.check_room()
            await client.sign_in(_asked(typed))
            await client.me()
        except KBeanError as error:
            await client.close(sign_out=False)
            said = Words(language_in(request)).error(error)
            return _page(request, failure=said, name=typed["name"], status=error.status or 503)
        number = await self._begin(request, client, typed["zone"])
        answer = RedirectResponse(_inside(request.query_params.get("next")), 303)
        answer.set_cookie(
            COOKIE, number, httponly=True, samesite="strict", secure=self._settings.secure, path="/"
        )
        return answer

    async def _begin(self, request: Request, client: StaffClient, zone: str) -> str:
        """Open a session, in place of the one this browser had; its number."""
        number = self._sessions.make_number()
        session = DeskSession(
            self._sessions.key_of(number),
            client,
            language=language_in(request),
            zone=_zone(zone),
            idle_seconds=self._settings.idle_minutes * 60,
            ca_file=self._settings.ca_file,
        )
        before = request.scope[IN_SCOPE]
        if before is not None:
            await self._sessions.end(before, "left")
        self._sessions.add(session)
        session.live.start()
        return number

    async def sign_out(self, request: Request) -> Response:
        """End the session here and at the service."""
        session = request.scope[IN_SCOPE]
        if session is not None:
            await self._sessions.end(session, "left")
        answer = RedirectResponse(f"{SIGN_IN}?why=left", 303)
        answer.delete_cookie(COOKIE, path="/")
        return answer

    async def language(self, request: Request, language: str) -> Response:
        """Read another language from now on."""
        chosen = language_of(language)
        session = request.scope[IN_SCOPE]
        if session is not None:
            session.language = chosen
        answer = RedirectResponse(_inside(request.query_params.get("next")), 303)
        answer.set_cookie(LANGUAGE_COOKIE, chosen, max_age=_YEAR, samesite="lax", httponly=True)
        return answer


def add_door(app: FastAPI, settings: Settings, sessions: Sessions) -> None:
    """Add the ways in and out."""
    door = _Door(settings, sessions)
    app.get(SIGN_IN)(door.form)
    app.post(SIGN_IN)(door.sign_in)
    app.post("/sign-out")(door.sign_out)
    app.get("/language/{language}")(door.language)


def _asked(typed: dict[str, str]) -> StaffSignIn:
    """What was typed as the service wants it; what can't be right is wrong at once.

    Raises:
        KBeanError: ``staff_credentials_wrong``.
    """
    found = {name: typed[name] for name in ("name", "passphrase")}
    try:
        return msgspec.convert({**found, "totp": typed["totp"].replace(" ", "")}, StaffSignIn)
    except msgspec.ValidationError:
        raise KBeanError("staff_credentials_wrong") from None


def language_in(request: Request) -> Language:
    """What a browser reads: what was chosen here before, else what it asks for."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return language_of(chosen or request.headers.get("accept-language"))


def _inside(path: str | None) -> str:
    """A way within this desk; never one that leads out of it."""
    plain = path is not None and path.startswith("/") and path.isascii() and path.isprintable()
    return path if path and plain and path[1:2] not in {"/", "\\"} else "/"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _page(
    request: Request,
    *,
    note: str | None = None,
    failure: tuple[str, str] | None = None,
    name: str = "",
    status: int = 200,
) -> HTMLResponse:
    language = language_in(request)
    words = Words(language)
    back = request.query_params.get("next", "")
    query = f"?next={quote(back)}" if back else ""
    if failure is not None:
        said = f"<b>{escape(failure[0])}</b> {escape(failure[1])}"
        banner = f'<p class="banner danger" role="alert">{said}</p>'
    elif note is not None:
        banner = f'<p class="banner info" role="status">{escape(words(note))}</p>'
    else:
        banner = ""
    links = "".join(
        f'<a href="/language/{choice}?next={quote(SIGN_IN + query)}" lang="{choice}"'
        f"{' aria-current=true' if choice == language else ''}>"
        f"{escape(Words(choice)('language.name'))}</a>"
        for choice in LANGUAGES
    )
    values = {
        "language": language,
        "title": words("desk"),
        "lead": words("sign_in.lead"),
        "note": banner,
        "action": SIGN_IN + escape(query),
        "name_label": words("sign_in.name"),
        "name": escape(name, quote=True),
        "passphrase_label": words("sign_in.passphrase"),
        "totp_label": words("sign_in.totp"),
        "totp_hint": words("sign_in.totp_hint"),
        "submit": words("sign_in.submit"),
        "language_label": words("language"),
        "languages": links,
        "focus_name": "" if name else "autofocus",
        "focus_passphrase": "autofocus" if name else "",
    }
    return HTMLResponse(_PAGE.substitute(values), status)
