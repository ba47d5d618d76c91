"""Sort a failure where it is met: yours, surroundings or ours (design/2 §Failures).

The wallet's windows ask :func:`failure_of` for every exception that reaches them and get one
:class:`Failure`: a code, whether money moved, and the values that the words need. The words
themselves belong to the translation catalogues.
"""

from __future__ import annotations

import dataclasses
import logging
import sqlite3
from typing import Literal

from app.protocol.errors import KBeanError, Money
from app.protocol.ids import new_id
from app.wallet.vault.errors import VaultError

FailureKind = Literal["yours", "surroundings", "ours"]

_log = logging.getLogger(__name__)

SURROUNDINGS = frozenset(
    {
        "service_unreachable",
        "service_garbled",
        "service_untrusted",
        "plain_http_refused",
        "busy",
        "shutting_down",
        "too_many_requests",
        "idempotency_in_progress",
        "clock_off",
        "storage_failed",
    }
)
"""Codes where the network, the disk, the clock or another program is at fault: retry or repair."""

OURS = frozenset(
    {
        "internal_error",
        "idempotency_key_missing",
        "idempotency_key_invalid",
        "idempotency_body_differs",
        "method_not_allowed",
        "unsupported_media_type",
        "bad_request",
        "validation_failed",
        "payload_too_large",
        "signature_invalid",
        "device_key_invalid",
        "receipt_invalid",
        "unexpected",
    }
)
"""Codes that a right wallet talking to a right service never meets: logged, shown with an id."""


@dataclasses.dataclass(frozen=True, slots=True)
class Failure:
    """One failure as a window shows it.

    Attributes:
        kind: ``yours`` (the person can act), ``surroundings`` (retry or repair), ``ours`` (a bug).
        code: The key of the words: a code of :data:`app.protocol.errors.CODES`, one of
            :data:`app.wallet.vault.errors.CODES`, or ``storage_failed`` / ``unexpected``, which
            only this module gives.
        money: Whether money moved.
        params: Values for the words (``available``, ``limit``, ``wait`` …).
        field: The field at fault, where there is one.
        retry_after: Seconds to wait, where waiting helps.
        reference: The number to quote, for ``ours`` (the service's trace id or our own).
    """

    kind: FailureKind
    code: str
    money: Money = "none"
    params: dict[str, str | int] = dataclasses.field(default_factory=dict)
    field: str | None = None
    retry_after: int | None = None
    reference: str | None = None


def kind_of_code(code: str) -> FailureKind:
    """Tell whose failure a code is; everything that isn't listed is the person's to act on."""
    if code in OURS:
        return "ours"
    if code in SURROUNDINGS:
        return "surroundings"
    return "yours"


def failure_of(error: BaseException, *, money: Money | None = None) -> Failure:
    """Turn any exception into what a window shows.

    Args:
        error: What was raised.
        money: What became of the money, where the caller knows better than the code.

    Returns:
        The failure. A bug is logged here, once, with the reference that is shown.
    """
    if isinstance(error, KBeanError):
        return Failure(
            kind_of_code(error.code),
            error.code,
            money or error.money,
            dict(error.params),
            error.field,
            error.retry_after,
            error.trace_id,
        )
    if isinstance(error, VaultError):
        return Failure(error.sort, error.code, money or "none")
    if isinstance(error, (OSError, sqlite3.Error)):
        return Failure("surroundings", "storage_failed", money or "none")
    reference = new_id()
    _log.error("unexpected failure %s", reference, exc_info=error)
    return Failure("ours", "unexpected", money or "unknown", reference=reference)
