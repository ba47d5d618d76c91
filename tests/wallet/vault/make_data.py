"""Make ``data/<schema>`` for a release: ``python tests/wallet/vault/make_data.py``.

Run it once when a schema is released and commit the folder; it is never made again.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import msgspec

from app.protocol.messages.cases import Case, CaseNote
from app.protocol.messages.identity import ServiceInfo, ServiceKey
from app.protocol.messages.payments import (
    Account,
    AccountList,
    PointLot,
    PointsSummary,
    Receipt,
)
from app.protocol.messages.support import Conversation, Message, Sender
from app.protocol.signing import SigningKey
from app.wallet.vault.keyslots import Argon2Params
from app.wallet.vault.schema import STEPS
from app.wallet.vault.stores.activity import ActivityRow
from app.wallet.vault.stores.chats import NewMessage
from app.wallet.vault.stores.handles import Handle
from app.wallet.vault.stores.intents import Intent
from app.wallet.vault.stores.marks import Mark
from app.wallet.vault.stores.outbox import Entry
from app.wallet.vault.stores.papers import Errand
from app.wallet.vault.vault import Setup, Vault, create_vault

PASSPHRASE = "released vault 豆"
NOW = 1_795_000_000_000
PAYMENT = "019a0000-0000-7000-8000-000000000001"
SEED = bytes(range(32))
CASE = "019a0000-0000-7000-8000-0000000000e1"
CONV = "019a0000-0000-7000-8000-0000000000c1"
PERSON = Sender("person", "user-1")
PICTURE = b"a picture"


def main() -> int:
    """Write the folder of the newest schema, unless it is there."""
    folder = Path(__file__).parent / "data" / f"{STEPS[-1].major}.{STEPS[-1].minor}"
    if folder.exists():
        sys.stderr.write(f"{folder.name} is released already\n")
        return 1
    cheap = Setup(argon2=Argon2Params(memory_kib=64, passes=1, lanes=1))
    vault, _ = create_vault(folder / "vault", PASSPHRASE, cheap)
    fill(vault)
    vault.lock()
    (folder / "vault" / "vault.lock").unlink()
    expected = {
        "passphrase": PASSPHRASE,
        "language": "zh-CN",
        "device_key": SEED.hex(),
        "service_id": "service-1",
        "unfinished": ["019a0000-0000-7000-8000-0000000000aa"],
        "points": 57,
        "payment_id": PAYMENT,
        "found": ["movement-1"],
        "chat_found": [2],
        "outbox": "019a0000-0000-7000-8000-0000000000d1",
        "files": [hashlib.sha256(PICTURE).hexdigest()],
        "cases": ["KS-20261123-0001"],
        "errand": "019a0000-0000-7000-8000-0000000000e2",
        "handle": 123_456_789,
        "labels": ["早饭"],
    }
    (folder / "expected.json").write_bytes(
        msgspec.json.format(msgspec.json.encode(expected)) + b"\n"
    )
    return 0


def fill(vault: Vault) -> None:
    """One of everything."""
    key = SigningKey(SEED)
    vault.settings.put("language", "zh-CN")
    vault.secrets.put("device_key", SEED)
    vault.cursors.put("activity", "42")
    vault.service.pin(
        "https://wallet.example",
        ServiceInfo(
            service_id="service-1",
            operator="Example",
            mode="demo",
            licence=None,
            currency="CNY",
            currencies=["CNY"],
            keys=[ServiceKey("key-1", "receipt", key.public, NOW)],
            server_time=NOW,
            version="0.1.0",
            payment_max=5_000_000,
            static_code_daily_cap=50_000,
        ),
        at=NOW,
    )
    vault.snapshots.save_accounts(
        AccountList([Account("account-1", "money", "CNY", 12345, 0, 12345, 7)], NOW)
    )
    vault.snapshots.save_points(
        PointsSummary(57, [PointLot("lot-1", 60, 57, NOW, NOW + 1000)], NOW)
    )
    receipt = Receipt(
        receipt_id="receipt-1",
        payment_id=PAYMENT,
        order_number="202611230000000001",
        intent_hash="hash",
        payer="user-1",
        payee="merchant-1",
        payee_name="K豆便利店",
        store_name="国贸店",
        amount=2372,
        currency="CNY",
        points_earned=23,
        posted_at=NOW,
        journal_id=9,
        key_id="key-1",
    )
    signed = msgspec.structs.replace(receipt, signature=key.sign(receipt.signed_bytes()))
    vault.receipts.add(signed, at=NOW)
    vault.activity.upsert(
        [
            ActivityRow(
                id="movement-1",
                kind="payment",
                amount=-2372,
                currency="CNY",
                occurred_at=NOW,
                counterparty="K豆便利店",
                sequence=1,
                note="早餐",
                order_number="202611230000000001",
                payment_id=PAYMENT,
                receipt_id="receipt-1",
                points_earned=23,
            ),
            ActivityRow(
                id="movement-0",
                kind="top_up",
                amount=50000,
                currency="CNY",
                occurred_at=NOW - 86_400_000,
                counterparty="Bank",
            ),
        ]
    )
    vault.intents.write(
        Intent("019a0000-0000-7000-8000-0000000000aa", "payment", b"{}", "signature", NOW)
    )
    vault.intents.write(
        Intent("019a0000-0000-7000-8000-0000000000bb", "payment", b"{}", "signature", NOW)
    )
    vault.intents.finish(
        "019a0000-0000-7000-8000-0000000000bb", "settled", b"{}", checked_at=NOW + 1
    )
    fill_chat(vault)
    fill_cases(vault)
    fill_codes_and_marks(vault)


def fill_chat(vault: Vault) -> None:
    """A conversation with a question, an answer, something not sent and a picture."""
    vault.chats.save(Conversation(CONV, "KC-20261123-0001", "zh", "bot", NOW, NOW, 2))
    said = [
        Message(CONV, 1, "019a0000-0000-7000-8000-0000000000d0", PERSON, "text", NOW, "钱没到"),
        Message(CONV, 2, "", Sender("bot"), "text", NOW + 1, "退款一般三天到账"),
    ]
    vault.chats.append(CONV, [NewMessage(one, one.sender.kind == "bot", one.body) for one in said])
    vault.chats.keep_draft(CONV, "还有")
    entry = Entry("text", NOW + 2, body="谢谢")
    vault.outbox.add("019a0000-0000-7000-8000-0000000000d1", CONV, entry)
    vault.chat_files.put(hashlib.sha256(PICTURE).hexdigest(), PICTURE, at=NOW)


def fill_cases(vault: Vault) -> None:
    """A case with something to add to it."""
    case = Case(CASE, "KS-20261123-0001", "付了两次", "payment", 2, "working", 1, 1, NOW, NOW)
    vault.papers.put("case", CASE, case, at=NOW)
    body = msgspec.json.encode(CaseNote("单号在这"))
    vault.errands.add(Errand("019a0000-0000-7000-8000-0000000000e2", "note", CASE, body, NOW))


def fill_codes_and_marks(vault: Vault) -> None:
    """A handle with a code that was shown, a marked movement, a merchant that is filed."""
    vault.handles.replace([Handle(123_456_789, SEED, NOW, NOW + 86_400_000, False)])
    vault.handles.show(123_456_789, 3, NOW + 1)
    vault.activity.mark("movement-1", Mark("dining", ("早饭",), "和小林"), at=NOW)
    vault.activity.file_under("K豆便利店", "dining", at=NOW)


if __name__ == "__main__":
    raise SystemExit(main())
