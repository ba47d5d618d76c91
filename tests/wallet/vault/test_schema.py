from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import msgspec
import pytest

from app.protocol.messages.cases import Case
from app.protocol.messages.support import Conversation
from app.protocol.signing import verify
from app.wallet.vault.errors import DamagedVaultError, NewerVaultError
from app.wallet.vault.layout import VaultLayout
from app.wallet.vault.schema import STEPS, Step
from app.wallet.vault.stores.activity import ActivityFilter
from app.wallet.vault.vault import Passphrase, Setup, create_vault, open_vault

DATA = Path(__file__).parent / "data"
"""One folder for every released schema, ``<major>.<minor>``; ``make_data.py`` makes it."""

ADDED = Step(
    1, STEPS[-1].minor + 1, ("CREATE TABLE labels (id TEXT PRIMARY KEY, text TEXT NOT NULL)",)
)
BREAKING = Step(2, 0, ("ALTER TABLE settings RENAME TO preferences",))
FAILING = ADDED._replace(
    statements=("CREATE TABLE labels (id TEXT)", "CREATE TABLE labels (id TEXT)")
)


def _with_steps(setup: Setup, *more: Step) -> Setup:
    return Setup(keychain=setup.keychain, argon2=setup.argon2, steps=(*STEPS, *more))


def _version(vault) -> int:
    return vault.database.row("PRAGMA user_version")[0]


def test_steps_are_numbered_upwards():
    numbers = [step.number for step in STEPS]
    assert numbers == sorted(set(numbers))
    assert numbers[0] == 1000


def test_every_released_schema_has_a_vault_here():
    kept = {path.name for path in DATA.iterdir() if path.is_dir()}
    assert kept == {f"{step.major}.{step.minor}" for step in STEPS}


@pytest.mark.parametrize("released", sorted(path.name for path in DATA.iterdir() if path.is_dir()))
def test_a_vault_of_every_released_schema_opens_with_all_that_is_in_it(released, tmp_path, setup):
    expected = msgspec.json.decode((DATA / released / "expected.json").read_bytes())
    folder = tmp_path / "vault"
    shutil.copytree(DATA / released / "vault", folder)
    vault = open_vault(folder, Passphrase(expected["passphrase"]), setup)
    vault.check()
    assert _version(vault) == STEPS[-1].number
    assert vault.settings.get("language", str, "") == expected["language"]
    assert vault.secrets.get("device_key") == bytes.fromhex(expected["device_key"])
    assert vault.service.keys("receipt")[0].key_id == "key-1"
    identity = vault.service.identity()
    assert identity is not None
    assert identity.service_id == expected["service_id"]
    assert [i.key for i in vault.intents.unfinished()] == expected["unfinished"]
    points = vault.snapshots.points()
    assert points is not None
    assert points.balance == expected["points"]
    stored = vault.receipts.for_payment(expected["payment_id"])
    assert stored is not None
    assert stored.canonical == stored.receipt.signed_bytes()
    key = vault.service.key(stored.receipt.key_id)
    assert key is not None
    assert verify(key.public_key, stored.canonical, stored.receipt.signature)
    found = vault.activity.find(ActivityFilter(text="便利"))
    assert [row.id for row in found.rows] == expected["found"]
    hits = vault.chats.find("退款", 10)
    assert [hit.message.seq for hit in hits] == expected.get("chat_found", [])
    assert vault.chats.unread() == len(expected.get("chat_found", []))
    waiting = vault.outbox.first()
    assert (waiting.key if waiting else None) == expected.get("outbox")
    for sha256 in expected.get("files", []):
        data = vault.chat_files.get(sha256, at=1)
        assert data is not None
        assert hashlib.sha256(data).hexdigest() == sha256
    cases = [kept.paper.number for kept in vault.papers.all("case", Case)]
    assert cases == expected.get("cases", [])
    assert [errand.key for errand in vault.errands.all()] == (
        [expected["errand"]] if "errand" in expected else []
    )
    handles = [(one.handle, one.counter) for one in vault.handles.all()]
    assert handles == ([(expected["handle"], 3)] if "handle" in expected else [])
    mark = vault.marks.get("movement-1")
    assert list(mark.labels) == expected.get("labels", [])
    assert (mark.category == "dining") == ("labels" in expected)
    vault.chats.save(Conversation("new", "n", "en", "bot", 1, 1, 0))
    assert vault.chats.all()[-1].conversation.id == "new"
    vault.lock()


def test_missing_steps_are_taken_on_a_copy_that_then_becomes_the_vault(
    vault, folder, setup, passphrase
):
    vault.settings.put("language", "en")
    vault.lock()
    (before,) = folder.glob("vault-*.db")
    newer = _with_steps(setup, ADDED)
    migrated = open_vault(folder, Passphrase(passphrase), newer)
    assert _version(migrated) == ADDED.number
    assert migrated.database.rows("SELECT * FROM labels") == []
    assert migrated.settings.get("language", str, "") == "en"
    migrated.lock()
    (after,) = folder.glob("vault-*.db")
    assert after != before
    open_vault(folder, Passphrase(passphrase), newer).lock()
    assert list(folder.glob("vault-*.db")) == [after]


def test_a_failing_step_leaves_the_vault_as_it_was(vault, folder, setup, passphrase, fingerprint):
    vault.lock()
    before = fingerprint()
    with pytest.raises(Exception, match="already exists"):
        open_vault(folder, Passphrase(passphrase), _with_steps(setup, FAILING))
    assert fingerprint() == before
    opened = open_vault(folder, Passphrase(passphrase), setup)
    assert _version(opened) == STEPS[-1].number
    opened.lock()


def test_a_copy_that_the_disk_spoiled_never_becomes_the_vault(
    folder, setup, passphrase, fingerprint, monkeypatch
):
    create_vault(folder, passphrase, setup)[0].lock()
    before = fingerprint()
    monkeypatch.setattr("app.wallet.vault.building.integrity_holds", lambda connection: False)
    with pytest.raises(DamagedVaultError):
        open_vault(folder, Passphrase(passphrase), _with_steps(setup, ADDED))
    assert fingerprint() == before


def test_a_crash_before_the_commit_point_leaves_the_old_vault(
    vault, folder, setup, passphrase, monkeypatch
):
    vault.settings.put("language", "en")
    vault.lock()

    def power_cut(self, slots):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(VaultLayout, "save", power_cut)
        with pytest.raises(KeyboardInterrupt):
            open_vault(folder, Passphrase(passphrase), _with_steps(setup, ADDED))
    assert len(list(folder.glob("vault-*.db"))) == 2
    opened = open_vault(folder, Passphrase(passphrase), setup)
    assert _version(opened) == STEPS[-1].number
    assert opened.settings.get("language", str, "") == "en"
    opened.lock()
    assert len(list(folder.glob("vault-*.db"))) == 1


def test_a_newer_minor_opens_and_keeps_its_number(vault, folder, setup, passphrase):
    vault.lock()
    open_vault(folder, Passphrase(passphrase), _with_steps(setup, ADDED)).lock()
    opened = open_vault(folder, Passphrase(passphrase), setup)
    assert _version(opened) == ADDED.number
    opened.lock()


def test_a_newer_major_is_refused_with_words_and_untouched(folder, setup, passphrase, fingerprint):
    create_vault(folder, passphrase, _with_steps(setup, BREAKING))[0].lock()
    before = fingerprint()
    with pytest.raises(NewerVaultError, match="newer version of the wallet"):
        open_vault(folder, Passphrase(passphrase), setup)
    assert fingerprint() == before
    assert VaultLayout(folder).exists()
