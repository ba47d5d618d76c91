"""Every failure has a kind, a code and a money word (design/2 §Failures)."""

from __future__ import annotations

import sqlite3

import pytest

from app.protocol.errors import CODES, KBeanError
from app.wallet.failures import OURS, SURROUNDINGS, failure_of, kind_of_code
from app.wallet.vault.errors import CODES as VAULT_CODES
from app.wallet.vault.errors import VaultStorageError, WrongPassphraseError


def test_the_lists_name_codes_that_exist():
    own = {"storage_failed", "unexpected"}
    assert CODES.keys() | own >= SURROUNDINGS | OURS
    assert not SURROUNDINGS & OURS
    assert not own & (CODES.keys() | VAULT_CODES.keys())


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("insufficient_funds", "yours"),
        ("order_expired", "yours"),
        ("service_unreachable", "surroundings"),
        ("clock_off", "surroundings"),
        ("internal_error", "ours"),
        ("receipt_invalid", "ours"),
    ],
)
def test_whose_it_is(code, kind):
    assert kind_of_code(code) == kind


def test_a_refusal_carries_everything_over():
    error = KBeanError(
        "busy", field="x", retry_after=3, trace_id="t", params={"a": 1}, money="unknown"
    )
    failure = failure_of(error)
    assert (failure.kind, failure.code, failure.money) == ("surroundings", "busy", "unknown")
    assert (failure.field, failure.retry_after, failure.reference) == ("x", 3, "t")
    assert failure.params == {"a": 1}
    assert failure_of(error, money="not_moved").money == "not_moved"


def test_the_vaults_errors_keep_their_codes_and_sorts():
    assert failure_of(WrongPassphraseError()).code == "vault_passphrase_wrong"
    assert failure_of(WrongPassphraseError()).kind == "yours"
    assert failure_of(VaultStorageError()).kind == "surroundings"


@pytest.mark.parametrize("error", [OSError("disk"), sqlite3.OperationalError("disk I/O error")])
def test_the_disk_is_surroundings(error):
    assert (failure_of(error).kind, failure_of(error).code) == ("surroundings", "storage_failed")


def test_a_bug_is_logged_with_the_number_that_is_shown(expect_log, caplog):
    expect_log("unexpected failure")
    failure = failure_of(ZeroDivisionError("oops"))
    assert (failure.kind, failure.code, failure.money) == ("ours", "unexpected", "unknown")
    assert failure.reference is not None
    assert failure.reference in caplog.text
