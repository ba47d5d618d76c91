"""Scenes of the pages inside the panel, of the Security room, and of a frozen account."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from app.desktop.sample_support import HOUR, PERSON, SampleChat
from app.desktop.shots_support import answered, begin, chinese, grant, open_help
from app.protocol.ids import new_id
from app.protocol.messages.support import Look, LookList, OpenSpan

if TYPE_CHECKING:
    from app.desktop.shots_stage import Stage


def _away(stage: Stage) -> None:
    chat = answered(stage)
    _shut(chat)
    open_help(stage).ask_human()


def _shut(chat: SampleChat) -> None:
    opens = chat.now - chat.now % HOUR + 9 * HOUR
    info = msgspec.structs.replace(
        chat.info, open_now=False, spans=[OpenSpan(opens, opens + 11 * HOUR)], agents_online=0
    )
    chat.show(info=info)


def _callback(stage: Stage) -> None:
    answered(stage)
    panel = open_help(stage)
    panel.show_callback()
    stage.settle()
    panel.callback.group.buttons()[1].setChecked(True)


def _older(stage: Stage) -> None:
    zh = chinese(stage)
    chat = answered(stage)
    chat.hand_to("nobody", reason="closed")
    begin(stage)
    chat.add(PERSON, "K豆什么时候过期？" if zh else "When do K-Beans expire?", back=1)
    open_help(stage).show_older()


def _search(stage: Stage) -> None:
    answered(stage)
    panel = open_help(stage)
    panel.show_older(searching=True)
    stage.settle()
    panel.older.search.set_text("付款" if chinese(stage) else "payment")
    panel.older.search.submitted.emit()


def looks(chat: SampleChat, name: str) -> LookList:
    """Three looks at the account."""
    at = chat.now
    return LookList(
        [grant(chat, name)],
        [
            Look(new_id(), "g1", name, "movements", ["movements"], at - 3 * 60_000),
            Look(new_id(), "g1", name, "profile", ["display_name", "contact"], at - 26 * HOUR),
            Look(new_id(), "g0", name, "balance", ["available"], at - 240 * HOUR, break_glass=True),
        ],
        more=True,
    )


def _security(stage: Stage) -> None:
    stage.rooms().shell.open_room("security")


def _security_looks(stage: Stage) -> None:
    chat = stage.full.chat
    name = "李娜" if stage.language.choice == "zh-CN" else "Li Na"
    chat.look_list = looks(chat, name)
    chat.show("grants", grants=(grant(chat, name),))
    stage.rooms().shell.open_room("security")


def _frozen(room: str) -> Callable[[Stage], None]:
    def scene(stage: Stage) -> None:
        stage.full.chat.show(frozen=True)
        stage.rooms().shell.open_room(room)

    return scene


def _frozen_pay(stage: Stage) -> None:
    stage.full.chat.show(frozen=True)
    rooms = stage.rooms()
    page: Any = rooms.shell.open_room("pay")
    page.code_read.emit("000201")


def _thaw(stage: Stage) -> None:
    _frozen("security")(stage)
    stage.settle()
    from app.desktop.pages.security import FreezeCard

    card = stage.window.findChild(FreezeCard)
    assert card is not None
    card.thaw.click()


SECURITY_SCENES: dict[str, Callable[[Stage], None]] = {
    "help-away": _away,
    "help-callback": _callback,
    "help-older": _older,
    "help-search": _search,
    "security": _security,
    "security-looks": _security_looks,
    "security-thaw": _thaw,
    "frozen-home": _frozen("home"),
    "frozen-pay": _frozen_pay,
}
"""Name → what to put on the stage."""
