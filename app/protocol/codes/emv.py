"""EMVCo merchant-presented codes (MPM): the TLV text and its checksum, read and written.

Source: EMV QR Code Specification for Payment Systems, Merchant-Presented Mode; the rules kept
here are those of design/3 §Merchant and personal QR. ``LEN`` counts characters (code points), the
CRC runs over UTF-8 bytes.

A checksum is no authentication. Replacing one character by another of one or two UTF-8 bytes, or
any one byte, is always noticed (a CRC-16 detects every burst of up to 16 bits); a character of
three or four bytes, or one that changes the number of bytes, slips through about once in 65,536.
Only the signature (:mod:`app.protocol.codes.merchant_code`) closes that.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from app.protocol.errors import KBeanError

MAX_CHARACTERS = 512
"""Characters of a whole code; EMVCo advises against more (§3.1)."""

_CRC_HEADER = "6304"
# Control characters, lone surrogates, line separators, the byte order mark and non-characters have
# no business in a name; the bidirectional embeddings, overrides and isolates could disguise one.
_FORBIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_AMOUNT = r"(?=.*[1-9])[0-9]+(?:\.[0-9]+)?"  # a figure, and never zero


class CodeError(KBeanError):
    """A code that can't be used: the only exception of this package for a text of any kind.

    Attributes:
        reason: A stable word for what is wrong, finer than the error code (logs, words, tests).
        tag: The field at fault (``59``, ``62.05``), or an empty text.
    """

    def __init__(
        self,
        reason: str,
        *,
        tag: str = "",
        code: str = "code_malformed",
        params: dict[str, str | int] | None = None,
    ) -> None:
        detail = f"{reason} in field {tag}" if tag else reason
        known: dict[str, str | int] = {"reason": reason}
        super().__init__(code, detail, field=tag or None, params=known | (params or {}))
        self.reason = reason
        self.tag = tag

    @property
    def words_key(self) -> str:
        """The key of the wallet's words for this refusal."""
        return f"{self.code}.{self.reason}"


class Tag(NamedTuple):
    """One data object: two digits and its text. A template's text is TLV again."""

    id: str
    value: str


class _Rule(NamedTuple):
    pattern: re.Pattern[str] | None
    longest: int


def _rule(longest: int, pattern: str | None = None) -> _Rule:
    return _Rule(re.compile(pattern) if pattern else None, longest)


_FIELDS: dict[str, _Rule] = {
    "00": _rule(2, "01"),
    "01": _rule(2, "1[12]"),
    "52": _rule(4, "[0-9]{4}"),
    "53": _rule(3, "[0-9]{3}"),
    "54": _rule(13, _AMOUNT),
    "55": _rule(2, "0[123]"),
    "56": _rule(13, _AMOUNT),
    "57": _rule(5, _AMOUNT),
    "58": _rule(2, "[A-Z]{2}"),
    "59": _rule(25),
    "60": _rule(15),
    "61": _rule(10),
}
_ADDITIONAL = {f"{number:02d}": _rule(25) for number in range(1, 9)} | {"09": _rule(3)}
_LANGUAGE = {"00": _rule(2, "[A-Za-z]{2}"), "01": _rule(25), "02": _rule(15)}
_GUID = {"00": _rule(32, r"[\x21-\x7e]+")}
_REQUIRED = ("52", "53", "58", "59", "60")


class MerchantPresented(msgspec.Struct, frozen=True):
    """A merchant-presented code. The tags are the whole truth; the properties read them.

    Attributes:
        tags: Every field in the order of the text, without the checksum (63).
    """

    tags: tuple[Tag, ...]

    def get(self, tag_id: str) -> str | None:
        """The text of a field, or None where it is absent."""
        return next((tag.value for tag in self.tags if tag.id == tag_id), None)

    def template(self, tag_id: str) -> dict[str, str]:
        """The fields inside a template, in order; empty where it is absent."""
        value = self.get(tag_id)
        return {} if value is None else {tag.id: tag.value for tag in _split(value, tag_id)}

    @property
    def accounts(self) -> dict[str, dict[str, str]]:
        """Merchant account templates (26–51) by their id."""
        return {tag.id: self.template(tag.id) for tag in self.tags if "26" <= tag.id <= "51"}

    @property
    def own_templates(self) -> dict[str, dict[str, str]]:
        """Unreserved templates (80–99) by their id."""
        return {tag.id: self.template(tag.id) for tag in self.tags if tag.id >= "80"}

    @property
    def dynamic(self) -> bool:
        """Whether the code is for one payment (01 = 12)."""
        return self.get("01") == "12"

    @property
    def category(self) -> str:
        """Merchant category code (52), four digits."""
        return self.get("52") or ""

    @property
    def currency(self) -> str:
        """ISO 4217 digits (53)."""
        return self.get("53") or ""

    @property
    def amount(self) -> str | None:
        """The amount as written (54), or None where the payer types it."""
        return self.get("54")

    @property
    def country(self) -> str:
        """ISO 3166 letters (58)."""
        return self.get("58") or ""

    @property
    def name(self) -> str:
        """Merchant name (59). Whoever made the code wrote it: never show it as verified."""
        return self.get("59") or ""

    @property
    def city(self) -> str:
        """Merchant city (60)."""
        return self.get("60") or ""

    @property
    def postcode(self) -> str | None:
        """Postal code (61)."""
        return self.get("61")

    @property
    def additional(self) -> dict[str, str]:
        """Additional data (62): 01 bill, 03 store, 05 reference, 06 customer, 07 terminal."""
        return self.template("62")

    @property
    def local(self) -> dict[str, str]:
        """The language template (64): 00 language, 01 name, 02 city."""
        return self.template("64")


def crc16(data: bytes) -> str:
    """CRC-16/CCITT-FALSE as four upper-case hex digits (``123456789`` → ``29B1``).

    ``binascii.crc_hqx`` is the same polynomial (0x1021), unreflected and without a final xor.
    """
    return f"{binascii.crc_hqx(data, 0xFFFF):04X}"


def tlv(fields: Iterable[tuple[str, str]]) -> str:
    """Write fields one after the other, as a template's text has them.

    Raises:
        CodeError: for an id that is not two digits and a value that is not 1–99 characters long.
    """
    parts = []
    for tag_id, value in fields:
        if not _two_digits(tag_id):
            raise CodeError("tag_id", tag=tag_id[:8])
        if not 1 <= len(value) <= 99:
            raise CodeError("length", tag=tag_id)
        parts.append(f"{tag_id}{len(value):02d}{value}")
    return "".join(parts)


def parse(text: str) -> MerchantPresented:
    """Read a merchant-presented code, strictly.

    Args:
        text: The code's whole text. Nothing is stripped.

    Raises:
        CodeError: ``code_malformed`` with a reason: ``empty``, ``too_long``, ``not_text``,
            ``not_emv``, ``crc_missing``, ``crc_wrong``, ``tag_id``, ``length``, ``truncated``,
            ``duplicate``, ``order``, ``missing``, ``format``, ``too_long_field``, ``guid`` or
            ``tip``.
    """
    _check_text(text)
    if not text.startswith("000201"):
        raise CodeError("not_emv")
    body, checksum = text[:-4], text[-4:]
    if not body.endswith(_CRC_HEADER):
        raise CodeError("crc_missing")
    if crc16(body.encode("utf-8")) != checksum:
        raise CodeError("crc_wrong")
    tags = _split(body[: -len(_CRC_HEADER)], "")
    _check_fields(tags)
    return MerchantPresented(tags)


def build(code: MerchantPresented) -> str:
    """Write a code with its checksum; refuses whatever :func:`parse` would refuse.

    Raises:
        CodeError: as :func:`parse`.
    """
    body = tlv(code.tags) + _CRC_HEADER
    _check_text(body + "0000")  # the checksum's place counts
    _check_fields(code.tags)
    return body + crc16(body.encode("utf-8"))


def _check_text(text: str) -> None:
    if not text:
        raise CodeError("empty")
    if len(text) > MAX_CHARACTERS:
        raise CodeError("too_long")
    if _FORBIDDEN.search(text):
        raise CodeError("not_text")


def _two_digits(text: str) -> bool:
    """ASCII digits only: ``str.isdigit`` alone would take full-width ones."""
    return len(text) == 2 and text.isascii() and text.isdigit()


def _split(text: str, parent: str) -> tuple[Tag, ...]:
    """Cut TLV text into its fields; the text must be used up exactly, and no id come twice."""
    tags: list[Tag] = []
    seen: set[str] = set()
    position = 0
    while position < len(text):
        tag_id, length = text[position : position + 2], text[position + 2 : position + 4]
        if not _two_digits(tag_id):
            raise CodeError("tag_id", tag=parent)
        name = f"{parent}.{tag_id}" if parent else tag_id
        if not _two_digits(length) or length == "00":
            raise CodeError("length", tag=name)
        value = text[position + 4 : position + 4 + int(length)]
        if len(value) != int(length):
            raise CodeError("truncated", tag=name)
        if tag_id in seen:
            raise CodeError("duplicate", tag=name)
        seen.add(tag_id)
        tags.append(Tag(tag_id, value))
        position += 4 + len(value)
    return tuple(tags)


def _check_fields(tags: tuple[Tag, ...]) -> None:
    """Hold a whole code against the specification's table of fields."""
    present = [tag.id for tag in tags]
    if len(set(present)) != len(present):
        raise CodeError("duplicate")
    if not tags or tags[0].id != "00" or "63" in present:
        raise CodeError("order")
    for required in _REQUIRED:
        if required not in present:
            raise CodeError("missing", tag=required)
    if not any("02" <= tag_id <= "51" for tag_id in present):
        raise CodeError("missing", tag="26")
    for tag in tags:
        _check_value(tag, _FIELDS, "")
        _check_template(tag)
    _check_tip({tag.id: tag.value for tag in tags})


def _check_value(tag: Tag, rules: Mapping[str, _Rule], parent: str) -> None:
    rule = rules.get(tag.id)
    if rule is None:
        return
    name = f"{parent}.{tag.id}" if parent else tag.id
    if len(tag.value) > rule.longest:
        raise CodeError("too_long_field", tag=name)
    if rule.pattern is not None and not rule.pattern.fullmatch(tag.value):
        raise CodeError("format", tag=name)


def _check_template(tag: Tag) -> None:
    """Open the templates 26–51, 62, 64 and 80–99."""
    if "26" <= tag.id <= "51" or tag.id >= "80":
        _check_guided(tag, tag.id)
    elif tag.id == "62":
        for inner in _split(tag.value, "62"):
            _check_value(inner, _ADDITIONAL, "62")
            if inner.id >= "50":
                _check_guided(inner, f"62.{inner.id}")
    elif tag.id == "64":
        inside = _split(tag.value, "64")
        for required in ("00", "01"):
            if required not in {inner.id for inner in inside}:
                raise CodeError("missing", tag=f"64.{required}")
        for inner in inside:
            _check_value(inner, _LANGUAGE, "64")


def _check_guided(tag: Tag, name: str) -> None:
    """A template of somebody's own starts with that somebody's globally unique id."""
    inside = _split(tag.value, name)
    if inside[0].id != "00":
        raise CodeError("guid", tag=name)
    _check_value(inside[0], _GUID, name)


def _check_tip(values: Mapping[str, str]) -> None:
    """56 belongs to a fixed tip (55 = 02), 57 to a percentage (55 = 03)."""
    kind = values.get("55")
    if ("56" in values) != (kind == "02") or ("57" in values) != (kind == "03"):
        raise CodeError("tip", tag="55")
