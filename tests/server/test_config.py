"""Settings, secrets and their refusals, in words."""

from __future__ import annotations

import stat
from pathlib import Path

import msgspec
import pytest

from app.server.config import Config, ConfigError, dump_config, load_config, undump_config
from app.server.keys import KeyFile, ServiceKeys, make_keys, read_keys, rotated, write_keys


def production(folder: Path, **changes: object) -> Config:
    values: dict[str, object] = {
        "mode": "production",
        "service_id": "pay.example",
        "operator": "Example Payments Ltd",
        "licence": "Z2026000001",
        "data_dir": folder,
        "tls_proxy": True,
    }
    return load_config(None, {}, **{**values, **changes})


def test_the_demo_needs_no_settings(tmp_path: Path):
    load_config(None, {}, data_dir=tmp_path).check()


def test_production_with_everything_may_start(tmp_path: Path):
    production(tmp_path).check()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"service_id": "kbean-demo"}, "service_id is still the demo's"),
        ({"operator": "K-Bean demo organisation"}, "operator must name the organisation"),
        ({"operator": " "}, "operator must name the organisation"),
        ({"licence": ""}, "licence must hold"),
        ({"tls_proxy": False}, "production needs TLS"),
        ({"tls_certificate": "/nowhere.pem"}, "belong together"),
        ({"tls_certificate": "/nowhere.pem", "tls_key": "/nowhere.key"}, "is not a file"),
        ({"hash_memory": 1024, "hash_passes": 1}, "OWASP"),
        ({"rate_limits": False}, "rate_limits may only be off in demo mode"),
        ({"access_seconds": 7200}, "access_seconds above one hour"),
        ({"timezone": "Mars/Olympus"}, "is not known here"),
        ({"database_url": "mysql://x/y"}, "must be SQLite or PostgreSQL"),
        ({"database_url": "sqlite:////proc/nothing/kbean.db"}, "cannot be written"),
    ],
)
def test_production_says_what_is_missing(tmp_path: Path, changes: dict[str, object], words: str):
    with pytest.raises(ConfigError, match=words):
        production(tmp_path, **changes).check()


def test_every_objection_is_told_at_once(tmp_path: Path):
    with pytest.raises(ConfigError) as caught:
        production(tmp_path, licence="", tls_proxy=False, service_id="kbean-demo").check()
    assert len(str(caught.value).splitlines()) == 3


def test_without_tls_only_this_machine_is_served(tmp_path: Path):
    with pytest.raises(ConfigError, match="only listens on this machine"):
        load_config(None, {}, data_dir=tmp_path, host="0.0.0.0").check()
    load_config(None, {}, data_dir=tmp_path, host="0.0.0.0", tls_proxy=True).check()


def test_a_folder_that_cannot_be_one(tmp_path: Path):
    (tmp_path / "file").write_text("")
    config = load_config(None, {}, data_dir=tmp_path / "file")
    with pytest.raises(ConfigError, match="cannot be written: File exists"):
        config.check()


def test_the_environment_wins_over_the_file_and_options_over_both(tmp_path: Path):
    file = tmp_path / "kbean.toml"
    file.write_text('operator = "From the file"\nport = 1\nlicence = "L"\n')
    environment = {
        "KBEAN_PORT": "2",
        "KBEAN_OPERATOR": "From outside",
        "KBEAN_CURRENCIES": "CNY,HKD",
        "KBEAN_RATE_LIMITS": "false",
        "KBEAN_UNRELATED": "x",
        "PATH": "/bin",
    }
    config = load_config(file, environment, port=3, host=None)
    assert (config.operator, config.port, config.licence) == ("From outside", 3, "L")
    assert (config.currencies, config.rate_limits) == (("CNY", "HKD"), False)
    assert undump_config(dump_config(config)) == config


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("port = 'x'", "not accepted"),
        ("colour = 'green'", "unknown field `colour`"),
        ("= 3", "not a TOML file"),
    ],
)
def test_files_that_are_no_settings(tmp_path: Path, text: str, words: str):
    file = tmp_path / "kbean.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=words):
        load_config(file, {})
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "missing.toml", {})


def test_a_demo_makes_its_own_keys_and_production_refuses_them(tmp_path: Path):
    path = tmp_path / "deep" / "keys.json"
    first = read_keys(path, "demo")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_keys(path, "demo").receipt.public == first.receipt.public
    with pytest.raises(ConfigError, match="made by a demo"):
        read_keys(path, "production")
    with pytest.raises(ConfigError, match="make it with `kbean server init`"):
        read_keys(tmp_path / "none.json", "production")
    assert [p.name for p in path.parent.iterdir()] == ["keys.json"]


def test_key_files_are_kept_from_others_and_never_overwritten(tmp_path: Path):
    path = tmp_path / "keys.json"
    write_keys(path, make_keys("production"))
    with pytest.raises(ConfigError, match="exists already"):
        write_keys(path, make_keys("production"))
    path.chmod(0o640)
    with pytest.raises(ConfigError, match="can be read by others"):
        read_keys(path, "production")
    path.chmod(0o600)
    path.write_text("{}")
    with pytest.raises(ConfigError, match="is not a key file"):
        read_keys(path, "production")


def test_broken_and_missing_keys_are_refused():
    file = make_keys("demo")
    with pytest.raises(ConfigError, match="no valid key for codes"):
        ServiceKeys(msgspec.structs.replace(file, keys=file.keys[:1]))
    broken = [msgspec.structs.replace(file.keys[0], seed="AAAA"), file.keys[1]]
    with pytest.raises(ConfigError, match="broken key"):
        ServiceKeys(msgspec.structs.replace(file, keys=broken))
    with pytest.raises(ConfigError, match="token secret is too short"):
        ServiceKeys(msgspec.structs.replace(file, token_secret="AAAA"))


def test_rotation_keeps_the_old_key_for_verifying():
    file = make_keys("demo")
    turned: KeyFile = rotated(file, "code")
    before, after = ServiceKeys(file), ServiceKeys(turned)
    assert after.code.public != before.code.public
    assert after.receipt.public == before.receipt.public
    assert after.code_publics[before.code_key_id] == before.code.public
    assert {key.key_id for key in after.published} > {key.key_id for key in before.published}
    ended = [key for key in after.published if key.valid_to is not None]
    assert [key.key_id for key in ended] == [before.code_key_id]


def test_secrets_do_not_show_when_printed():
    file = make_keys("demo")
    assert file.token_secret not in repr(file)
    assert file.keys[0].seed not in repr(file)
