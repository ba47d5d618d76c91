"""Hides what must not be kept: card numbers, secrets, codes, ID and bank account numbers.

Applied by the server to what persons and agents write, before anything is stored (design/1 S11,
design/4 §Conversation). Pure: text in, text out. Numbers of ours (order and payment numbers,
conversation numbers, UUIDs, payer's codes) and amounts survive. Masking twice changes nothing more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Generator, Iterator
from functools import lru_cache
from typing import NamedTuple

DOT = "•"
_HIDDEN = DOT * 4


class Masked(NamedTuple):
    """What may be kept.

    Attributes:
        text: The text, with dots where something was hidden.
        found: What it was, each kind once: ``card``, ``secret``, ``code``, ``id_number``,
            ``bank_account``.
    """

    text: str
    found: list[str]


class _Span(NamedTuple):
    start: int
    end: int
    kind: str
    instead: str


def mask(text: str) -> Masked:
    """Hide every secret that can be recognised."""
    plain = _plain(text)
    if not _WORTH_A_LOOK.search(plain):
        return Masked(text, [])
    kept = [match.span() for match in _OURS.finditer(plain)]
    spans = [
        span
        for find in (_secrets, _codes, _numbers, _ibans, _accounts)
        for span in find(plain)
        if not any(start < span.end and span.start < end for start, end in kept)
    ]
    spans.sort(key=lambda span: (span.start, -span.end))
    parts: list[str] = []
    found: list[str] = []
    at = 0
    for span in spans:
        if span.start < at:
            continue
        parts += [text[at : span.start], span.instead]
        at = span.end
        if span.kind not in found:
            found.append(span.kind)
    return Masked("".join([*parts, text[at:]]), found)


# --- the same text in plain characters, place for place ------------------------------------------


@lru_cache(maxsize=4096)
def _plain_character(character: str) -> str:
    """Full-width forms and foreign digits as ASCII; any dash as ``-``, any space as a space."""
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if unicodedata.category(character) == "Pd" or character in "−ー":
        return "-"
    if unicodedata.category(character) in {"Zs", "Cf"}:
        return " "
    narrow = unicodedata.normalize("NFKC", character)
    return narrow if len(narrow) == 1 and narrow.isascii() else character


def _plain(text: str) -> str:
    return text if text.isascii() else "".join(map(_plain_character, text))


_WORTH_A_LOOK = re.compile(r"\d|密[码碼]|口令|pass", re.IGNORECASE)

_OURS = re.compile(
    # UUIDs; KC-20261123-0007 and its like; order numbers (date and ten digits); payer's codes.
    r"(?<![0-9a-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z])"
    r"|(?<![0-9a-z])[a-z]{2,4}-20\d{6}-\d{4,8}(?!\d)"
    r"|(?<!\d)20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{10}(?!\d)"
    r"|(?<!\d)88\d{16}(?!\d)",
    re.IGNORECASE,
)


# --- passphrases and PINs ------------------------------------------------------------------------

_IS = (
    r"[ \t]*(?:is|was|are|to|[:=]|是|为|為|就是|叫|改成了?|设成了?|设置?[为成])"
    r"[ \t]*(?:[:=][ \t]*)?"
)
_SIGN = r"[ \t]*[:=][ \t]*"
_OPEN = "[\"'`“”‘’「『《【]?"
_VALUE = r"(?P<value>[!-~]{3,64})"
_STATE_OF_IT = (
    r"(?!(?:wrong|incorrect|invalid|not|never|no|forgotten|forgot|lost|locked|expired|weak|too|the|a"
    r"|an|right|correct|still|being|it|that|this|what|which|required|needed|asked|unknown|hidden"
    r"|rejected|refused|accepted|working|okay?|fine|safe|secure|different|reset|changed|missing"
    r"|be|my|your|in|on|for|and|or|so)\b)"
)
_WORD = r"(?:pass[ -]?word|pass[ -]?code|passwd|pwd|密[码碼]|口令)"
_PHRASE = r"(?:pass[ -]?phrase|助记词|seed phrase)"

_SECRET = re.compile(rf"{_WORD}(?:{_SIGN}|{_IS}{_STATE_OF_IT}){_OPEN}{_VALUE}", re.IGNORECASE)
_PASSPHRASE = re.compile(
    # Several words: to the end of the sentence.
    rf"{_PHRASE}(?:{_SIGN}|{_IS}{_STATE_OF_IT}){_OPEN}"
    rf"(?P<value>[^\n.,;!?，。；！？•\"”」]{{3,200}})",
    re.IGNORECASE,
)
_PIN = re.compile(
    rf"(?<![a-z])pin(?![a-z])(?:[ -]?(?:code|number)|[码碼])?(?:{_IS}|[ \t]*)"
    rf"{_OPEN}(?P<value>\d(?:[ -]?\d){{3,11}})(?!\d)",
    re.IGNORECASE,
)
_DIGITS_AFTER = re.compile(
    # "密码 123456", without any word between.
    rf"{_WORD}[ \t]{{0,4}}(?P<value>\d(?:[ -]?\d){{3,11}})(?!\d)",
    re.IGNORECASE,
)


def _secrets(plain: str) -> Iterator[_Span]:
    for pattern in (_SECRET, _PASSPHRASE, _PIN, _DIGITS_AFTER):
        for match in pattern.finditer(plain):
            start, end = match.span("value")
            value = match["value"].rstrip(".,;:!?\"'`)] \t")
            if len(value) >= 3 and DOT not in value:
                yield _Span(start, min(end, start + len(value)), "secret", _dots(value))


def _dots(value: str) -> str:
    """Never longer than what it hides."""
    return _HIDDEN[: len(value)]


# --- one-time codes ------------------------------------------------------------------------------

_CODE_WORD = (
    r"(?:验证[码碼]|驗證[码碼]|校验[码碼]|动态[码碼]|动态口令|短信[码碼]|安全[码碼]|恢复[码碼]"
    r"|(?<![a-z])(?:otp|totp|cvv2?|cvc2?)(?![a-z])|one[- ]time (?:pass)?(?:code|word)"
    r"|(?:verification|security|confirmation|auth(?:entication)?|login|sign-in|sms|2fa|recovery)"
    r" code)"
)
_CODE_VALUE = r"\d(?:[ -]?\d){2,9}"
_CODE = re.compile(
    rf"{_CODE_WORD}(?:[ \t,]*(?:is|was|[:=]|是|为|為|就是|给你|发你)?[ \t]*(?:[:=][ \t]*)?)"
    rf"{_OPEN}(?P<value>{_CODE_VALUE})(?!\d)",
    re.IGNORECASE,
)
_CODE_BEFORE = re.compile(
    rf"(?<![\d.-])(?P<value>\d{{4,8}})[ \t]*(?:is|was|是|就是|为)[ \t]*"
    rf"(?:(?:my|the|your|a|我的?|这个|那个|刚才的?|收到的)[ \t]*){{0,2}}{_CODE_WORD}",
    re.IGNORECASE,
)


def _codes(plain: str) -> Iterator[_Span]:
    for pattern in (_CODE, _CODE_BEFORE):
        for match in pattern.finditer(plain):
            yield _Span(*match.span("value"), "code", _dots(match["value"]))


# --- long numbers: cards and identity numbers ----------------------------------------------------

_RUN = re.compile(r"(?<!\d)\d(?:[ ./·-]{0,2}\d){12,60}(?:[ -]?x)?(?!\d)", re.IGNORECASE)
_GROUP = re.compile(r"\d+x?", re.IGNORECASE)
_CARD_SHAPES = frozenset({(4, 6, 5), (4, 6, 4), (6, 10), (6, 12), (6, 13)})
_ID_SHAPES = frozenset({(18,), (6, 8, 4), (6, 4, 4, 4), (17, 1), (6, 8, 3, 1), (3, 3, 4, 4, 4)})
_PROVINCES = frozenset(
    str(number)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71))
    for number in range(first, last + 1)
) | {"81", "82", "83", "91"}


def _numbers(plain: str) -> Iterator[_Span]:
    for run in _RUN.finditer(plain):
        groups = list(_GROUP.finditer(run.group()))
        first = 0
        while first < len(groups):
            first = yield from _window(run.start(), groups, first)


def _window(offset: int, groups: list[re.Match[str]], first: int) -> Generator[_Span, None, int]:
    """The longest card or identity number that begins with a group; where to go on."""
    for last in range(len(groups), first, -1):
        chosen = groups[first:last]
        digits = "".join(group.group() for group in chosen)
        shape = tuple(len(group.group()) for group in chosen)
        kind = None
        if len(digits) == 18 and shape in _ID_SHAPES and is_id_number(digits):
            kind = "id_number"
        elif 13 <= len(digits) <= 19 and _looks_grouped(shape) and is_card_number(digits):
            kind = "card"
        if kind is not None:
            instead = f"{_HIDDEN} {digits[-4:]}" if kind == "card" else _HIDDEN
            yield _Span(offset + chosen[0].start(), offset + chosen[-1].end(), kind, instead)
            return last
    return first + 1


def _looks_grouped(shape: tuple[int, ...]) -> bool:
    """Whether people write a card number in such groups: one, all alike, or an issuer's own."""
    alike = len({*shape[:-1]}) <= 1 and shape[-1] <= shape[0]
    return alike or shape in _CARD_SHAPES


def is_card_number(digits: str) -> bool:
    """Luhn's check over 13 to 19 digits that can begin a card (ISO/IEC 7812)."""
    if not (digits.isdecimal() and 13 <= len(digits) <= 19) or digits[0] in "017":
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0 and len(set(digits)) > 1


def is_id_number(text: str) -> bool:
    """A Chinese resident identity number: province, birthday, check (GB 11643, ISO 7064)."""
    if len(text) != 18 or not text[:17].isdecimal() or text[:2] not in _PROVINCES:
        return False
    year, month, day = text[6:10], int(text[10:12]), int(text[12:14])
    if year[:2] not in {"18", "19", "20"} or not (1 <= month <= 12 and 1 <= day <= 31):
        return False
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(text[:17]))
    return text[17].upper() == "10X98765432"[total % 11]


# --- bank accounts -------------------------------------------------------------------------------

_IBAN = re.compile(
    r"(?<![0-9a-z])[a-z]{2}\d{2}(?: ?[0-9a-z]{4}){2,7}(?: ?[0-9a-z]{1,3})?(?![0-9a-z])",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(
    r"(?:(?:银行|对公|开户|收款|储蓄)(?:卡号|[账帐][号户]|卡)|卡号"
    r"|bank account(?: (?:number|no\.?))?|card (?:number|no\.?)|account number"
    r"|routing number|sort code)"
    rf"(?:{_IS}|[ \t]*)(?P<value>\d(?:[ -]?\d){{5,29}})(?!\d)",
    re.IGNORECASE,
)


def _ibans(plain: str) -> Iterator[_Span]:
    for match in _IBAN.finditer(plain):
        text = match.group()
        # What follows may have been taken for a group of it.
        while " " in text and not is_iban(text):
            text = text.rpartition(" ")[0]
        if is_iban(text):
            instead = f"{_HIDDEN} {text.replace(' ', '')[-4:]}"
            yield _Span(match.start(), match.start() + len(text), "bank_account", instead)


def is_iban(text: str) -> bool:
    """ISO 13616: two letters, check digits, and the remainder 1 modulo 97."""
    compact = text.replace(" ", "").upper()
    if not (15 <= len(compact) <= 34 and compact.isascii() and compact.isalnum()):
        return False
    turned = compact[4:] + compact[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def _accounts(plain: str) -> Iterator[_Span]:
    for match in _ACCOUNT.finditer(plain):
        digits = re.sub(r"\D", "", match["value"])
        tail = f" {digits[-4:]}" if len(digits) >= 12 else ""
        kind = "card" if is_card_number(digits) else "bank_account"
        yield _Span(*match.span("value"), kind, _HIDDEN + tail)
