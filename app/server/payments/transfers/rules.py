"""Pure decisions between people: how much of a name is shown, what a look-up costs, what is paid.

**Why names can't be harvested.** A person has :data:`BUDGET` points a day. Finding somebody costs
:data:`FOUND`, finding nobody :data:`NOT_FOUND`. Whoever guesses phone numbers meets mostly nobody:
with one number in three in use, a guess costs 1 + 2/3 × 5 = 3.7 points on average, so an account
learns about 60 / 3.7 ≈ 16 masked names a day; with numbers that are all known to be in use it
learns 60. A name shows the first and the last sign at most (``王*明``), never the whole of it. To
walk through the 10^8 numbers of one prefix, an attacker would need 10^8 × 3.7 / 60 ≈ 6 million
account-days; every account is a registration of its own with a contact of its own. Wallet numbers
are drawn at random from 10^9 and a guess is right once in 10^9 / (number of people). Checking a
full name has :data:`CHECKS` tries a day, so guessing common names of one person takes weeks.
The counts stand in the database: more sessions, devices and nodes don't mean more tries.
"""

from __future__ import annotations

import unicodedata

from app.protocol.errors import KBeanError
from app.protocol.messages.transfers import Split
from app.server.payments.transfers.rows import RequestRow

BUDGET = 60
"""Points a person may spend on look-ups a day."""

FOUND = 1
NOT_FOUND = 5
"""What a look-up costs that finds somebody, and one that doesn't."""

CHECKS = 5
"""Full names a person may check a day."""

REMIND_MS = 86_400_000
"""How long after one reminder the next may come."""

OPEN_REQUESTS = 200
"""Requests for money that one person may have open at a time."""


def masked_name(name: str) -> str:
    """A name of which a friend recognises and a stranger learns little.

    Names without spaces that aren't Latin (Chinese, Japanese, Korean …) keep the first and the
    last sign, of two signs the first; words of other names keep two letters, short ones one.
    """
    words = unicodedata.normalize("NFC", name).split()
    return " ".join(_masked_word(word) for word in words) or "*"


def _masked_word(word: str) -> str:
    if len(word) == 1:
        return "*"
    if any(unicodedata.category(letter) == "Lo" for letter in word):
        if len(word) == 2:
            return f"{word[0]}*"
        return f"{word[0]}{'*' * (len(word) - 2)}{word[-1]}"
    return f"{word[:2]}*" if len(word) > 3 else f"{word[0]}*"


def same_name(typed: str, name: str) -> bool:
    """Whether a typed full name is the one: case, width and spaces don't count."""
    return _plain(typed) == _plain(name)


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def may_look_up(spent: int) -> bool:
    """Whether the day's budget still covers a look-up that may find nobody."""
    return spent + NOT_FOUND <= BUDGET


def request_state(row: RequestRow, now_ms: int) -> str:
    """What a request is now: an open one that nobody paid in time has expired."""
    return "expired" if row.state == "open" and row.expires_at <= now_ms else row.state


def check_request(
    row: RequestRow | None, *, payer: str, payee: str, amount: int, currency: str, now_ms: int
) -> RequestRow:
    """Hold a transfer against the request for money it names.

    Raises:
        KBeanError: ``money_request_not_found`` for what is none or another person's,
            ``payee_is_payer``, ``money_request_closed``, ``order_mismatch`` for another amount.
    """
    if row is None or row.asked_id not in (None, payer) or row.asker_id != payee:
        raise KBeanError("money_request_not_found", field="intent.request_id")
    if row.asker_id == payer:
        raise KBeanError("payee_is_payer")
    check_open(row, now_ms)
    if (amount, currency) != (row.amount, row.currency):
        raise KBeanError(
            "order_mismatch",
            "another amount than was asked for",
            field="intent.amount",
            params={"amount": row.amount},
        )
    return row


def check_open(row: RequestRow, now_ms: int) -> None:
    """Refuse a request that has ended.

    Raises:
        KBeanError: ``money_request_closed`` with its ``state``.
    """
    state = request_state(row, now_ms)
    if state != "open":
        raise KBeanError("money_request_closed", params={"state": state})


def check_split(split: Split) -> None:
    """The parts are the bill, and somebody else takes one.

    Raises:
        KBeanError: ``split_unequal`` with ``total`` and ``parts``, ``validation_failed``.
    """
    parts = sum(part.amount for part in split.parts)
    if parts != split.total:
        raise KBeanError(
            "split_unequal", field="parts", params={"total": split.total, "parts": parts}
        )
    if sum(part.payee_ref is None for part in split.parts) > 1:
        raise KBeanError("validation_failed", "one part is the asker's own", field="parts")
