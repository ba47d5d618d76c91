"""A wallet with a life in it, for pictures, benchmarks and tests: a real vault, seeded rows.

Nothing of this is shown to a person; ``dev.py demo`` has a real service instead.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from app.desktop.components.when import now_ms
from app.desktop.sample_activity import give_life, told_refunds
from app.desktop.sample_cases import SampleCases
from app.desktop.sample_money import SampleConfirmations, give_codes, give_shop
from app.desktop.sample_people import SamplePeople, give_people
from app.desktop.sample_support import SampleChat
from app.protocol.ids import new_id
from app.protocol.messages.identity import Contact, Profile, ServiceInfo, ServiceKey, Session
from app.protocol.messages.payments import (
    Account,
    AccountList,
    Movement,
    PointLot,
    PointsSummary,
    Receipt,
)
from app.protocol.messages.refunds import RefundList
from app.protocol.signing import SigningKey
from app.wallet.enrolment import Enrolment, save_enrolment
from app.wallet.line import DEVICE_SECRET, SESSION_SECRET
from app.wallet.session import Network, WalletSession
from app.wallet.snapshot import Board, Topic
from app.wallet.vault.keyslots import Argon2Params
from app.wallet.vault.stores.activity import ActivityRow
from app.wallet.vault.vault import Setup, Vault, create_vault

PASSPHRASE = "four calm beans at noon"  # noqa: S105 - of the sample alone
ADDRESS = "https://wallet.greenstreet.example"
QUICK = Setup(argon2=Argon2Params(memory_kib=64, passes=1, lanes=1))
"""A vault that opens at once: the passphrase of a sample protects nothing."""

MERCHANTS: tuple[tuple[str, str, str, tuple[int, int]], ...] = (
    ("K豆便利店", "北京路店", "5411", (680, 8900)),
    ("Green Street Coffee", "Main Street", "5814", (1600, 4200)),
    ("晨光书店", "大学城店", "5942", (2900, 15900)),
    ("巷口面馆", "", "5812", (1800, 5600)),
    ("Campus Canteen", "North hall", "5812", (900, 2600)),
    ("城市公交", "", "4111", (200, 600)),
    ("好邻居药房", "中山路店", "5912", (1500, 9800)),
)
LONG_NAME = "上海市浦东新区张江高科技园区绿色生活便民服务综合超市有限公司第三分店"


class SampleSession(WalletSession):
    """A session that leaves the network alone and says what it is told about it."""

    network = Network.ONLINE

    def _assemble(self) -> None:
        super()._assemble()
        # Each scene says whether the service is near; what the line never reaches says nothing.
        self.line._board = Board()  # noqa: SLF001
        self.chat = SampleChat(self._board.post, now_ms())
        self.support = self.chat
        self.shelf = SampleCases(self.worker, self.line, self._board, spawn=self.spawn)
        self.cases = self.shelf
        self.waits = SampleConfirmations(self.line, self._board, spawn=self.spawn)
        self.confirmations = self.waits
        real = self.people
        self.people = SamplePeople(
            self.worker, self.line, self._board, self.desk, self.gate, spawn=self.spawn
        )
        self._parts = (*(part for part in self._parts if part is not real), self.people)

    def _start_background(self) -> None:
        self.tell("network", network=self.network)

    async def forget(self) -> None:
        """Let go of everything that was said to the sample."""
        self.chat.forget()
        await self.shelf.forget()
        await self.waits.say()

    async def refunds(self, payment_id: str) -> RefundList:
        """What the service would say of the refunds that the vault holds."""
        return told_refunds(await self.of_payment(payment_id))

    def tell(self, *topics: Topic, **changes: object) -> None:
        """Put something into the snapshot as if the service had said it."""
        self._board.post(*topics, **changes)


def sample_session(directory: Path) -> SampleSession:
    """A session on a sample's folder."""
    return SampleSession(directory, setup=QUICK)


def make_sample(
    directory: Path, *, months: int = 7, now: datetime | None = None, empty: bool = False
) -> None:
    """Make a profile whose vault holds some months of a person's life.

    Args:
        directory: The profile's folder; must hold no vault yet.
        months: How far the history goes back.
        now: The present, local time.
        empty: A wallet that has just been set up: nothing has moved.
    """
    present = (now or datetime.now().astimezone()).astimezone()
    (directory / "vault").mkdir(parents=True, exist_ok=True, mode=0o700)
    vault, _ = create_vault(directory / "vault", PASSPHRASE, QUICK)
    try:
        with vault.transaction():
            _Life(vault, present, random.Random(7)).live(0 if empty else months)  # noqa: S311 - a sample
    finally:
        vault.lock()


class _Life:
    """Writes one person's months into an open vault."""

    def __init__(self, vault: Vault, now: datetime, chance: random.Random) -> None:
        self.vault = vault
        self.now = now
        self.chance = chance
        self.key = SigningKey(bytes(range(32)))
        self.person = new_id()
        self.money = new_id()
        self.beans = new_id()
        self.balance = 0
        self.held = 0
        self.sequence = 0
        self.lots: list[PointLot] = []

    def live(self, months: int) -> None:
        """Everything, in order."""
        self._settle_in()
        for back in range(months, -1, -1):
            if months:
                self._month(back)
        self._close()
        if months:
            give_people(self.vault, self.now)
            give_life(self.vault, self.now)

    def _ms(self, at: datetime) -> int:
        return int(at.timestamp() * 1000)

    def _settle_in(self) -> None:
        at = self._ms(self.now)
        begun = self._ms(self.now - timedelta(days=900))
        contact = Contact("email", "lin.xia@greenstreet.example")
        keys = [
            ServiceKey("rcpt-2026", "receipt", self.key.public, begun),
            ServiceKey("code-2026", "code", self.key.public, begun),
        ]
        info = ServiceInfo(
            service_id=new_id(),
            operator="绿街生活 Green Street",
            mode="demo",
            licence=None,
            currency="CNY",
            currencies=["CNY"],
            keys=keys,
            server_time=at,
            version="0.1.0",
            payment_max=5_000_000,
            static_code_daily_cap=50_000,
        )
        vault = self.vault
        session = Session(
            user_id=self.person,
            device_id=new_id(),
            session_id=new_id(),
            access_token="sample",  # noqa: S106 - opens nothing
            access_expires_at=at,
            refresh_token="sample" * 4,
            refresh_expires_at=at,
            server_time=at,
        )
        vault.secrets.put(DEVICE_SECRET, self.key.seed)
        vault.secrets.put(SESSION_SECRET, msgspec.json.encode(session))
        save_enrolment(vault, Enrolment("done", ADDRESS, None, contact, "林夏", "Sample", "linux"))
        vault.service.pin(ADDRESS, info, at=at)
        profile = Profile(self.person, "林夏", contact, "zh-CN", begun, "active")
        vault.snapshots.save_profile(profile, at=at)
        give_codes(vault, at)
        give_shop(vault, at)

    def _month(self, back: int) -> None:
        first = (self.now.replace(day=1) - timedelta(days=28 * back)).replace(day=1)
        if back == 0:
            first = self.now.replace(day=1)
        last = self.now if back == 0 else (first + timedelta(days=32)).replace(day=1)
        start = first.replace(hour=8, minute=5, second=0)
        if start >= self.now:
            return
        self._add("top_up", 80_000 + self.chance.randrange(6) * 10_000, start, "绿街生活")
        at = start
        while True:
            at += timedelta(hours=self.chance.uniform(9, 40))
            at = at.replace(hour=max(7, min(21, at.hour)))
            if at >= min(last, self.now - timedelta(minutes=9)):
                break
            self._pay(at)

    def _pay(self, at: datetime) -> None:
        name, store, mcc, (low, high) = self.chance.choice(MERCHANTS)
        if self.chance.random() < 0.02:
            name = LONG_NAME
        amount = self.chance.randrange(low, high)
        if amount > self.balance:
            return
        points = amount // 100 if mcc != "4111" else 0
        bare = Receipt(
            receipt_id=new_id(),
            payment_id=new_id(),
            order_number=f"KB{at:%Y%m%d}{self.sequence:06d}",
            intent_hash="A" * 43,
            payer=self.person,
            payee=new_id(),
            payee_name=name,
            store_name=store,
            amount=amount,
            currency="CNY",
            points_earned=points,
            posted_at=self._ms(at),
            journal_id=1000 + self.sequence,
            key_id="rcpt-2026",
        )
        receipt = msgspec.structs.replace(bare, signature=self.key.sign(bare.signed_bytes()))
        self._add("payment", -amount, at, name, mcc=mcc, receipt=receipt)
        self.vault.receipts.add(receipt, at=receipt.posted_at)
        if points:
            self._add("points_earned", points, at, name, currency="KBN", mcc=mcc, receipt=receipt)
            expires = at + timedelta(days=365 if self.chance.random() < 0.6 else 235)
            self.lots.append(
                PointLot(
                    new_id(), points, points, self._ms(at), self._ms(expires), receipt.payment_id
                )
            )

    def _add(
        self,
        kind: str,
        amount: int,
        at: datetime,
        counterparty: str,
        *,
        currency: str = "CNY",
        mcc: str = "",
        receipt: Receipt | None = None,
    ) -> None:
        money = currency == "CNY"
        self.sequence += 1
        if money:
            self.balance += amount
        else:
            self.held += amount
        movement = Movement(
            movement_id=new_id(),
            cursor_key=self.sequence,
            account_id=self.money if money else self.beans,
            kind=kind,  # type: ignore[arg-type]  # one of the literals above
            amount=amount,
            currency=currency,
            balance_after=self.balance if money else self.held,
            counterparty=counterparty,
            occurred_at=self._ms(at),
            mcc=mcc,
            store_name=receipt.store_name if receipt else "",
            order_number=receipt.order_number if receipt else "",
            payment_id=receipt.payment_id if receipt else None,
            points_earned=receipt.points_earned if receipt and money else 0,
        )
        row = ActivityRow.from_movement(
            movement, receipt_id=receipt.receipt_id if receipt and money else None
        )
        self.vault.activity.upsert([row])

    def _close(self) -> None:
        at = self._ms(self.now - timedelta(minutes=1))
        accounts = [
            Account(self.money, "money", "CNY", self.balance, 0, self.balance, self.sequence),
            Account(self.beans, "points", "KBN", self.held, 0, self.held, self.sequence),
        ]
        lots = sorted(self.lots, key=lambda lot: lot.expires_at)
        self.vault.snapshots.save_accounts(AccountList(accounts, at))
        self.vault.snapshots.save_points(PointsSummary(self.held, lots, at))
