"""The words for errors of codes, charges, refunds, K-Beans, transfers and the counter.

Part of :mod:`app.desktop.error_words`. What a cashier meets speaks to the cashier, what a payer
meets speaks to the person who owns the wallet.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP

MONEY_WORDS: dict[str, tuple[Any, Any]] = {
    # --- payers' codes and charges: the cashier reads them
    "payer_code_unknown": (
        QT_TRANSLATE_NOOP("Errors", "This payment code is not known here"),
        QT_TRANSLATE_NOOP("Errors", "Ask the customer to show a new code from this wallet."),
    ),
    "payer_code_expired": (
        QT_TRANSLATE_NOOP("Errors", "The payment code is too old"),
        QT_TRANSLATE_NOOP("Errors", "Ask the customer to show a new code."),
    ),
    "payer_code_used": (
        QT_TRANSLATE_NOOP("Errors", "The payment code was used already"),
        QT_TRANSLATE_NOOP("Errors", "Look at the last sale, then ask for a new code."),
    ),
    "payer_code_revoked": (
        QT_TRANSLATE_NOOP("Errors", "The payment code was withdrawn"),
        QT_TRANSLATE_NOOP("Errors", "Ask the customer for a new code, or another way to pay."),
    ),
    "payer_code_locked": (
        QT_TRANSLATE_NOOP("Errors", "Too many wrong payment codes"),
        QT_TRANSLATE_NOOP("Errors", "Ask the customer to go online and show a new code."),
    ),
    "payer_declined": (
        QT_TRANSLATE_NOOP("Errors", "The customer declined"),
        QT_TRANSLATE_NOOP("Errors", "Check the amount together, or ask for another way to pay."),
    ),
    "charge_not_found": (
        QT_TRANSLATE_NOOP("Errors", "That sale is not there"),
        QT_TRANSLATE_NOOP("Errors", "Check the order number."),
    ),
    "charge_closed": (
        QT_TRANSLATE_NOOP("Errors", "This sale was reversed and is closed"),
        QT_TRANSLATE_NOOP("Errors", "Start a new sale and ask the customer for a new code."),
    ),
    "charge_too_old": (
        QT_TRANSLATE_NOOP("Errors", "This sale was paid too long ago to be reversed"),
        QT_TRANSLATE_NOOP("Errors", "Refund it instead; a supervisor or manager may."),
    ),
    "confirmation_not_found": (
        QT_TRANSLATE_NOOP("Errors", "There is nothing to confirm"),
        QT_TRANSLATE_NOOP("Errors", "Ask the cashier whether the payment still stands."),
    ),
    # --- refunds: the cashier reads them
    "refund_too_large": (
        QT_TRANSLATE_NOOP("Errors", "That is more than what is left of the payment"),
        QT_TRANSLATE_NOOP("Errors", "Enter a smaller amount."),
    ),
    "refund_not_allowed": (
        QT_TRANSLATE_NOOP("Errors", "Your role does not include refunds"),
        QT_TRANSLATE_NOOP("Errors", "Ask a colleague who may refund."),
    ),
    "refund_differs": (
        QT_TRANSLATE_NOOP("Errors", "This refund number was used for another refund"),
        QT_TRANSLATE_NOOP("Errors", "Look at what was refunded so far, then start a new refund."),
    ),
    "refund_not_found": (
        QT_TRANSLATE_NOOP("Errors", "That refund is not there"),
        QT_TRANSLATE_NOOP("Errors", "Check the number."),
    ),
    "not_refundable": (
        QT_TRANSLATE_NOOP("Errors", "There is nothing to refund on this order"),
        QT_TRANSLATE_NOOP("Errors", "Check whether the order was paid, or refunded already."),
    ),
    "merchant_funds_short": (
        QT_TRANSLATE_NOOP("Errors", "The shop's balance is too low for this refund"),
        QT_TRANSLATE_NOOP("Errors", "Try again after more sales, or ask the manager."),
    ),
    # --- K-Beans: the payer reads them
    "points_short": (
        QT_TRANSLATE_NOOP("Errors", "You don't have enough K-Beans"),
        QT_TRANSLATE_NOOP("Errors", "Use fewer, or choose something that takes fewer."),
    ),
    "points_invalid": (
        QT_TRANSLATE_NOOP("Errors", "That many K-Beans can't be used here"),
        QT_TRANSLATE_NOOP("Errors", "Change the number, or go on without K-Beans."),
    ),
    "coupon_not_found": (
        QT_TRANSLATE_NOOP("Errors", "That coupon is not there"),
        QT_TRANSLATE_NOOP("Errors", "Choose another, or pay without a coupon."),
    ),
    "coupon_used": (
        QT_TRANSLATE_NOOP("Errors", "The coupon was used already"),
        QT_TRANSLATE_NOOP("Errors", "Choose another, or pay without a coupon."),
    ),
    "coupon_expired": (
        QT_TRANSLATE_NOOP("Errors", "The coupon has expired"),
        QT_TRANSLATE_NOOP("Errors", "Choose another, or pay without a coupon."),
    ),
    "coupon_unfit": (
        QT_TRANSLATE_NOOP("Errors", "The coupon does not fit this payment"),
        QT_TRANSLATE_NOOP("Errors", "Choose another, or pay without a coupon."),
    ),
    "item_not_found": (
        QT_TRANSLATE_NOOP("Errors", "That item is not there any more"),
        QT_TRANSLATE_NOOP("Errors", "Choose something else."),
    ),
    "item_sold_out": (
        QT_TRANSLATE_NOOP("Errors", "The item is sold out"),
        QT_TRANSLATE_NOOP("Errors", "Choose something else."),
    ),
    "redemption_limit": (
        QT_TRANSLATE_NOOP("Errors", "You have redeemed this as often as one person may"),
        QT_TRANSLATE_NOOP("Errors", "Choose something else."),
    ),
    "redemption_not_found": (
        QT_TRANSLATE_NOOP("Errors", "That redemption is not there"),
        QT_TRANSLATE_NOOP("Errors", "Look for it under K-Beans."),
    ),
    "redemption_ended": (
        QT_TRANSLATE_NOOP("Errors", "This redemption has ended already"),
        QT_TRANSLATE_NOOP("Errors", "Look under K-Beans to see what became of it."),
    ),
    "promotion_exhausted": (
        QT_TRANSLATE_NOOP("Errors", "This offer is used up"),
        QT_TRANSLATE_NOOP("Errors", "Go on without it, or choose another."),
    ),
    # --- transfers, requests, plans, holds, limits
    "payee_not_found": (
        QT_TRANSLATE_NOOP("Errors", "Nobody was found under this"),
        QT_TRANSLATE_NOOP("Errors", "Check what you typed, or ask the person for their code."),
    ),
    "payee_ref_expired": (
        QT_TRANSLATE_NOOP("Errors", "It is too long since you looked this person up"),
        QT_TRANSLATE_NOOP("Errors", "Look them up again and check the name."),
    ),
    "name_check_exhausted": (
        QT_TRANSLATE_NOOP("Errors", "No more names can be checked for now"),
        QT_TRANSLATE_NOOP("Errors", "Wait a while, then look the person up again."),
    ),
    "step_up_needed": (
        QT_TRANSLATE_NOOP("Errors", "This needs your passphrase"),
        QT_TRANSLATE_NOOP("Errors", "Enter it to go on."),
    ),
    "transfer_not_found": (
        QT_TRANSLATE_NOOP("Errors", "The service does not know this transfer"),
        QT_TRANSLATE_NOOP("Errors", "Refresh Activity and look again."),
    ),
    "money_request_not_found": (
        QT_TRANSLATE_NOOP("Errors", "That request for money is not there"),
        QT_TRANSLATE_NOOP("Errors", "Refresh and look again, or have it sent anew."),
    ),
    "money_request_closed": (
        QT_TRANSLATE_NOOP("Errors", "This request for money has ended"),
        QT_TRANSLATE_NOOP("Errors", "Look in Activity whether it was paid, or have it sent anew."),
    ),
    "split_unequal": (
        QT_TRANSLATE_NOOP("Errors", "The parts do not add up to the bill"),
        QT_TRANSLATE_NOOP("Errors", "Change the parts until nothing is left over or missing."),
    ),
    "plan_not_found": (
        QT_TRANSLATE_NOOP("Errors", "That plan is not there"),
        QT_TRANSLATE_NOOP("Errors", "Refresh your plans and look again."),
    ),
    "plan_ended": (
        QT_TRANSLATE_NOOP("Errors", "This plan has ended"),
        QT_TRANSLATE_NOOP("Errors", "Make a new one to go on paying."),
    ),
    "plan_invalid": (
        QT_TRANSLATE_NOOP("Errors", "Nothing would ever be paid on these days"),
        QT_TRANSLATE_NOOP("Errors", "Check the first day, the last day and how often to pay."),
    ),
    "order_is_hold": (
        QT_TRANSLATE_NOOP("Errors", "This order asks for a pre-authorisation"),
        QT_TRANSLATE_NOOP("Errors", "Scan the code again and check what it asks for."),
    ),
    "order_not_hold": (
        QT_TRANSLATE_NOOP("Errors", "This order asks for a payment, not a pre-authorisation"),
        QT_TRANSLATE_NOOP("Errors", "Scan the code again and check what it asks for."),
    ),
    "hold_not_found": (
        QT_TRANSLATE_NOOP("Errors", "That pre-authorisation is not there"),
        QT_TRANSLATE_NOOP("Errors", "Refresh and look again."),
    ),
    "hold_closed": (
        QT_TRANSLATE_NOOP("Errors", "This pre-authorisation has ended"),
        QT_TRANSLATE_NOOP("Errors", "Look at what was taken. Settle the rest as a new payment."),
    ),
    "capture_too_large": (
        QT_TRANSLATE_NOOP("Errors", "That is more than what is left of the pre-authorisation"),
        QT_TRANSLATE_NOOP("Errors", "Enter a smaller amount, and charge the rest separately."),
    ),
    "limit_invalid": (
        QT_TRANSLATE_NOOP("Errors", "This limit can't be set"),
        QT_TRANSLATE_NOOP("Errors", "Choose another amount."),
    ),
    # --- the counter: cashiers, shifts, the day's bill, the merchant's own till
    "cashier_not_found": (
        QT_TRANSLATE_NOOP("Errors", "There is no such cashier"),
        QT_TRANSLATE_NOOP("Errors", "Check the cashier's number."),
    ),
    "cashier_taken": (
        QT_TRANSLATE_NOOP("Errors", "This cashier's number is in use"),
        QT_TRANSLATE_NOOP("Errors", "Choose another number."),
    ),
    "role_missing": (
        QT_TRANSLATE_NOOP("Errors", "Your role does not include this"),
        QT_TRANSLATE_NOOP("Errors", "Ask a colleague who may do it, or the manager."),
    ),
    "shift_not_open": (
        QT_TRANSLATE_NOOP("Errors", "No shift is open"),
        QT_TRANSLATE_NOOP("Errors", "Open a shift first."),
    ),
    "shift_is_open": (
        QT_TRANSLATE_NOOP("Errors", "A shift is open already"),
        QT_TRANSLATE_NOOP("Errors", "Go on with it, or close it first."),
    ),
    "shift_not_found": (
        QT_TRANSLATE_NOOP("Errors", "That shift is not there"),
        QT_TRANSLATE_NOOP("Errors", "Refresh and look again."),
    ),
    "bill_not_ready": (
        QT_TRANSLATE_NOOP("Errors", "The bill of this day is not ready yet"),
        QT_TRANSLATE_NOOP("Errors", "Try again later, or choose an earlier day."),
    ),
    "webhook_invalid": (
        QT_TRANSLATE_NOOP("Errors", "Notices can't be sent to this address"),
        QT_TRANSLATE_NOOP(
            "Errors", "Use one that begins with https:// and that the service can reach."
        ),
    ),
    "webhook_not_found": (
        QT_TRANSLATE_NOOP("Errors", "That address or notice is not there"),
        QT_TRANSLATE_NOOP("Errors", "Refresh and look again."),
    ),
    "statement_invalid": (
        QT_TRANSLATE_NOOP("Errors", "No statement can be made of these days"),
        QT_TRANSLATE_NOOP("Errors", "Check the first and the last day, or choose fewer days."),
    ),
    # --- what the counter and the wallet notice by themselves
    "pin_wrong": (
        QT_TRANSLATE_NOOP("Errors", "The PIN is wrong"),
        QT_TRANSLATE_NOOP("Errors", "Check it and try again."),
    ),
    "pin_locked": (
        QT_TRANSLATE_NOOP("Errors", "Too many wrong PINs"),
        QT_TRANSLATE_NOOP("Errors", "Wait a while, then use the right one."),
    ),
    "pin_weak": (
        QT_TRANSLATE_NOOP("Errors", "That PIN is too easy to guess"),
        QT_TRANSLATE_NOOP("Errors", "Avoid repeated digits, rows like 1234 and dates."),
    ),
    "counter_not_set_up": (
        QT_TRANSLATE_NOOP("Errors", "This counter is not set up"),
        QT_TRANSLATE_NOOP("Errors", "Set it up first, or ask the manager."),
    ),
    "outbox_not_empty": (
        QT_TRANSLATE_NOOP("Errors", "Some sales are still on their way to the service"),
        QT_TRANSLATE_NOOP("Errors", "Check the connection and wait until all have arrived."),
    ),
    "confirmation_code_wrong": (
        QT_TRANSLATE_NOOP("Errors", "The confirmation code does not fit"),
        QT_TRANSLATE_NOOP("Errors", "Check amount and digits. Hand nothing over until it fits."),
    ),
    "confirmation_code_used": (
        QT_TRANSLATE_NOOP("Errors", "This confirmation code was accepted before"),
        QT_TRANSLATE_NOOP("Errors", "Ask the customer to show the code of this payment."),
    ),
    "barcode_unknown": (
        QT_TRANSLATE_NOOP("Errors", "This barcode is not on the price list"),
        QT_TRANSLATE_NOOP("Errors", "Type the amount, or add the item to the list."),
    ),
    "price_list_invalid": (
        QT_TRANSLATE_NOOP("Errors", "The price list can't be read"),
        QT_TRANSLATE_NOOP("Errors", "Check the file, or choose another."),
    ),
    "printer_unreachable": (
        QT_TRANSLATE_NOOP("Errors", "The printer does not answer"),
        QT_TRANSLATE_NOOP("Errors", "Check power, cable and paper, then print the slip again."),
    ),
    "no_payer_codes": (
        QT_TRANSLATE_NOOP("Errors", "No payment codes are left on this device"),
        QT_TRANSLATE_NOOP("Errors", "Go online to get new ones."),
    ),
    "seal_invalid": (
        QT_TRANSLATE_NOOP("Errors", "The seal of this file does not hold"),
        QT_TRANSLATE_NOOP("Errors", "Don't rely on it. Get the file anew from whoever made it."),
    ),
}
"""Code → (what happened, what to do), in English; the catalogue has the Chinese."""
