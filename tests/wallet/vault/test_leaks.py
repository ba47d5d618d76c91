"""Nothing readable stands on the disk: secrets go in by every way there is, and are looked for."""

from __future__ import annotations

import base64
import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app.wallet.vault.vault import Passphrase, Setup, open_vault

SECRETS = {
    "passphrase": "Zq7-planted-passphrase-豆",
    "new_passphrase": "Zq7-planted-second-passphrase-壶",
    "name": "Zq7PlantedPayee北京暗号商行",
    "note": "Zq7 planted note 给妈妈的秘密礼物",
    "order": "777123987654321077",
    "amount": "86420975",
    "key": "Zq7-planted-device-key-32-bytes!",
    "token": "Zq7-planted-refresh-token",
    "query": "Zq7plantedquery暗号",
    "setting": "Zq7-planted-setting-暗",
    "body": "Zq7 planted message 我的钱去哪儿了",
    "draft": "Zq7 planted draft 还没写完的话",
    "picture": "Zq7-planted-attachment-bytes",
}

WRITER = """
import faulthandler, json, logging, os, sys
from pathlib import Path
import msgspec
from app.protocol.messages.identity import Contact, Profile, ServiceInfo, ServiceKey
from app.protocol.errors import Problem
from app.protocol.messages.payments import *
from app.protocol.messages.cards import FileCard
from app.protocol.messages.support import Conversation, Message, Sender
from app.protocol.signing import SigningKey
from app.wallet.vault.keyslots import Argon2Params
from app.wallet.vault.schema import STEPS, Step
from app.wallet.vault.stores.activity import ActivityFilter, ActivityRow
from app.wallet.vault.stores.chats import NewMessage
from app.wallet.vault.stores.intents import Intent
from app.wallet.vault.stores.outbox import Entry
from app.wallet.vault.vault import *
from app.wallet.vault.backup import restore_backup, write_backup

profile, s, end = Path(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3]
(profile / "logs").mkdir(parents=True)
logging.basicConfig(filename=profile / "logs" / "log.txt", level=logging.DEBUG)
faulthandler.enable(open(profile / "logs" / "crash.txt", "w"))
sys.stderr = open(profile / "logs" / "stderr.txt", "w")
folder = profile / "vault"
setup = Setup(argon2=Argon2Params(64, 1, 1))
amount, now = int(s["amount"]), 1_795_000_000_000


def plant(vault, start):
    vault.settings.put("x", s["setting"])
    vault.secrets.put("device_key", s["key"].encode())
    vault.secrets.put("refresh", s["token"].encode())
    vault.cursors.put("activity", s["token"])
    vault.snapshots.save_accounts(
        AccountList([Account("a", "money", "CNY", amount, 0, amount, 1)], now + start))
    vault.snapshots.save_profile(
        Profile("u", s["name"], Contact("email", s["note"]), "en", 1, "active"), at=now + start)
    vault.activity.upsert(
        ActivityRow(id=f"{start + n}", kind="payment", amount=-amount, currency="CNY",
                    occurred_at=now + start + n, counterparty=s["name"], note=s["note"],
                    order_number=s["order"], raw=json.dumps(s, ensure_ascii=False).encode())
        for n in range(100))
    receipt = Receipt(f"r{start}", f"p{start}", s["order"], "h", "u", "m", s["name"], s["note"],
                      amount, "CNY", 1, now, 3, "k")
    vault.receipts.add(receipt, at=now)
    conv = f"{start}{s['order']}"
    vault.chats.save(Conversation(conv, s["order"], "zh", "bot", now, now, 0, subject=s["body"]))
    words = [Message(conv, n, f"{start}-{n}", Sender("agent", name=s["name"]), "text", now + n,
                     s["body"], FileCard("x", s["name"], "image/png", 1)) for n in range(1, 40)]
    vault.chats.append(conv, [NewMessage(one, True, one.body + s["note"]) for one in words])
    vault.chats.keep_draft(conv, s["draft"])
    vault.outbox.add(f"o{start}", conv, Entry("text", now, body=s["body"]))
    vault.outbox.refuse(f"o{start}", Problem("x", "y", s["note"], 400, detail=s["body"]))
    vault.chat_files.put(f"{start}", s["picture"].encode() * 500, at=now, held=True)
    key = f"i{start}"
    vault.intents.write(Intent(key, "payment", json.dumps(s).encode(), s["token"], now))
    vault.intents.finish(key, "settled", json.dumps(s).encode(), checked_at=now)


vault, code = create_vault(folder, s["passphrase"], setup)
info = ServiceInfo("s", s["name"], "demo", None, "CNY", ["CNY"],
                   [ServiceKey("k", "receipt", SigningKey.generate().public, 1)], 1, "1", 1, 1)
vault.service.pin("https://" + s["token"], info, at=now)
plant(vault, 0)
vault.change_passphrase(s["passphrase"], s["new_passphrase"])
vault.change_passphrase(s["new_passphrase"], s["passphrase"])
code = vault.renew_recovery_code()
write_backup(vault, profile / "backup.kbackup")
vault.lock()
try:
    open_vault(folder, Passphrase(s["query"]), setup)
except Exception:
    logging.exception("wrong passphrase")
restore_backup(profile / "backup.kbackup", folder, RecoveryCode(code), setup)
steps = (*STEPS, Step(1, 99, ("CREATE INDEX more ON activity (note, counterparty)",)))
vault = open_vault(folder, Passphrase(s["passphrase"]), Setup(argon2=setup.argon2, steps=steps))
plant(vault, 1000)
vault.activity.find(ActivityFilter(text=s["query"]))
vault.activity.find(ActivityFilter(text=s["name"]))
vault.chats.find(s["query"], 5)
assert vault.chats.find(s["body"], 5)
# Sorting and grouping without an index makes SQLite use temporary tables.
vault.database.rows("SELECT note || id, count(*) FROM activity GROUP BY 1 ORDER BY 2, 1")
try:
    with vault.transaction():
        plant(vault, 2000)
        raise RuntimeError("rolled back")
except RuntimeError:
    logging.exception("rolled back")
try:
    vault.intents.write(Intent("i0", "payment", s["note"].encode(), s["token"], now))
except Exception:
    logging.exception("the key was used")
with vault.transaction():
    vault.database.write("UPDATE activity SET note = note || ?", (s["note"],))
    # A small cache makes SQLite spill pages of the running transaction into the log.
    vault.database.rows("PRAGMA cache_size = 10")
    for start in range(3000, 7000, 1000):
        plant(vault, start)
    print(json.dumps({"code": code, "key": vault._key.key.hex()}), flush=True)
    sys.stdin.readline()
    if end == "abort":
        os.abort()
"""


def _found(root: Path, secrets: dict[str, str | bytes]) -> set[tuple[str, str]]:
    """Which secrets stand in which files, in any of the usual encodings."""
    found = set()
    for path in root.rglob("*"):
        if not path.is_file():
            continue
        raw = path.read_bytes()
        for name, secret in secrets.items():
            if any(shape in raw for shape in _shapes(secret)):
                found.add((path.name, name))
    return found


def _shapes(secret: str | bytes) -> set[bytes]:
    if isinstance(secret, bytes):
        return {secret, secret.hex().encode(), base64.b64encode(secret)}
    amount = int(secret).to_bytes(4, "big") if secret == SECRETS["amount"] else b""
    shapes = {secret.encode("utf-8"), secret.encode("utf-16-le"), secret.encode("utf-16-be")}
    shapes |= {json.dumps(secret).strip('"').encode(), base64.b64encode(secret.encode("utf-8"))}
    return shapes | ({amount} if amount else set())


def _open_files(pid: int) -> set[str]:
    """Which files the process has open besides its standard streams, deleted ones too (Linux)."""
    links = [link for link in Path(f"/proc/{pid}/fd").iterdir() if int(link.name) > 2]
    return {str(link.readlink()) for link in links if str(link.readlink()).startswith("/")}


@pytest.mark.parametrize("end", ["kill", "abort"])
def test_no_planted_secret_is_readable_in_any_file_of_the_profile(
    child, tmp_path, monkeypatch, end
):
    profile = tmp_path / "profile"
    temporary = profile / "tmp"
    temporary.mkdir(parents=True)
    for name in ("TMPDIR", "SQLITE_TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(temporary))
    writer = child(WRITER, str(profile), json.dumps(SECRETS), end)
    told = json.loads(writer.stdout.readline())
    secrets: dict[str, str | bytes] = {**SECRETS, "recovery": told["code"]}
    secrets["plain recovery"] = told["code"].replace("-", "")
    secrets["vault key"] = bytes.fromhex(told["key"])

    def look() -> set[tuple[str, str]]:
        return _found(profile, secrets)

    assert look() == set()  # in the middle of a transaction, spilled pages and log on the disk
    assert (max(path.stat().st_size for path in profile.rglob("*-wal"))) > 500_000
    if sys.platform == "linux":
        outside = {
            path
            for path in _open_files(writer.pid)
            if not path.startswith((str(profile), "/dev/", "/proc/"))
        }
        assert outside == set()
    if end == "kill":
        writer.kill()
    else:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    writer.wait()
    assert writer.returncode != 0
    assert look() == set()
    crash = (profile / "logs" / "crash.txt").read_text()
    assert ("Fatal Python error" in crash) == (end == "abort")
    assert "rolled back" in (profile / "logs" / "log.txt").read_text()

    vault = open_vault(profile / "vault", Passphrase(SECRETS["passphrase"]), Setup())
    assert vault.activity.count() == 200  # the unfinished transaction left nothing
    assert vault.secrets.get("device_key") == SECRETS["key"].encode()
    vault.check()
    assert look() == set()
    vault.lock()
    assert look() == set()


def test_the_search_for_secrets_would_find_them(tmp_path):
    with closing(sqlite3.connect(tmp_path / "plain.db")) as plain:
        plain.execute("CREATE TABLE t (x)")
        plain.executemany("INSERT INTO t VALUES (?)", [(value,) for value in SECRETS.values()])
        plain.execute("INSERT INTO t VALUES (?)", (int(SECRETS["amount"]),))
        plain.commit()
    (tmp_path / "utf16").write_text("".join(SECRETS.values()), encoding="utf-16-le")
    (tmp_path / "json").write_text(json.dumps(SECRETS))
    for name in ("plain.db", "utf16", "json"):
        assert {(name, secret) for secret in SECRETS} <= _found(tmp_path, dict(SECRETS))


def test_an_open_vault_leaves_no_memory_image(child, tmp_path):
    if sys.platform == "win32":
        return  # Windows writes none unless its owner asks for one
    opener = child(
        """
import resource, sys
from pathlib import Path
from app.wallet.vault.keyslots import Argon2Params
from app.wallet.vault.vault import Setup, create_vault
_, hard = resource.getrlimit(resource.RLIMIT_CORE)
resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
before = resource.getrlimit(resource.RLIMIT_CORE)[0]
vault, _ = create_vault(Path(sys.argv[1]), "x", Setup(argon2=Argon2Params(64, 1, 1)))
print(before == hard, resource.getrlimit(resource.RLIMIT_CORE)[0])
vault.lock()
""",
        str(tmp_path / "vault"),
    )
    assert opener.stdout.read() == "True 0\n"
