from __future__ import annotations

import msgspec
import pytest
import sqlcipher3.dbapi2 as sqlcipher

from app.protocol.messages.identity import Contact, Profile, ServiceInfo, ServiceKey
from app.protocol.messages.payments import (
    Account,
    AccountList,
    PointLot,
    PointsSummary,
    Receipt,
)
from app.protocol.signing import SigningKey, verify
from app.wallet.vault.stores.intents import Intent
from app.wallet.vault.stores.service import OtherServiceError

NOW = 1_795_000_000_000


class Theme(msgspec.Struct):
    dark: bool


def test_settings_keep_any_json_and_fall_back(vault):
    vault.settings.put("theme", Theme(True))
    vault.settings.put("sizes", [1, 2])
    assert vault.settings.get("theme", Theme, Theme(False)) == Theme(True)
    assert vault.settings.get("sizes", list[int], []) == [1, 2]
    assert vault.settings.get("sizes", int, 7) == 7
    assert vault.settings.get("none", str, "x") == "x"
    vault.settings.put("sizes", [])
    vault.settings.remove("theme")
    vault.settings.remove("theme")
    assert vault.settings.get("sizes", list[int], [9]) == []
    assert vault.settings.get("theme", Theme, Theme(False)) == Theme(False)


def test_secrets_are_bytes_by_name(vault):
    vault.secrets.put("device_key", bytearray(b"\x00\x01"))
    vault.secrets.put("refresh", b"a")
    vault.secrets.put("refresh", b"b")
    assert vault.secrets.get("device_key") == b"\x00\x01"
    assert vault.secrets.get("refresh") == b"b"
    vault.secrets.remove("refresh")
    assert vault.secrets.get("refresh") is None


def test_cursors_move(vault):
    assert vault.cursors.get("activity") is None
    vault.cursors.put("activity", "7")
    vault.cursors.put("activity", "8")
    assert vault.cursors.get("activity") == "8"


def _info(service_id: str, *keys: ServiceKey) -> ServiceInfo:
    return ServiceInfo(
        service_id=service_id,
        operator="Campus",
        mode="demo",
        licence=None,
        currency="CNY",
        currencies=["CNY"],
        keys=list(keys),
        server_time=NOW,
        version="1",
        payment_max=1,
        static_code_daily_cap=1,
    )


def _key(key_id: str, *, purpose="receipt", seed: int = 1, at: int = NOW, to: int | None = None):
    return ServiceKey(key_id, purpose, SigningKey(bytes([seed]) * 32).public, at, to)


def test_a_service_is_pinned_with_its_keys(vault):
    assert vault.service.identity() is None
    info = _info("s-1", _key("r1"), _key("c1", purpose="code"))
    vault.service.pin("https://pay.example", info, at=NOW)
    identity = vault.service.identity()
    assert (identity.base_url, identity.service_id, identity.pinned_at) == (
        "https://pay.example",
        "s-1",
        NOW,
    )
    assert identity.info == info
    assert vault.service.key("r1") == _key("r1")
    assert vault.service.key("zz") is None
    assert vault.service.keys("code") == [_key("c1", purpose="code")]


def test_pinned_keys_are_added_to_but_never_swapped(vault):
    vault.service.pin("https://a.example", _info("s-1", _key("r1")), at=NOW)
    swapped = _key("r1", seed=9, to=NOW + 5)
    vault.service.pin(
        "https://b.example", _info("s-1", swapped, _key("r2", at=NOW + 1)), at=NOW + 1
    )
    assert vault.service.key("r1") == _key("r1", to=NOW + 5)
    assert [key.key_id for key in vault.service.keys("receipt")] == ["r2", "r1"]
    vault.service.pin("https://b.example", _info("s-1"), at=NOW + 2)
    assert vault.service.key("r1") is not None
    assert vault.service.identity().base_url == "https://b.example"


def test_another_service_never_mixes_in(vault):
    vault.service.pin("https://a.example", _info("s-1", _key("r1")), at=NOW)
    with pytest.raises(OtherServiceError):
        vault.service.pin("https://a.example", _info("s-2", _key("x")), at=NOW)
    assert vault.service.key("x") is None


def test_snapshots_come_back_and_late_answers_do_not_win(vault):
    newer = AccountList([Account("a", "money", "CNY", 100, 0, 100, 2)], NOW + 1)
    older = AccountList([Account("a", "money", "CNY", 90, 0, 90, 1)], NOW)
    assert vault.snapshots.accounts() is None
    assert vault.snapshots.save_accounts(newer)
    assert not vault.snapshots.save_accounts(older)
    assert vault.snapshots.accounts() == newer
    points = PointsSummary(5, [PointLot("l", 9, 5, NOW, NOW + 9)], NOW)
    assert vault.snapshots.save_points(points)
    assert vault.snapshots.points() == points
    profile = Profile("u", "小林", Contact("email", "x@y.z"), "zh-CN", NOW, "active")
    assert vault.snapshots.save_profile(profile, at=NOW)
    assert vault.snapshots.profile() == profile


def test_a_snapshot_of_another_form_counts_as_none(vault):
    vault.database.write("INSERT INTO snapshots VALUES ('points', 1, ?)", (b'{"balance":"many"}',))
    assert vault.snapshots.points() is None


def test_receipts_verify_from_what_was_stored(vault):
    key = SigningKey.generate()
    bare = Receipt("r", "p", "n", "h", "u", "m", "K豆便利店", "店", 5, "CNY", 1, NOW, 3, "k")
    receipt = msgspec.structs.replace(bare, signature=key.sign(bare.signed_bytes()))
    vault.receipts.add(receipt, at=NOW)
    forged = msgspec.structs.replace(receipt, amount=6)
    vault.receipts.add(forged, at=NOW + 1)
    stored = vault.receipts.for_payment("p")
    assert stored == vault.receipts.get("r")
    assert stored.receipt == receipt
    assert stored.received_at == NOW
    assert verify(key.public, stored.canonical, stored.receipt.signature)
    assert vault.receipts.get("other") is None


def _intent(key: str, at: int = NOW) -> Intent:
    return Intent(key, "payment", b'{"amount":1}', "signature", at)


def test_an_intent_goes_its_way_once(vault):
    vault.intents.write(_intent("k1"))
    assert vault.intents.get("k1") == _intent("k1")
    assert vault.intents.mark_sent("k1")
    assert not vault.intents.mark_sent("k1")
    assert vault.intents.mark_unknown("k1", checked_at=NOW + 1)
    assert vault.intents.mark_unknown("k1", checked_at=NOW + 2)
    assert not vault.intents.get("k1").finished
    assert vault.intents.finish("k1", "settled", b'{"ok":1}', checked_at=NOW + 3)
    settled = vault.intents.get("k1")
    assert settled.finished
    assert (settled.state, settled.outcome, settled.last_checked) == (
        "settled",
        b'{"ok":1}',
        NOW + 3,
    )


@pytest.mark.parametrize("final", ["settled", "refused"])
def test_a_final_state_never_changes(vault, final):
    vault.intents.write(_intent("k1"))
    vault.intents.finish("k1", final, b"1", checked_at=NOW)
    before = vault.intents.get("k1")
    assert not vault.intents.mark_sent("k1")
    assert not vault.intents.mark_unknown("k1", checked_at=NOW + 9)
    assert not vault.intents.finish("k1", "settled", b"2", checked_at=NOW + 9)
    assert not vault.intents.finish("k1", "refused", b"2", checked_at=NOW + 9)
    assert vault.intents.get("k1") == before


def test_a_key_is_used_once(vault):
    vault.intents.write(_intent("k1"))
    with pytest.raises(sqlcipher.IntegrityError):
        vault.intents.write(_intent("k1"))
    with pytest.raises(sqlcipher.IntegrityError):
        vault.intents.write(msgspec.structs.replace(_intent("k2"), state="lost"))


def test_unfinished_intents_are_listed_oldest_first(vault):
    for number in (3, 1, 2, 4):
        vault.intents.write(_intent(f"k{number}", NOW + number))
    vault.intents.mark_sent("k1")
    vault.intents.mark_unknown("k3", checked_at=NOW)
    vault.intents.finish("k4", "refused", b"{}", checked_at=NOW)
    assert [i.key for i in vault.intents.unfinished()] == ["k1", "k2", "k3"]
    assert [i.key for i in vault.intents.recent(2)] == ["k4", "k3"]
    assert vault.intents.get("none") is None
