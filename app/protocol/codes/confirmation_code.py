"""Eight digits by which a counter without internet knows that a payment was posted (design/3, C6).

The service puts the code into the payment's answer; the payer shows it; the counter, which holds
its store's key, works out the same. The code is bound to the amount, the currency and the minute::

    NN ‖ MMMMMM     NN: two digits of the payment's id, so that two people who pay the same
                    amount in the same minute have different codes
    MMMMMM = int(first 8 bytes of HMAC-SHA256(key, "KDCC1" ‖ NN ‖ currency ‖ u64be(amount)
             ‖ u64be(T))) mod 10^6,   T = floor(unix/60)

A counter takes a code of its own minute, of the four before and of the one after: the payer needs
a while to show it, and a clock without internet drifts. One guess in some 160,000 fits; what was
accepted once must not be accepted again, so a counter keeps (step, code) of what it took.
"""

from __future__ import annotations

import hmac
import unicodedata
from hashlib import sha256

KEY_BYTES = 32
STEP_MS = 60_000
BEFORE, AFTER = 4, 1
"""Steps before and after the counter's own in which a code is still taken."""

_DIGITS = 8


def code(key: bytes, amount: int, currency: str, at_ms: int, payment_id: str) -> str:
    """Make the code of a payment.

    Args:
        key: The store's secret, 32 bytes.
        amount: Minor units that the counter asked for.
        currency: ISO 4217.
        at_ms: When the service posted it, Unix milliseconds.
        payment_id: Tells payments of the same amount and minute apart.
    """
    salt = int.from_bytes(sha256(payment_id.encode()).digest()[:4], "big") % 100
    return _written(key, salt, amount, currency, at_ms // STEP_MS)


def accepts(key: bytes, text: str, amount: int, currency: str, now_ms: int) -> int | None:
    """Check a code that somebody shows.

    Args:
        key: The store's secret.
        text: As typed: blanks, hyphens and full-width digits do no harm.
        amount: What the counter asked for, minor units.
        currency: ISO 4217.
        now_ms: The counter's clock, Unix milliseconds.

    Returns:
        The step that the code is of, to be kept with it; None where it doesn't fit.
    """
    typed = normalised(text)
    if typed is None:
        return None
    here = now_ms // STEP_MS
    fitting = None
    # All of them, always: how long it takes must not tell how near a guess was.
    for step in range(here - BEFORE, here + AFTER + 1):
        if hmac.compare_digest(_written(key, int(typed[:2]), amount, currency, step), typed):
            fitting = step
    return fitting


def normalised(text: str) -> str | None:
    """The eight digits of what was typed, or None where it has others."""
    # Full-width forms become plain ones, every blank the common one.
    plain = unicodedata.normalize("NFKC", text).replace(" ", "").replace("-", "")
    return plain if len(plain) == _DIGITS and plain.isascii() and plain.isdigit() else None


def shown(text: str) -> str:
    """The code as people read it: ``1234 5678``."""
    return f"{text[:4]} {text[4:]}"


def _written(key: bytes, salt: int, amount: int, currency: str, step: int) -> str:
    if len(key) != KEY_BYTES:
        raise ValueError("a confirmation key has 32 bytes")
    head = b"KDCC1%02d" % salt + currency.encode("ascii")
    message = head + amount.to_bytes(8, "big") + max(step, 0).to_bytes(8, "big")
    number = int.from_bytes(hmac.digest(key, message, "sha256")[:8], "big") % 1_000_000
    return f"{salt:02d}{number:06d}"
