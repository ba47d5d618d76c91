"""How hard a passphrase is to guess (zxcvbn), judged before it is sent or used.

zxcvbn and its word lists take a while to load and to run: both happen off the loop's thread, and
only when somebody types a new passphrase.
"""

from __future__ import annotations

import asyncio
import dataclasses

from app.protocol.errors import KBeanError

ENOUGH = 3
"""The score a service asks for (0 … 4)."""
_LONGEST = 72
"""zxcvbn's own limit; what follows can only make a passphrase harder."""


@dataclasses.dataclass(frozen=True, slots=True)
class Strength:
    """How hard a passphrase is to guess.

    Attributes:
        score: 0 (at once) … 4 (very hard).
        enough: Whether it is taken (3 or more).
        warning: zxcvbn's English warning, a key for the words; empty when there is none.
        suggestions: zxcvbn's English suggestions, keys for the words.
    """

    score: int
    enough: bool
    warning: str = ""
    suggestions: tuple[str, ...] = ()


async def judge(passphrase: str, hints: tuple[str, ...] = ()) -> Strength:
    """Judge a passphrase.

    Args:
        passphrase: What is typed so far.
        hints: Words that make it weak here: the contact, the name.
    """
    return await asyncio.to_thread(_judge, passphrase, hints)


async def require(passphrase: str, hints: tuple[str, ...] = ()) -> None:
    """Let only strong passphrases pass.

    Raises:
        KBeanError: ``passphrase_weak`` with ``params["score"]``.
    """
    found = await judge(passphrase, hints)
    if not found.enough:
        raise KBeanError("passphrase_weak", field="passphrase", params={"score": found.score})


def _judge(passphrase: str, hints: tuple[str, ...]) -> Strength:
    if not passphrase:
        return Strength(0, enough=False)
    from zxcvbn import zxcvbn

    # The same words as the service takes, so that both judge alike.
    parts = [part for hint in hints for part in hint.replace("@", " ").split()]
    known = [*(hint for hint in hints if hint), *parts]
    found = zxcvbn(passphrase[:_LONGEST], user_inputs=known)
    feedback = found["feedback"]
    score = int(found["score"])
    return Strength(
        score,
        score >= ENOUGH,
        str(feedback["warning"] or ""),
        tuple(str(word) for word in feedback["suggestions"]),
    )
