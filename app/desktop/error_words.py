"""The tables of words for errors: one title and one action for every code.

Codes come from the service, the vault and the wallet itself; a test holds the tables together. The
Chinese stands in the catalogue and is written by ear.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP

from app.desktop.error_words_money import MONEY_WORDS
from app.desktop.error_words_support import SUPPORT_WORDS

WORDS: dict[str, tuple[Any, Any]] = {
    **SUPPORT_WORDS,
    **MONEY_WORDS,
    # --- the request itself
    "bad_request": (
        QT_TRANSLATE_NOOP("Errors", "The service did not understand the wallet"),
        QT_TRANSLATE_NOOP("Errors", "Update the wallet. If it stays like this, tell us."),
    ),
    "validation_failed": (
        QT_TRANSLATE_NOOP("Errors", "That does not fit"),
        QT_TRANSLATE_NOOP("Errors", "Check what you typed and try again."),
    ),
    "not_found": (
        QT_TRANSLATE_NOOP("Errors", "That is not there"),
        QT_TRANSLATE_NOOP("Errors", "Check the address, or refresh and try again."),
    ),
    "method_not_allowed": (
        QT_TRANSLATE_NOOP("Errors", "The wallet and the service do not fit together"),
        QT_TRANSLATE_NOOP("Errors", "Update the wallet."),
    ),
    "unsupported_media_type": (
        QT_TRANSLATE_NOOP("Errors", "The wallet and the service do not fit together"),
        QT_TRANSLATE_NOOP("Errors", "Update the wallet."),
    ),
    "payload_too_large": (
        QT_TRANSLATE_NOOP("Errors", "That was too much at once"),
        QT_TRANSLATE_NOOP("Errors", "Shorten what you typed and try again."),
    ),
    "too_many_requests": (
        QT_TRANSLATE_NOOP("Errors", "Too many tries in a short time"),
        QT_TRANSLATE_NOOP("Errors", "Wait a moment, then try again."),
    ),
    "busy": (
        QT_TRANSLATE_NOOP("Errors", "The service is very busy"),
        QT_TRANSLATE_NOOP("Errors", "Try again in a few seconds."),
    ),
    "shutting_down": (
        QT_TRANSLATE_NOOP("Errors", "The service is restarting"),
        QT_TRANSLATE_NOOP("Errors", "Try again in a minute."),
    ),
    "internal_error": (
        QT_TRANSLATE_NOOP("Errors", "Something went wrong at the service"),
        QT_TRANSLATE_NOOP(
            "Errors", "The wallet keeps asking what became of it. Don't pay a second time yet."
        ),
    ),
    # --- idempotency
    "idempotency_key_missing": (
        QT_TRANSLATE_NOOP("Errors", "The wallet and the service do not fit together"),
        QT_TRANSLATE_NOOP("Errors", "Update the wallet."),
    ),
    "idempotency_key_invalid": (
        QT_TRANSLATE_NOOP("Errors", "The wallet and the service do not fit together"),
        QT_TRANSLATE_NOOP("Errors", "Update the wallet."),
    ),
    "idempotency_body_differs": (
        QT_TRANSLATE_NOOP("Errors", "This payment was already sent in another form"),
        QT_TRANSLATE_NOOP("Errors", "Scan the code again to start afresh."),
    ),
    "idempotency_in_progress": (
        QT_TRANSLATE_NOOP("Errors", "Your first request is still on its way"),
        QT_TRANSLATE_NOOP("Errors", "Wait a few seconds. The wallet asks by itself."),
    ),
    # --- identity
    "unauthenticated": (
        QT_TRANSLATE_NOOP("Errors", "You are not signed in"),
        QT_TRANSLATE_NOOP("Errors", "Sign in again, then try once more."),
    ),
    "token_expired": (
        QT_TRANSLATE_NOOP("Errors", "Your sign-in has run out"),
        QT_TRANSLATE_NOOP("Errors", "Try again. The wallet renews it by itself."),
    ),
    "session_ended": (
        QT_TRANSLATE_NOOP("Errors", "You were signed out on this device"),
        QT_TRANSLATE_NOOP("Errors", "Sign in again with your passphrase."),
    ),
    "forbidden": (
        QT_TRANSLATE_NOOP("Errors", "Your account may not do that"),
        QT_TRANSLATE_NOOP("Errors", "Ask the organisation that runs this service."),
    ),
    "credentials_wrong": (
        QT_TRANSLATE_NOOP("Errors", "The contact or the passphrase is wrong"),
        QT_TRANSLATE_NOOP("Errors", "Check both and try again."),
    ),
    "account_locked": (
        QT_TRANSLATE_NOOP("Errors", "Too many wrong passphrases"),
        QT_TRANSLATE_NOOP(
            "Errors", "Signing in is locked for a while. Wait, then use the right one."
        ),
    ),
    "contact_invalid": (
        QT_TRANSLATE_NOOP("Errors", "That is not an e-mail address or phone number"),
        QT_TRANSLATE_NOOP("Errors", "Write it as name@example.org or +86 138 0013 8000."),
    ),
    "contact_taken": (
        QT_TRANSLATE_NOOP("Errors", "This contact already has a wallet"),
        QT_TRANSLATE_NOOP("Errors", "Choose “I have a wallet” and sign in."),
    ),
    "passphrase_weak": (
        QT_TRANSLATE_NOOP("Errors", "That passphrase is too easy to guess"),
        QT_TRANSLATE_NOOP("Errors", "Add a word or two that nobody would expect."),
    ),
    "display_name_invalid": (
        QT_TRANSLATE_NOOP("Errors", "The name is empty or too long"),
        QT_TRANSLATE_NOOP("Errors", "Write a name of 1 to 60 letters."),
    ),
    "device_key_invalid": (
        QT_TRANSLATE_NOOP("Errors", "This device's key was not accepted"),
        QT_TRANSLATE_NOOP("Errors", "Set the wallet up again. If it stays like this, tell us."),
    ),
    "device_revoked": (
        QT_TRANSLATE_NOOP("Errors", "This device was signed out for good"),
        QT_TRANSLATE_NOOP("Errors", "Set the wallet up again on this device to use it."),
    ),
    "refresh_invalid": (
        QT_TRANSLATE_NOOP("Errors", "Your sign-in is no longer valid"),
        QT_TRANSLATE_NOOP("Errors", "Sign in again with your passphrase."),
    ),
    "signature_invalid": (
        QT_TRANSLATE_NOOP("Errors", "The service could not verify this device"),
        QT_TRANSLATE_NOOP("Errors", "Sign in again. If it stays like this, tell us."),
    ),
    "clock_off": (
        QT_TRANSLATE_NOOP("Errors", "This device's clock is wrong"),
        QT_TRANSLATE_NOOP("Errors", "Set the date and time to automatic, then try again."),
    ),
    # --- codes and orders
    "code_malformed": (
        QT_TRANSLATE_NOOP("Errors", "This is not a payment code"),
        QT_TRANSLATE_NOOP("Errors", "Ask the cashier for the code to pay, or scan it again."),
    ),
    "code_damaged": (
        QT_TRANSLATE_NOOP("Errors", "The code could not be read without mistakes"),
        QT_TRANSLATE_NOOP("Errors", "Scan it again, closer or in better light."),
    ),
    "code_foreign": (
        QT_TRANSLATE_NOOP("Errors", "This code belongs to another payment system"),
        QT_TRANSLATE_NOOP("Errors", "Ask for the code of this wallet, or pay in another way."),
    ),
    "code_unsigned": (
        QT_TRANSLATE_NOOP("Errors", "Nobody vouches for this code"),
        QT_TRANSLATE_NOOP("Errors", "Ask the merchant for a new code. Don't pay this one."),
    ),
    "code_forged": (
        QT_TRANSLATE_NOOP("Errors", "This code was tampered with"),
        QT_TRANSLATE_NOOP("Errors", "Don't pay it. Tell the merchant and ask for a new code."),
    ),
    "code_revoked": (
        QT_TRANSLATE_NOOP("Errors", "The merchant has withdrawn this code"),
        QT_TRANSLATE_NOOP("Errors", "Ask the merchant for the new one."),
    ),
    "merchant_closed": (
        QT_TRANSLATE_NOOP("Errors", "This merchant takes no payments now"),
        QT_TRANSLATE_NOOP("Errors", "Ask at the counter, or try again later."),
    ),
    "order_not_found": (
        QT_TRANSLATE_NOOP("Errors", "There is no such order"),
        QT_TRANSLATE_NOOP("Errors", "Ask the cashier to show the code again."),
    ),
    "order_expired": (
        QT_TRANSLATE_NOOP("Errors", "This order has expired"),
        QT_TRANSLATE_NOOP("Errors", "Ask the cashier for a new code."),
    ),
    "order_paid": (
        QT_TRANSLATE_NOOP("Errors", "This order is already paid"),
        QT_TRANSLATE_NOOP("Errors", "Look in Activity: if it was you, the receipt is there."),
    ),
    "order_cancelled": (
        QT_TRANSLATE_NOOP("Errors", "The merchant has cancelled this order"),
        QT_TRANSLATE_NOOP("Errors", "Ask the cashier for a new code."),
    ),
    "order_mismatch": (
        QT_TRANSLATE_NOOP("Errors", "The order has changed meanwhile"),
        QT_TRANSLATE_NOOP("Errors", "Scan the code again and check the amount."),
    ),
    "out_trade_no_used": (
        QT_TRANSLATE_NOOP("Errors", "This order number was used before"),
        QT_TRANSLATE_NOOP("Errors", "Ask the cashier to make a new order."),
    ),
    # --- money
    "amount_invalid": (
        QT_TRANSLATE_NOOP("Errors", "That is not an amount that can be paid"),
        QT_TRANSLATE_NOOP("Errors", "Enter digits, such as 12.50."),
    ),
    "amount_too_large": (
        QT_TRANSLATE_NOOP("Errors", "That is more than one payment can carry"),
        QT_TRANSLATE_NOOP("Errors", "Enter a smaller amount, or pay in parts."),
    ),
    "currency_unsupported": (
        QT_TRANSLATE_NOOP("Errors", "This currency is not available here"),
        QT_TRANSLATE_NOOP("Errors", "Ask the merchant for a code in your currency."),
    ),
    "currency_mismatch": (
        QT_TRANSLATE_NOOP("Errors", "The code asks for another currency"),
        QT_TRANSLATE_NOOP("Errors", "Ask the merchant for a code in your currency."),
    ),
    "insufficient_funds": (
        QT_TRANSLATE_NOOP("Errors", "There is not enough money in your wallet"),
        QT_TRANSLATE_NOOP("Errors", "Pay a smaller amount, or have your wallet topped up first."),
    ),
    "limit_exceeded": (
        QT_TRANSLATE_NOOP("Errors", "That is over the limit for this kind of payment"),
        QT_TRANSLATE_NOOP(
            "Errors", "Ask the merchant for a code with the amount in it, or pay less."
        ),
    ),
    "account_frozen": (
        QT_TRANSLATE_NOOP("Errors", "Your account is frozen"),
        QT_TRANSLATE_NOOP("Errors", "Ask the organisation that runs this service."),
    ),
    "payee_is_payer": (
        QT_TRANSLATE_NOOP("Errors", "This code pays yourself"),
        QT_TRANSLATE_NOOP("Errors", "Scan another code."),
    ),
    "payment_not_found": (
        QT_TRANSLATE_NOOP("Errors", "The service does not know this payment"),
        QT_TRANSLATE_NOOP("Errors", "Refresh Activity and look again."),
    ),
    # --- what the wallet itself notices
    "service_unreachable": (
        QT_TRANSLATE_NOOP("Errors", "The service can't be reached"),
        QT_TRANSLATE_NOOP("Errors", "Check your connection and try again."),
    ),
    "service_garbled": (
        QT_TRANSLATE_NOOP("Errors", "The answer could not be understood"),
        QT_TRANSLATE_NOOP("Errors", "Check that you are on the right network, then try again."),
    ),
    "service_untrusted": (
        QT_TRANSLATE_NOOP("Errors", "The connection is not secure"),
        QT_TRANSLATE_NOOP("Errors", "Leave this network, or ask who runs it. Nothing was sent."),
    ),
    "plain_http_refused": (
        QT_TRANSLATE_NOOP("Errors", "This address is not encrypted"),
        QT_TRANSLATE_NOOP("Errors", "Use the address that begins with https://."),
    ),
    "receipt_invalid": (
        QT_TRANSLATE_NOOP("Errors", "The receipt's signature does not hold"),
        QT_TRANSLATE_NOOP("Errors", "Don't rely on it. Tell the service, with this number."),
    ),
    "storage_failed": (
        QT_TRANSLATE_NOOP("Errors", "This device could not save or read"),
        QT_TRANSLATE_NOOP("Errors", "Check the free space on the disk, then try again."),
    ),
    "unexpected": (
        QT_TRANSLATE_NOOP("Errors", "Something went wrong in the wallet"),
        QT_TRANSLATE_NOOP("Errors", "Try again. If it happens again, tell us this number."),
    ),
    # --- the vault
    "vault_absent": (
        QT_TRANSLATE_NOOP("Errors", "There is no wallet in this folder yet"),
        QT_TRANSLATE_NOOP("Errors", "Set one up, or open another folder."),
    ),
    "vault_exists": (
        QT_TRANSLATE_NOOP("Errors", "There is already a wallet in this folder"),
        QT_TRANSLATE_NOOP("Errors", "Unlock it, or choose another folder."),
    ),
    "vault_locked": (
        QT_TRANSLATE_NOOP("Errors", "The wallet is locked"),
        QT_TRANSLATE_NOOP("Errors", "Unlock it and try again."),
    ),
    "vault_in_use": (
        QT_TRANSLATE_NOOP("Errors", "The wallet is open in another window"),
        QT_TRANSLATE_NOOP("Errors", "Close the other window, then try again."),
    ),
    "vault_passphrase_wrong": (
        QT_TRANSLATE_NOOP("Errors", "The passphrase is wrong"),
        QT_TRANSLATE_NOOP("Errors", "Check capitals and the keyboard's language, then try again."),
    ),
    "vault_recovery_code_mistyped": (
        QT_TRANSLATE_NOOP("Errors", "There is a typing mistake in the recovery code"),
        QT_TRANSLATE_NOOP("Errors", "Compare it with your note, letter by letter."),
    ),
    "vault_recovery_code_wrong": (
        QT_TRANSLATE_NOOP("Errors", "This recovery code belongs to another wallet"),
        QT_TRANSLATE_NOOP("Errors", "Look for the newest code you wrote down for this one."),
    ),
    "vault_quick_unlock_off": (
        QT_TRANSLATE_NOOP("Errors", "Quick unlock is not set up on this device"),
        QT_TRANSLATE_NOOP("Errors", "Use your passphrase."),
    ),
    "vault_keychain_unavailable": (
        QT_TRANSLATE_NOOP("Errors", "The system's keychain can't be used now"),
        QT_TRANSLATE_NOOP("Errors", "Use your passphrase."),
    ),
    "vault_slots_missing": (
        QT_TRANSLATE_NOOP("Errors", "The file with the wallet's keys is missing"),
        QT_TRANSLATE_NOOP("Errors", "Restore a backup of the wallet. Nothing was changed."),
    ),
    "vault_slots_damaged": (
        QT_TRANSLATE_NOOP("Errors", "The file with the wallet's keys is damaged"),
        QT_TRANSLATE_NOOP("Errors", "Restore a backup of the wallet. Nothing was changed."),
    ),
    "vault_database_missing": (
        QT_TRANSLATE_NOOP("Errors", "The wallet's data file is missing"),
        QT_TRANSLATE_NOOP("Errors", "Restore a backup of the wallet. Nothing was changed."),
    ),
    "vault_truncated": (
        QT_TRANSLATE_NOOP("Errors", "The wallet's data file has been cut short"),
        QT_TRANSLATE_NOOP("Errors", "Restore a backup of the wallet. Nothing was changed."),
    ),
    "vault_damaged": (
        QT_TRANSLATE_NOOP("Errors", "The wallet's data file is damaged"),
        QT_TRANSLATE_NOOP("Errors", "Restore a backup of the wallet. Nothing was changed."),
    ),
    "vault_foreign": (
        QT_TRANSLATE_NOOP("Errors", "The data file belongs to something else"),
        QT_TRANSLATE_NOOP("Errors", "Put the right file back, or restore a backup."),
    ),
    "vault_newer": (
        QT_TRANSLATE_NOOP("Errors", "A newer version of the wallet wrote this file"),
        QT_TRANSLATE_NOOP("Errors", "Update the wallet to open it."),
    ),
    "vault_backup_foreign": (
        QT_TRANSLATE_NOOP("Errors", "This file is not a backup of a wallet"),
        QT_TRANSLATE_NOOP("Errors", "Choose another file."),
    ),
    "vault_backup_truncated": (
        QT_TRANSLATE_NOOP("Errors", "The backup has been cut short"),
        QT_TRANSLATE_NOOP("Errors", "Copy it again from where it was kept, or choose another."),
    ),
    "vault_backup_damaged": (
        QT_TRANSLATE_NOOP("Errors", "The backup is damaged"),
        QT_TRANSLATE_NOOP("Errors", "Choose an older backup."),
    ),
    "vault_backup_newer": (
        QT_TRANSLATE_NOOP("Errors", "A newer version of the wallet wrote this backup"),
        QT_TRANSLATE_NOOP("Errors", "Update the wallet, then restore it."),
    ),
    "vault_storage": (
        QT_TRANSLATE_NOOP("Errors", "The wallet's folder can't be read or written"),
        QT_TRANSLATE_NOOP("Errors", "Check the disk and the folder's permissions."),
    ),
}
"""Code → (what happened, what to do), in English; the catalogue has the Chinese."""

MONEY: dict[str, Any] = {
    "none": "",
    "not_moved": QT_TRANSLATE_NOOP("Errors", "No money has moved."),
    "moved": QT_TRANSLATE_NOOP("Errors", "The money has moved."),
    "unknown": QT_TRANSLATE_NOOP("Errors", "It is not known yet whether money moved."),
}
