"""The recovery code: 130 random bits a person can write on paper and type back.

Seven groups of four symbols of Crockford's base32 alphabet (no I, L, O, U). The last two symbols
are a check: the other 26, read as one number, modulo 1021. As 1021 is prime and larger than
31 × 31, every single wrong symbol and every swap of neighbours is noticed for certain, and other
mistakes all but once in a thousand times, before any slow work starts.
"""

from __future__ import annotations

import secrets
import unicodedata

from app.wallet.vault.errors import MistypedRecoveryCodeError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {symbol: index for index, symbol in enumerate(ALPHABET)}
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_SEPARATORS = frozenset("-‐‑‒–—―−_ .·")
_PAYLOAD = 26
_LENGTH = 28
_GROUP = 4
_CHECK_PRIME = 1021
RECOVERY_BYTES = 17
"""Length of what a code stands for: 130 bits, big-endian."""


def new_recovery_code() -> str:
    """Draw a fresh code, in groups, ready to be shown: ``XXXX-XXXX-…`` (34 characters)."""
    number = secrets.randbits(_PAYLOAD * 5)
    symbols = _symbols(number, _PAYLOAD) + _symbols(number % _CHECK_PRIME, 2)
    return "-".join(symbols[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))


def parse_recovery_code(typed: str) -> bytearray:
    """Read what a person typed: any case, spacing and dashes, full-width, O for 0, I or L for 1.

    Args:
        typed: The code as typed or pasted.

    Returns:
        17 secret bytes; the caller clears them.

    Raises:
        MistypedRecoveryCodeError: wrong length, an impossible symbol, or the check does not fit.
    """
    plain = unicodedata.normalize("NFKC", typed).upper()
    kept = (sign for sign in plain if sign not in _SEPARATORS and not sign.isspace())
    symbols = "".join(kept).translate(_LOOK_ALIKES)
    if len(symbols) != _LENGTH or any(symbol not in _VALUE for symbol in symbols):
        raise MistypedRecoveryCodeError
    number, check = _number(symbols[:_PAYLOAD]), _number(symbols[_PAYLOAD:])
    if number % _CHECK_PRIME != check:
        raise MistypedRecoveryCodeError
    return bytearray(number.to_bytes(RECOVERY_BYTES, "big"))


def _symbols(number: int, count: int) -> str:
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(count)))


def _number(symbols: str) -> int:
    number = 0
    for symbol in symbols:
        number = number << 5 | _VALUE[symbol]
    return number
