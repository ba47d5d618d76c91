"""The one table of error codes, and the problem document that carries them (RFC 9457).

A code is stable for ever. The service answers codes; the wallet owns the words in the person's
language (``i18n/``). ``money`` says whether money moved, because that is what a person asks first.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

Money = Literal["none", "not_moved", "moved", "unknown"]
"""``none``: nothing here moves money; otherwise what became of it."""


class ErrorKind(NamedTuple):
    """What is fixed about a code: the HTTP status, whether money moved, an English title."""

    status: int
    money: Money
    title: str


CODES: dict[str, ErrorKind] = {
    # --- the request itself
    "bad_request": ErrorKind(400, "not_moved", "The request is malformed"),
    "validation_failed": ErrorKind(400, "not_moved", "A field has a value that is not accepted"),
    "not_found": ErrorKind(404, "none", "There is nothing here"),
    "method_not_allowed": ErrorKind(405, "none", "This address does not take that method"),
    "unsupported_media_type": ErrorKind(415, "not_moved", "Only JSON is accepted"),
    "payload_too_large": ErrorKind(413, "not_moved", "The request is too large"),
    "too_many_requests": ErrorKind(429, "not_moved", "Too many requests; wait a moment"),
    "busy": ErrorKind(503, "not_moved", "The service is busy; try again in a moment"),
    "shutting_down": ErrorKind(503, "not_moved", "The service is restarting"),
    "internal_error": ErrorKind(500, "unknown", "Something went wrong on our side"),
    # --- idempotency (design/3 §Idempotency)
    "idempotency_key_missing": ErrorKind(400, "not_moved", "An Idempotency-Key is required"),
    "idempotency_key_invalid": ErrorKind(400, "not_moved", "The Idempotency-Key is not a UUIDv7"),
    "idempotency_body_differs": ErrorKind(422, "not_moved", "The key was used for another request"),
    "idempotency_in_progress": ErrorKind(409, "unknown", "The first request is still running"),
    # --- identity
    "unauthenticated": ErrorKind(401, "not_moved", "Sign in first"),
    "token_expired": ErrorKind(401, "not_moved", "The access token has expired"),
    "session_ended": ErrorKind(401, "not_moved", "This session was ended"),
    "forbidden": ErrorKind(403, "not_moved", "This account may not do that"),
    "credentials_wrong": ErrorKind(401, "none", "The contact or the passphrase is wrong"),
    "account_locked": ErrorKind(423, "not_moved", "Too many wrong passphrases; locked for a while"),
    "contact_invalid": ErrorKind(400, "none", "Not an e-mail address or phone number"),
    "contact_taken": ErrorKind(409, "none", "This contact already has a wallet"),
    "passphrase_weak": ErrorKind(400, "none", "The passphrase is too easy to guess"),
    "display_name_invalid": ErrorKind(400, "none", "The name is empty or too long"),
    "device_key_invalid": ErrorKind(400, "none", "Not an Ed25519 public key"),
    "device_revoked": ErrorKind(403, "not_moved", "This device was signed out for good"),
    "refresh_invalid": ErrorKind(401, "none", "The refresh token is not valid"),
    "signature_invalid": ErrorKind(403, "not_moved", "The signature does not hold"),
    "clock_off": ErrorKind(400, "not_moved", "The device's clock is too far off"),
    # --- codes and orders
    "code_malformed": ErrorKind(400, "not_moved", "This is not a payment code"),
    "code_foreign": ErrorKind(422, "not_moved", "A payment code of another system"),
    "code_unsigned": ErrorKind(422, "not_moved", "The code is not signed by the service"),
    "code_forged": ErrorKind(422, "not_moved", "The code's signature does not hold"),
    "code_revoked": ErrorKind(410, "not_moved", "The code was withdrawn"),
    "merchant_closed": ErrorKind(409, "not_moved", "The merchant does not accept payments now"),
    "order_not_found": ErrorKind(404, "not_moved", "There is no such order"),
    "order_expired": ErrorKind(410, "not_moved", "The order has expired"),
    "order_paid": ErrorKind(409, "not_moved", "The order is already paid"),
    "order_cancelled": ErrorKind(409, "not_moved", "The merchant cancelled the order"),
    "order_mismatch": ErrorKind(422, "not_moved", "The payment does not match the order"),
    "out_trade_no_used": ErrorKind(409, "not_moved", "This out_trade_no has another order"),
    # --- money
    "amount_invalid": ErrorKind(400, "not_moved", "Not an amount that can be paid"),
    "amount_too_large": ErrorKind(
        422, "not_moved", "The amount is over what one payment may carry"
    ),
    "currency_unsupported": ErrorKind(422, "not_moved", "The currency is not available here"),
    "currency_mismatch": ErrorKind(422, "not_moved", "The code asks for another currency"),
    "insufficient_funds": ErrorKind(422, "not_moved", "There is not enough money"),
    "limit_exceeded": ErrorKind(422, "not_moved", "Over the limit for this kind of payment"),
    "account_frozen": ErrorKind(423, "not_moved", "The account is frozen"),
    "payee_is_payer": ErrorKind(422, "not_moved", "Payer and payee are the same"),
    "payment_not_found": ErrorKind(404, "unknown", "There is no such payment"),
    # --- payers' codes and charges: design/3 §Payer's code, §At the counter
    "payer_code_unknown": ErrorKind(422, "not_moved", "This payment code was never issued here"),
    "payer_code_expired": ErrorKind(410, "not_moved", "The payment code is too old"),
    "payer_code_used": ErrorKind(409, "not_moved", "The payment code was used already"),
    "payer_code_revoked": ErrorKind(410, "not_moved", "The payment code was withdrawn"),
    "payer_code_locked": ErrorKind(423, "not_moved", "Too many wrong codes; this one is locked"),
    "confirmation_code_used": ErrorKind(
        409, "unknown", "The confirmation code was accepted before"
    ),
    "payer_declined": ErrorKind(409, "not_moved", "The customer declined"),
    "charge_not_found": ErrorKind(404, "not_moved", "There is no such charge"),
    "charge_closed": ErrorKind(409, "not_moved", "The charge was reversed and is closed"),
    "charge_too_old": ErrorKind(409, "not_moved", "Paid too long ago to be reversed; refund it"),
    "confirmation_not_found": ErrorKind(404, "not_moved", "There is nothing to confirm"),
    # --- refunds: design/1 C4, P4
    "refund_too_large": ErrorKind(422, "not_moved", "More than what is left of the payment"),
    "refund_not_allowed": ErrorKind(403, "not_moved", "This role may not refund"),
    "refund_differs": ErrorKind(422, "not_moved", "This refund number was used for another one"),
    "refund_not_found": ErrorKind(404, "none", "There is no such refund"),
    "not_refundable": ErrorKind(409, "not_moved", "There is nothing to refund on this order"),
    "merchant_funds_short": ErrorKind(422, "not_moved", "The merchant's balance is too low"),
    # --- K-Beans: design/1 P1-P3
    "points_short": ErrorKind(422, "not_moved", "There are not enough K-Beans"),
    "points_invalid": ErrorKind(422, "not_moved", "So many K-Beans can't be used here"),
    "coupon_not_found": ErrorKind(404, "not_moved", "There is no such coupon"),
    "coupon_used": ErrorKind(409, "not_moved", "The coupon was used already"),
    "coupon_expired": ErrorKind(410, "not_moved", "The coupon has expired"),
    "coupon_unfit": ErrorKind(422, "not_moved", "The coupon does not fit this payment"),
    "item_not_found": ErrorKind(404, "not_moved", "There is no such item"),
    "item_sold_out": ErrorKind(409, "not_moved", "The item is sold out"),
    "redemption_limit": ErrorKind(422, "not_moved", "As often as one person may"),
    "redemption_not_found": ErrorKind(404, "none", "There is no such redemption"),
    "redemption_ended": ErrorKind(409, "not_moved", "The redemption has ended already"),
    "promotion_exhausted": ErrorKind(409, "not_moved", "The operator's budget for this is used up"),
    # --- transfers, requests, plans, holds, limits: design/1 M3, M11
    "payee_not_found": ErrorKind(404, "not_moved", "Nobody can be paid under this"),
    "payee_ref_expired": ErrorKind(410, "not_moved", "Look the payee up again"),
    "name_check_exhausted": ErrorKind(429, "not_moved", "No more name checks for now"),
    "step_up_needed": ErrorKind(403, "not_moved", "This needs the passphrase"),
    "transfer_not_found": ErrorKind(404, "unknown", "There is no such transfer"),
    "money_request_not_found": ErrorKind(404, "not_moved", "There is no such request for money"),
    "money_request_closed": ErrorKind(409, "not_moved", "The request for money has ended"),
    "split_unequal": ErrorKind(422, "none", "The parts do not add up to the bill"),
    "plan_not_found": ErrorKind(404, "none", "There is no such plan"),
    "plan_ended": ErrorKind(409, "none", "The plan has ended"),
    "plan_invalid": ErrorKind(422, "none", "Nothing would ever be paid on these days"),
    "order_is_hold": ErrorKind(409, "not_moved", "The order asks for a pre-authorisation"),
    "order_not_hold": ErrorKind(409, "not_moved", "The order asks for a payment"),
    "hold_not_found": ErrorKind(404, "not_moved", "There is no such pre-authorisation"),
    "hold_closed": ErrorKind(409, "not_moved", "The pre-authorisation has ended"),
    "capture_too_large": ErrorKind(422, "not_moved", "More than what is left of the hold"),
    "limit_invalid": ErrorKind(422, "none", "Not a limit that can be set"),
    # --- the counter: design/1 C4-C8
    "cashier_not_found": ErrorKind(404, "none", "There is no such cashier"),
    "cashier_taken": ErrorKind(409, "none", "This cashier's number is in use"),
    "role_missing": ErrorKind(403, "not_moved", "This cashier's role may not do that"),
    "shift_not_open": ErrorKind(409, "not_moved", "No shift is open"),
    "shift_is_open": ErrorKind(409, "none", "A shift is open already"),
    "shift_not_found": ErrorKind(404, "none", "There is no such shift"),
    "bill_not_ready": ErrorKind(409, "none", "The bill of this day is not ready yet"),
    "webhook_invalid": ErrorKind(422, "none", "Not an address that can be called"),
    "webhook_not_found": ErrorKind(404, "none", "There is no such address or delivery"),
    "statement_invalid": ErrorKind(422, "none", "No statement can be made of these days"),
    # --- support: design/4
    "conversation_not_found": ErrorKind(404, "none", "There is no such conversation"),
    "conversation_closed": ErrorKind(409, "none", "The conversation is closed"),
    "message_empty": ErrorKind(400, "none", "The message says nothing"),
    "message_differs": ErrorKind(422, "none", "This message's number was used for another one"),
    "attachment_refused": ErrorKind(422, "none", "This kind of file is not accepted"),
    "attachment_too_large": ErrorKind(413, "none", "The file is too large"),
    "attachment_differs": ErrorKind(422, "none", "The bytes are not what was announced"),
    "attachment_not_found": ErrorKind(404, "none", "There is no such file"),
    "frame_invalid": ErrorKind(400, "none", "The event stream got something unreadable"),
    "request_not_found": ErrorKind(404, "none", "There is no such question"),
    "request_answered": ErrorKind(409, "none", "This was answered already"),
    "request_expired": ErrorKind(410, "none", "The time to answer this has passed"),
    "proof_failed": ErrorKind(403, "not_moved", "The proof of identity does not hold"),
    "proof_needed": ErrorKind(403, "not_moved", "This needs a proof of identity first"),
    "already_frozen": ErrorKind(409, "not_moved", "The account is frozen already"),
    "thaw_by_operator": ErrorKind(403, "not_moved", "Only the operator can lift this freeze"),
    "slot_taken": ErrorKind(409, "none", "This time is no longer free"),
    "slot_invalid": ErrorKind(422, "none", "Nobody can call at this time"),
    "case_not_found": ErrorKind(404, "none", "There is no such case"),
    "case_stage": ErrorKind(409, "none", "The case is at another stage"),
    "survey_closed": ErrorKind(409, "none", "This survey is not open"),
    "feedback_not_found": ErrorKind(404, "none", "There is nothing under this number"),
    # --- staff
    "staff_credentials_wrong": ErrorKind(401, "none", "Name, passphrase or code is wrong"),
    "staff_name_taken": ErrorKind(409, "none", "This staff name is in use"),
    "not_owner": ErrorKind(409, "none", "Somebody else owns this conversation"),
    "already_claimed": ErrorKind(409, "none", "Somebody was faster"),
    "capacity_full": ErrorKind(409, "none", "As many open conversations as allowed"),
    "agent_away": ErrorKind(409, "none", "This colleague takes no conversations now"),
    "grant_missing": ErrorKind(403, "none", "The person has not allowed this"),
    "second_person_needed": ErrorKind(409, "none", "This needs a second person"),
    "knowledge_invalid": ErrorKind(422, "none", "The entry can't be published like this"),
    # --- what the wallet itself notices
    "service_unreachable": ErrorKind(0, "unknown", "The service cannot be reached"),
    "service_garbled": ErrorKind(0, "unknown", "The service answered something unreadable"),
    "service_untrusted": ErrorKind(0, "not_moved", "The connection is not secure"),
    "plain_http_refused": ErrorKind(0, "not_moved", "Plain HTTP is only for this machine"),
    "pin_wrong": ErrorKind(0, "not_moved", "The PIN is wrong"),
    "pin_locked": ErrorKind(0, "not_moved", "Too many wrong PINs; wait a while"),
    "pin_weak": ErrorKind(0, "none", "The PIN is too easy to guess"),
    "counter_not_set_up": ErrorKind(0, "not_moved", "This counter is not set up"),
    "outbox_not_empty": ErrorKind(0, "none", "Sales are still on their way to the service"),
    "confirmation_code_wrong": ErrorKind(0, "unknown", "The confirmation code does not fit"),
    "barcode_unknown": ErrorKind(0, "not_moved", "This barcode is not on the price list"),
    "price_list_invalid": ErrorKind(0, "none", "The price list can't be read"),
    "printer_unreachable": ErrorKind(0, "none", "The printer does not answer"),
    "no_payer_codes": ErrorKind(0, "not_moved", "No payment codes are left on this device"),
    "seal_invalid": ErrorKind(0, "none", "The seal does not hold"),
    "receipt_invalid": ErrorKind(0, "unknown", "The receipt's signature does not hold"),
}
"""Every code there is. A test holds this against the wallet's words in both languages."""


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 9457 problem document, media type ``application/problem+json``.

    Attributes:
        code: A key of :data:`CODES`.
        type: A URI that names the code.
        title: English, for people who read logs.
        status: The HTTP status.
        detail: English, more exact than the title; never secret, never personal.
        money: Whether money moved.
        field: The field at fault, where there is one (JSON pointer or name).
        retry_after: Seconds to wait before the next try, where waiting helps.
        trace_id: The number a person can quote.
        params: Values that the wallet's words need (``available``, ``limit``, ``score`` …).
    """

    code: str
    type: str
    title: str
    status: int
    detail: str = ""
    money: Money = "not_moved"
    field: str | None = None
    retry_after: int | None = None
    trace_id: str | None = None
    params: dict[str, str | int] = {}


class KBeanError(Exception):
    """A refusal with a code; raised on both sides, carried by a :class:`Problem`."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        field: str | None = None,
        retry_after: int | None = None,
        trace_id: str | None = None,
        params: dict[str, str | int] | None = None,
        money: Money | None = None,
    ) -> None:
        kind = CODES[code]
        super().__init__(f"{code}: {detail or kind.title}")
        self.code = code
        self.detail = detail
        self.field = field
        self.retry_after = retry_after
        self.trace_id = trace_id
        self.params = params or {}
        self.money: Money = money or kind.money

    @property
    def status(self) -> int:
        """The HTTP status of the code (0 where the wallet itself noticed)."""
        return CODES[self.code].status

    def problem(self) -> Problem:
        """The document that goes over the wire."""
        kind = CODES[self.code]
        return Problem(
            code=self.code,
            type=f"urn:kbean:error:{self.code}",
            title=kind.title,
            status=kind.status,
            detail=self.detail,
            money=self.money,
            field=self.field,
            retry_after=self.retry_after,
            trace_id=self.trace_id,
            params=self.params,
        )

    @classmethod
    def from_problem(cls, problem: Problem) -> KBeanError:
        """The exception a client raises for a problem document; unknown codes become ours."""
        code = problem.code if problem.code in CODES else "internal_error"
        return cls(
            code,
            problem.detail,
            field=problem.field,
            retry_after=problem.retry_after,
            trace_id=problem.trace_id,
            params=problem.params,
            money=problem.money,
        )
