"""A payer's code: 18 digits made without internet, alone (barcode) or inside EMVCo CPM (QR).

Source: design/3 §Payer's code; EMV QR Code Specification for Payment Systems, Consumer-Presented
Mode; BER-TLV as in EMV Book 3, Annex B. ``88`` + 9-digit handle + 7-digit one-time part; the handle
is random and says nothing about its owner.

How the two sides keep step: the counter of a handle starts at 0 and the service takes a counter up
to :data:`AHEAD` beyond the last one it accepted. So a device may leave three shown codes of a
handle unused; after that it shows the same counter again in a later minute or takes another handle.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from app.protocol.errors import KBeanError

STEP_SECONDS = 60
"""How long a one-time part is the present one."""

DRIFT_STEPS = 1
"""How many steps a device's clock may be off either way."""

AHEAD = 3
"""How many counters beyond the last accepted one are accepted."""

HANDLES = 10**9
"""Handles are below this."""

KEY_BYTES = 32
MAX_CHARACTERS = 512
"""Characters of a CPM text; EMVCo allows no more."""

AID = b"\xf0KBEAN"
"""Our application's id: proprietary, without registration (ISO/IEC 7816-5, category F)."""

LABEL = "K-Bean"

_PREFIX = "88"
_OTPS = 10**7
_MAX_DEPTH = 4
_OURS = re.compile(r"88[0-9]{16}")
# Whose digits they are is told by length and first digits.
_FOREIGN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"1[0-5][0-9]{16}"), "wechat_pay"),
    (re.compile(r"62[0-9]{17}"), "unionpay"),
    (re.compile(r"(?:2[5-9]|30)[0-9]{14,22}"), "alipay"),
)
# And whose CPM text it is by the registered provider at the start of its application's id.
_PROVIDERS = {
    "A000000333": "unionpay",
    "A000000003": "visa",
    "A000000004": "mastercard",
    "A000000065": "jcb",
    "A000000025": "amex",
    "A000000152": "discover",
    "A000000524": "rupay",
}


class Tlv(NamedTuple):
    """One BER-TLV data object.

    Attributes:
        tag: In upper-case hexadecimal: ``85``, ``5F20``.
        value: Its bytes.
        parts: What a constructed object is made of; empty for a primitive one.
    """

    tag: str
    value: bytes
    parts: tuple[Tlv, ...] = ()

    def find(self, tag: str) -> Tlv | None:
        """The first part with a tag."""
        return next((part for part in self.parts if part.tag == tag), None)


# --- the digits


def generate(key: bytes, handle: int, at: int, counter: int) -> str:
    """Make a code.

    Args:
        key: The handle's 32 secret bytes.
        handle: Nine digits.
        at: Unix seconds, by the service's clock.
        counter: How many codes of this handle were shown before.

    Returns:
        18 digits.

    Raises:
        ValueError: if an argument is out of range.
    """
    if len(key) != KEY_BYTES:
        raise ValueError("a code's key is 32 bytes")
    if not 0 <= handle < HANDLES or at < 0 or not 0 <= counter < 2**32:
        raise ValueError("out of range")
    return f"{_PREFIX}{handle:09d}{one_time(key, handle, at // STEP_SECONDS, counter):07d}"


def one_time(key: bytes, handle: int, step: int, counter: int) -> int:
    """The one-time part of a step and a counter: seven digits as a number."""
    message = b"KDPC1%09d%b%b" % (handle, step.to_bytes(8, "big"), counter.to_bytes(4, "big"))
    return int.from_bytes(hmac.digest(key, message, "sha256")[:8], "big") % _OTPS


def split(code: str) -> tuple[int, int]:
    """The handle and the one-time part of 18 digits.

    Raises:
        KBeanError: ``code_malformed``.
    """
    if not _OURS.fullmatch(code):
        raise _malformed("digits")
    return int(code[2:11]), int(code[11:])


def matches(
    key: bytes, handle: int, otp: int, now: int, last_counter: int
) -> tuple[int, int] | None:
    """Find the step and counter that a one-time part was made with.

    Args:
        key: The handle's key.
        handle: Nine digits.
        otp: Seven digits.
        now: Unix seconds.
        last_counter: The last counter that was accepted; 0 for a fresh handle.

    Returns:
        ``(step, counter)``, or None where it is too old, too early or wrong.
    """
    present = now // STEP_SECONDS
    # The likeliest first. That a right code is found sooner tells nobody more than the answer does.
    for step in (present, present - DRIFT_STEPS, present + DRIFT_STEPS):
        for counter in (*range(last_counter + 1, last_counter + AHEAD + 1), last_counter):
            if step >= 0 and one_time(key, handle, step, counter) == otp:
                return step, counter
    return None


# --- EMVCo CPM


def cpm(code: str) -> str:
    """The text of a QR that carries the digits: base64 of BER-TLV.

    Raises:
        KBeanError: ``code_malformed`` for what are no digits of ours.
    """
    split(code)
    application = _write("4F", AID) + _write("50", LABEL.encode("ascii"))
    application += _write("5A", bytes.fromhex(code))
    # 5F2D: the languages that a payer of ours reads, the preferred one first.
    common = _write("5F2D", b"zhen")
    whole = _write("85", b"CPV01") + _write("61", application) + _write("62", common)
    return base64.b64encode(whole).decode("ascii")


def _write(tag: str, value: bytes) -> bytes:
    return bytes.fromhex(tag) + bytes((len(value),)) + value


def parse_cpm(text: str) -> tuple[Tlv, ...]:
    """Read any EMVCo consumer-presented text.

    Args:
        text: Base64 as it was scanned.

    Returns:
        The data objects in order; tag 85 (``CPV..``) comes first.

    Raises:
        KBeanError: ``code_malformed``, with what is wrong as ``reason``.
    """
    if len(text) > MAX_CHARACTERS:
        raise _malformed("too_long")
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _malformed("base64") from None
    objects = tuple(_objects(raw, 0))
    if not objects or objects[0].tag != "85" or not objects[0].value.startswith(b"CPV"):
        raise _malformed("not_cpm")
    return objects


def _objects(raw: bytes, depth: int) -> Iterator[Tlv]:
    if depth > _MAX_DEPTH:
        raise _malformed("depth")
    at = 0
    while at < len(raw):
        if raw[at] == 0:
            at += 1  # bytes of nought may stand between objects (EMV Book 3, Annex B)
            continue
        end = _tag_end(raw, at)
        tag, constructed = raw[at:end].hex().upper(), bool(raw[at] & 0x20)
        start, length = _length(raw, end)
        value = raw[start : start + length]
        if len(value) != length:
            raise _malformed("length")
        yield Tlv(tag, value, tuple(_objects(value, depth + 1)) if constructed else ())
        at = start + length


def _tag_end(raw: bytes, at: int) -> int:
    """Where a tag ends that begins at ``at``: more bytes follow where its low five bits are set."""
    end = at + 1
    if raw[at] & 0x1F == 0x1F:
        while end < len(raw) and raw[end] & 0x80:
            end += 1
        end += 1
    if end >= len(raw):
        raise _malformed("tag")
    return end


def _length(raw: bytes, at: int) -> tuple[int, int]:
    """Where the value begins, and its length: one byte, or 0x81/0x82 and that many bytes."""
    first = raw[at]
    if first < 0x80:
        return at + 1, first
    size = first & 0x7F
    digits = raw[at + 1 : at + 1 + size]
    if not 1 <= size <= 2 or len(digits) != size:
        raise _malformed("length")
    return at + 1 + size, int.from_bytes(digits, "big")


# --- what a counter's scanner read


def read(text: str) -> str:
    """The 18 digits of what was scanned or typed: digits (blanks between them are fine) or CPM.

    Raises:
        KBeanError: ``code_foreign`` (``params["system"]`` is whose code it is: ``alipay``,
            ``wechat_pay``, ``unionpay``, ``visa`` … or an application id in hexadecimal),
            ``code_malformed`` for everything else.
    """
    plain = "".join(text.split())
    if not plain.isascii() or not plain:
        raise _malformed("characters")
    if not plain.isdigit():
        return _from_cpm(parse_cpm(plain))
    if _OURS.fullmatch(plain):
        return plain
    for pattern, system in _FOREIGN:
        if pattern.fullmatch(plain):
            raise _foreign(system)
    raise _malformed("digits")


def _from_cpm(objects: Iterable[Tlv]) -> str:
    others: list[str] = []
    for template in objects:
        aid = template.find("4F") if template.tag == "61" else None
        if aid is None:
            continue
        if aid.value != AID:
            others.append(aid.value.hex().upper())
            continue
        digits = template.find("5A")
        code = digits.value.hex() if digits is not None else ""
        split(code)
        return code
    if not others:
        raise _malformed("no_application")
    raise _foreign(_PROVIDERS.get(others[0][:10], others[0]))


def _foreign(system: str) -> KBeanError:
    return KBeanError("code_foreign", field="code", params={"system": system})


def _malformed(reason: str) -> KBeanError:
    return KBeanError("code_malformed", reason, field="code", params={"reason": reason})
