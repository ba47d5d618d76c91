"""What every request that spends proves first: whose intent it is, and which device signed it."""

from __future__ import annotations

from typing import Protocol

from app.protocol.errors import KBeanError
from app.protocol.signing import verify
from app.server.http.access import checked_key
from app.server.http.tokens import Principal
from app.server.payments.facts import Facts


class _Intent(Protocol):
    """The fields that all signed intents share (design/3 §Signed intents)."""

    @property
    def key(self) -> str: ...
    @property
    def payer(self) -> str: ...
    @property
    def device(self) -> str: ...
    def signed_bytes(self) -> bytes: ...


async def check_signed(
    facts: Facts, principal: Principal, key: str | None, intent: _Intent, signature: str
) -> bytes:
    """Hold an intent against who asks and the key of their device.

    Args:
        facts: Knows devices.
        principal: Who asks.
        key: The ``Idempotency-Key`` header, which is the intent's own.
        intent: What was signed.
        signature: As sent.

    Returns:
        The canonical bytes that were signed.

    Raises:
        KBeanError: ``forbidden``, ``idempotency_key_missing``, ``idempotency_key_invalid``,
            ``device_revoked``, ``signature_invalid``.
    """
    if principal.kind != "person":
        raise KBeanError("forbidden", "only a person pays")
    if checked_key(key) != intent.key:
        raise KBeanError("idempotency_key_invalid", "the header is not the intent's key")
    if intent.payer != principal.id or intent.device != principal.device:
        raise KBeanError("forbidden", "the intent is another person's or device's")
    device = await facts.device(intent.device)
    if device is None or device.user_id != principal.id:
        raise KBeanError("device_revoked")
    signed = intent.signed_bytes()
    if not verify(device.public_key, signed, signature):
        raise KBeanError("signature_invalid", field="signature")
    return signed
