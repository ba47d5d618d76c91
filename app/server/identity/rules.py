"""Pure decisions about contacts, passphrases, locks and clocks."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from zxcvbn import zxcvbn

from app.protocol.errors import KBeanError
from app.protocol.messages.identity import Contact

MIN_SCORE = 3
"""zxcvbn's third step of four: safe against offline guessing of a slow hash."""

_DAY_MS = 86_400_000

_SUGGESTIONS = {
    "Add another word or two. Uncommon words are better.": "add_words",
    "Use a few words, avoid common phrases.": "use_words",
    "No need for symbols, digits, or uppercase letters.": "no_symbols_needed",
    "Use a longer keyboard pattern with more turns.": "longer_pattern",
    "Avoid repeated words and characters.": "avoid_repeats",
    "Avoid sequences.": "avoid_sequences",
    "Avoid recent years.": "avoid_years",
    "Avoid years that are associated with you.": "avoid_own_years",
    "Avoid dates and years that are associated with you.": "avoid_dates",
    "Capitalization doesn't help very much.": "capitals_no_help",
    "All-uppercase is almost as easy to guess as all-lowercase.": "uppercase_no_help",
    "Reversed words aren't much harder to guess.": "reversed_no_help",
    "Predictable substitutions like '@' instead of 'a' don't help very much.": "swaps_no_help",
}
"""zxcvbn's English advice → a stable word that the wallet has a sentence for."""


def normal_contact(contact: Contact, default_region: str) -> Contact:
    """The one spelling under which a contact is kept and found.

    Args:
        contact: As typed.
        default_region: ISO 3166 country of phone numbers written without ``+``.

    Raises:
        KBeanError: ``contact_invalid``.
    """
    text = unicodedata.normalize("NFKC", contact.value).strip()
    if contact.kind == "email":
        try:
            checked = validate_email(text, check_deliverability=False)
        except EmailNotValidError:
            raise KBeanError("contact_invalid", field="contact.value") from None
        # Mailboxes that differ in case alone are the same mailbox in practice.
        return Contact("email", checked.normalized.lower())
    try:
        number = phonenumbers.parse(text, default_region)
    except phonenumbers.NumberParseException:
        raise KBeanError("contact_invalid", field="contact.value") from None
    if not phonenumbers.is_valid_number(number):
        raise KBeanError("contact_invalid", field="contact.value")
    spelled = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Contact("phone", spelled)


def display_name(text: str) -> str:
    """A name without surrounding or invisible characters.

    Raises:
        KBeanError: ``display_name_invalid``.
    """
    name = unicodedata.normalize("NFC", text).strip()
    if not name or any(unicodedata.category(letter) in {"Cc", "Cs", "Co", "Cn"} for letter in name):
        raise KBeanError("display_name_invalid", field="display_name")
    return name


def check_passphrase(passphrase: str, inputs: list[str]) -> None:
    """Refuse a passphrase that is easy to guess.

    Args:
        passphrase: As typed.
        inputs: What a guesser knows of the person: name, contact.

    Raises:
        KBeanError: ``passphrase_weak``; params ``score`` (0–4), ``needed`` and ``suggestions``
            (words of :data:`_SUGGESTIONS`, comma-separated).
    """
    known = [*inputs, *(part for text in inputs for part in text.replace("@", " ").split())]
    # zxcvbn's time grows with the square of the length; 100 characters say enough.
    judged = zxcvbn(passphrase[:72], user_inputs=known)
    if judged["score"] >= MIN_SCORE:
        return
    words = [_SUGGESTIONS.get(text, "use_words") for text in judged["feedback"]["suggestions"]]
    raise KBeanError(
        "passphrase_weak",
        field="passphrase",
        params={
            "score": judged["score"],
            "needed": MIN_SCORE,
            "suggestions": ",".join(dict.fromkeys(words)) or "add_words",
        },
    )


def check_clock(time: int, now_ms: int, tolerance: int) -> None:
    """Refuse a signed time that is more than ``tolerance`` seconds off.

    Raises:
        KBeanError: ``clock_off`` with ``server_time`` and ``off_by`` (seconds, signed).
    """
    off = time - now_ms
    if abs(off) > tolerance * 1000:
        raise KBeanError(
            "clock_off", field="time", params={"server_time": now_ms, "off_by": round(off / 1000)}
        )


class Attempts(NamedTuple):
    """Where a contact's count of wrong passphrases stands."""

    failures: int
    locks: int
    locked_until: int
    tried_at: int


def refused_until(attempts: Attempts, now_ms: int) -> int:
    """When the next try is allowed, Unix milliseconds; 0 for now."""
    return attempts.locked_until if attempts.locked_until > now_ms else 0


def count_try(attempts: Attempts, now_ms: int) -> Attempts:
    """Count a try before it is judged, so that tries at the same time can't slip past the lock.

    A count that nobody added to for a day starts again.
    """
    if now_ms - max(attempts.tried_at, attempts.locked_until) > _DAY_MS:
        attempts = Attempts(0, 0, 0, now_ms)
    return attempts._replace(failures=attempts.failures + 1, tried_at=now_ms)


def locked(attempts: Attempts, now_ms: int, lock_seconds: int) -> Attempts:
    """Lock: the first time for ``lock_seconds``, twice as long each further time, a day at most."""
    length = min(lock_seconds * 1000 * 2**attempts.locks, _DAY_MS)
    return Attempts(0, attempts.locks + 1, now_ms + length, now_ms)
