"""Settings of the service: one typed table from a TOML file and the environment.

The file comes first, ``KBEAN_…`` variables win over it (``KBEAN_DATABASE_URL`` sets
``database_url``). In ``production`` the service refuses to start on anything that only suits a
demo, and says in words what is missing (:func:`Config.objections`).
"""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

PREFIX = "KBEAN_"
DEMO_SERVICE_ID = "kbean-demo"
DEMO_OPERATOR = "K-Bean demo organisation"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class ConfigError(Exception):
    """The settings cannot be used; the text says what to change, one reason a line."""


Positive = Annotated[int, msgspec.Meta(ge=1)]


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every setting of the service, with the defaults of a demo on this machine.

    Attributes:
        mode: ``demo`` says clearly that it is not licensed; ``production`` is strict.
        service_id: Who this service is, part of every code it signs.
        operator: The organisation's name, shown to people.
        licence: The operator's licence number, shown to people.
        data_dir: Where the key file and the embedded database live.
        database_url: An SQLAlchemy URL (SQLite or PostgreSQL); empty: SQLite in ``data_dir``.
        redis_url: Where the nodes of a service meet (``redis://``, ``rediss://``); empty for one
            node. Without it several processes still find each other's messages, once a second, and
            each counts tries at the door (registration, sign-in, refresh) by itself.
        tls_proxy: Says that something in front of the service speaks TLS.
        trusted_proxies: Addresses (comma-separated) whose ``X-Forwarded-For`` is believed then.
        currencies: All that is accepted; the first is the default.
        payment_max: Minor units that one payment may carry.
        static_code_daily_cap: Minor units a payer may pay through static codes a day (design/3).
        step_up_above: Minor units above which a transfer needs the passphrase (design/1 A2).
        hold_days: How long a pre-authorisation holds money at the most.
        small_each: Minor units up to which a shown code is charged without a question (design/3).
        small_day: And all such charges of a person and day together.
        confirm_seconds: How long a payer who is asked has to answer.
        handle_hours: Life of a handle that payment codes are made with, at most a day.
        codes_per_minute: How often a person's wallets may get fresh handles a minute.
        charge_query_seconds: How often a counter asks after a charge without an answer (design/3).
        charge_give_up_seconds: When it stops asking and has the charge reversed.
        charge_reverse_hours: How long after it was paid a charge may be reversed without anybody's
            role; later it is refunded.
        beans_per_unit: K-Beans that settle one minor unit of a payment.
        beans_share: How many hundredths of a payment K-Beans may settle at most.
        access_seconds: Life of an access token.
        refresh_days: Life of a refresh token.
        clock_tolerance: Seconds that a signed ``time`` may be off.
        lock_after: Wrong passphrases in a row that lock a person's sign-in.
        lock_seconds: The first lock; each further one is twice as long, up to a day.
        hash_memory: Argon2id memory in KiB (RFC 9106 §4 names 64 MiB).
        hash_passes: Argon2id passes.
        hash_parallel: How many passphrases are hashed at once; bounds memory.
        staff_session_seconds: Life of a session at the desk.
        staff_idle_seconds: A session at the desk ends when nothing was asked for so long.
        hours_file: When people answer (TOML, ``app/server/support/people/hours.py``); without it
            every day from nine to nine.
        bot: What the bot finds answers with; ``words``: without sentence vectors; ``silent``: it
            says nothing and only leads to people.
        mail_address: Where an e-mail becomes a conversation, and who answers; empty: no e-mail.
        smtp_url: How letters leave: ``smtp://user:password@host:587`` (STARTTLS) or ``smtps://``.
        imap_url: Where they come in: ``imaps://user:password@host/INBOX``, its own mailbox.
        mail_trusted: The authserv-id of the operator's own mail server, whose word on senders
            (``Authentication-Results``, RFC 8601) counts; empty: a letter proves nobody.
        hotline: The operator's telephone number, shown to people; empty for none.
        social: (name, address) pairs shown to people, such as ``("微信公众号", "kbean")``.
        callback_minutes: Length of a call-back slot.
        body_max: Bytes of a request body.
        rate_limits: Whether sign-in, registration and resolving are rate-limited by address.
        register_per_minute: Registrations an address may try a minute.
        sign_in_per_minute: Sign-ins an address may try a minute.
        resolve_per_minute: Codes a person may resolve a minute.
        statements_per_minute: Statements a person may have drawn a minute.
        revocation_poll: Seconds between two looks at which sessions were ended elsewhere.
        default_region: Country whose phone numbers may be written without a prefix.
        timezone: Whose midnight begins a day of limits (IANA name).
        escalate_above: Minor units from which on a case goes one level up at once (design/4).
        quality_percent: How many of a hundred closed conversations are drawn for scoring.
        statement_font: A font file with Chinese for statements (TTF, OTF, TTC); without one the
            machine's own is looked for.
        metrics_token: What a scraper must show at ``/metrics``; without one it is open in demo
            mode and closed in production.
    """

    mode: Literal["demo", "production"] = "demo"
    service_id: Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9.-]{1,31}$")] = DEMO_SERVICE_ID
    operator: str = DEMO_OPERATOR
    licence: str | None = None
    data_dir: Path = Path("kbean-data")
    database_url: str = ""
    redis_url: str = ""
    key_file: Path | None = None
    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8470
    workers: Positive = 1
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    tls_proxy: bool = False
    trusted_proxies: str = "127.0.0.1"
    currencies: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)] = ("CNY",)
    payment_max: Positive = 5_000_000
    static_code_daily_cap: Positive = 50_000
    step_up_above: Positive = 100_000
    hold_days: Annotated[int, msgspec.Meta(ge=1, le=31)] = 7
    small_each: Annotated[int, msgspec.Meta(ge=0)] = 20_000
    small_day: Annotated[int, msgspec.Meta(ge=0)] = 100_000
    confirm_seconds: Annotated[int, msgspec.Meta(ge=10, le=600)] = 90
    handle_hours: Annotated[int, msgspec.Meta(ge=1, le=24)] = 24
    codes_per_minute: Positive = 30
    charge_query_seconds: Positive = 3
    charge_give_up_seconds: Positive = 45
    charge_reverse_hours: Positive = 24
    beans_per_unit: Positive = 1
    beans_share: Annotated[int, msgspec.Meta(ge=0, le=100)] = 50
    access_seconds: Positive = 900
    refresh_days: Positive = 30
    clock_tolerance: Positive = 600
    lock_after: Positive = 5
    lock_seconds: Positive = 900
    hash_memory: Positive = 65_536
    hash_passes: Positive = 3
    hash_parallel: Positive = 2
    staff_session_seconds: Positive = 28_800
    staff_idle_seconds: Positive = 1_800
    hours_file: Path | None = None
    bot: Literal["encoder", "words", "silent"] = "encoder"
    mail_address: str = ""
    smtp_url: str = ""
    imap_url: str = ""
    mail_trusted: str = ""
    hotline: str = ""
    social: tuple[tuple[str, str], ...] = ()
    callback_minutes: Annotated[int, msgspec.Meta(ge=5, le=120)] = 30
    body_max: Positive = 65_536
    rate_limits: bool = True
    register_per_minute: Positive = 20
    sign_in_per_minute: Positive = 60
    resolve_per_minute: Positive = 240
    statements_per_minute: Positive = 6
    revocation_poll: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.4
    default_region: str = "CN"
    timezone: str = "Asia/Shanghai"
    escalate_above: Positive = 500_000
    quality_percent: Annotated[int, msgspec.Meta(ge=0, le=100)] = 10
    statement_font: Path | None = None
    metrics_token: str | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def currency(self) -> str:
        """The service's first currency."""
        return self.currencies[0]

    def beans_most(self, amount: int) -> int:
        """Minor units of a payment that K-Beans may settle; something is always paid in money."""
        return min(amount * self.beans_share // 100, amount - 1)

    @property
    def database(self) -> str:
        """The database's URL, SQLite in the data folder unless another was named."""
        if self.database_url:
            return self.database_url
        return f"sqlite+aiosqlite:///{(self.data_dir / 'kbean.db').absolute()}"

    @property
    def keys_path(self) -> Path:
        """Where the service's secrets are."""
        return self.key_file or self.data_dir / "keys.json"

    def objections(self) -> list[str]:
        """Everything that speaks against starting with these settings, in words."""
        found = [
            *self._tls_objections(),
            *self._database_objections(),
            *self._address_objections(),
        ]
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            found.append(f"timezone {self.timezone!r} is not known here")
        return found + (self._demo_leftovers() if self.mode == "production" else [])

    def _demo_leftovers(self) -> list[str]:
        """What only suits a demo."""
        found = []
        if self.service_id == DEMO_SERVICE_ID:
            found.append("service_id is still the demo's; choose one for your organisation")
        if self.operator == DEMO_OPERATOR or not self.operator.strip():
            found.append("operator must name the organisation that runs this service")
        if not self.licence:
            found.append("licence must hold the operator's licence number")
        if self.hash_memory * self.hash_passes < 19_456 * 2:
            found.append("hash_memory and hash_passes are below what OWASP asks of Argon2id")
        if not self.rate_limits:
            found.append("rate_limits may only be off in demo mode")
        if self.staff_session_seconds > 43_200 or self.staff_idle_seconds > 3600:
            found.append("staff sessions above 12 hours, or 1 hour idle, are not allowed")
        if self.access_seconds > 3600:
            found.append("access_seconds above one hour is not allowed in production")
        return found

    def _address_objections(self) -> list[str]:
        found = []
        if self.statement_font is not None and not self.statement_font.is_file():
            found.append(f"statement_font {self.statement_font} is not a file")
        if self.redis_url and not self.redis_url.startswith(("redis://", "rediss://")):
            found.append("redis_url must begin with redis:// or rediss://")
        if bool(self.mail_address) != bool(self.smtp_url):
            found.append("mail_address and smtp_url belong together; one is missing")
        if self.imap_url and not self.mail_address:
            found.append("imap_url needs mail_address: answers must come from somewhere")
        if self.smtp_url and not self.smtp_url.startswith(("smtp://", "smtps://")):
            found.append("smtp_url must begin with smtp:// or smtps://")
        if self.imap_url and not self.imap_url.startswith(("imap://", "imaps://")):
            found.append("imap_url must begin with imap:// or imaps://")
        return found

    def _tls_objections(self) -> list[str]:
        found = []
        if (self.tls_certificate is None) != (self.tls_key is None):
            found.append("tls_certificate and tls_key belong together; one is missing")
        named = [path for path in (self.tls_certificate, self.tls_key) if path is not None]
        found += [f"{path} is not a file" for path in named if not path.is_file()]
        plain = self.tls_certificate is None and not self.tls_proxy
        if plain and self.mode == "production":
            found.append(
                "production needs TLS: set tls_certificate and tls_key, "
                "or tls_proxy = true where a proxy in front speaks TLS"
            )
        elif plain and self.host not in LOOPBACK:
            found.append(
                f"without TLS the service only listens on this machine, not on {self.host}"
            )
        return found

    def _redis_objections(self) -> list[str]:
        if self.redis_url and not self.redis_url.startswith(("redis://", "rediss://")):
            return ["redis_url must begin with redis:// or rediss://"]
        return []

    def _database_objections(self) -> list[str]:
        url = self.database
        if not url.startswith("sqlite"):
            return (
                []
                if url.startswith("postgresql")
                else ["database_url must be SQLite or PostgreSQL"]
            )
        path = Path(url.partition(":///")[2])
        try:
            # Tried, not asked: permissions, read-only disks and files in the way all say so here.
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if path.exists():
                path.open("r+b").close()
            else:
                tempfile.TemporaryFile(dir=path.parent).close()
        except OSError as error:
            return [f"the database {path} cannot be written: {error.strerror}"]
        return []

    def check(self) -> None:
        """Refuse settings that must not run.

        Raises:
            ConfigError: with every objection, one a line.
        """
        found = self.objections()
        if found:
            raise ConfigError("\n".join(found))


def _to_path(kind: type, value: object) -> Path:
    if kind is Path and isinstance(value, str | Path):
        return Path(value)
    raise NotImplementedError(f"no setting has the type {kind}")


def dump_config(config: Config) -> str:
    """Write settings for another process of this service."""
    return msgspec.json.encode(config, enc_hook=str).decode()


def undump_config(text: str) -> Config:
    """Undo :func:`dump_config`."""
    return msgspec.json.decode(text, type=Config, dec_hook=_to_path)


def load_config(
    path: Path | None = None, environment: Mapping[str, str] | None = None, **overrides: object
) -> Config:
    """Read the settings.

    Args:
        path: A TOML file, or None.
        environment: Variables, ``os.environ`` unless given.
        overrides: Values that win over both (command-line options; None is "not given").

    Raises:
        ConfigError: if the file cannot be read or a value is not accepted.
    """
    values: dict[str, object] = {}
    if path is not None:
        try:
            values.update(tomllib.loads(path.read_text("utf-8")))
        except OSError as error:
            raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path} is not a TOML file: {error}") from error
    names = set(Config.__struct_fields__)
    for key, text in (os.environ if environment is None else environment).items():
        name = key.removeprefix(PREFIX).lower()
        if key.startswith(PREFIX) and name in names:
            values[name] = text.split(",") if name == "currencies" else text
    values.update({name: value for name, value in overrides.items() if value is not None})
    try:
        return msgspec.convert(values, Config, strict=False, dec_hook=_to_path)
    except msgspec.ValidationError as error:
        raise ConfigError(f"a setting is not accepted: {error}") from error
