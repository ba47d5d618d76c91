"""Statements: the ledger's lines on paper, under a seal that every change breaks (M6)."""

from __future__ import annotations

import asyncio
import io
import logging
import random
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import msgspec
import pypdf
import pytest
import time_machine

from app import verify
from app.cli import main
from app.protocol.errors import KBeanError
from app.sdk.seals import check_seal
from app.server.config import load_config
from app.server.keys import ServiceKeys, make_keys, rotated
from app.server.payments.settlement import fonts
from app.server.payments.settlement.paper import render
from app.server.payments.settlement.seal import Sealing
from app.server.payments.settlement.statement import Statement
from tests.server.payments.refunds.shopping import Counter
from tests.server.world import Person, World, code_of, now, world

ZONE = ZoneInfo("Asia/Shanghai")


def text_of(document: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(document)).pages)


def fonts_of(reader: pypdf.PdfReader) -> list[Any]:
    resources: Any = reader.pages[0]["/Resources"]
    return [font.get_object() for font in resources["/Font"].values()]


async def ask(person: Person, first: str, last: str, **changes: str) -> httpx.Response:
    wish = {"first": first, "last": last, "currency": "CNY"} | changes
    return await person.world.client.post(
        "/v1/statements", json=wish, headers=person.headers, timeout=120
    )


def day(days: int = 0) -> str:
    return (datetime.now(ZONE).date() + timedelta(days=days)).isoformat()


async def test_a_statement_has_every_line_between_its_balances(shop: World):
    counter, person = await Counter.open(shop), await shop.person(100_000)
    order, paid = await counter.sell(person, 2_370)
    await counter.refund(order.out_trade_no, 370)
    answer = await ask(person, day(), day(), language="en")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    text = text_of(answer.content)
    for said in (
        "Statement of account",
        "李伟",
        person.session.user_id,
        "Opening balance",
        "1,000.00",
        "-23.70",
        "976.30",
        "3.70",
        "980.00",
        paid.receipt.order_number,
        "3 movements in this period",
        "Demonstration",
        "Page 1 of 1",
    ):
        assert said in text, said
    seal = check_seal(answer.content, shop.service.keys.receipt_publics)
    assert seal.trusted
    assert (seal.service_id, seal.key_id) == ("kbean-demo", shop.service.keys.receipt_key_id)
    assert abs(seal.sealed_at.timestamp() * 1000 - now()) < 600_000
    chinese = text_of((await ask(person, day(-3), day())).content)
    for said in ("账户对账单", "期初余额", "付款", "退款", "充值", "980.00"):
        assert said in chinese, said


async def test_days_join_without_a_gap(sqlite: str, tmp_path: Path):
    start = datetime(2031, 5, 10, 12, tzinfo=ZONE)
    async with world(tmp_path, sqlite, access_seconds=400_000) as shop:
        with time_machine.travel(start, tick=False) as clock:
            person = await shop.person(10_000)
            counter = await Counter.open(shop)
            clock.shift(86_400)
            await counter.sell(person, 1_000)
            first = text_of((await ask(person, "2031-05-10", "2031-05-10", language="en")).content)
            second = text_of((await ask(person, "2031-05-11", "2031-05-11", language="en")).content)
            empty = text_of((await ask(person, "2031-01-01", "2031-05-09", language="en")).content)
    assert "100.00" in first
    assert "-10.00" not in first
    assert "-10.00" in second
    assert "1 movements" in second
    assert "90.00" in second
    assert "Nothing moved in this period" in empty


async def test_what_no_statement_can_be_made_of(shop: World):
    person = await shop.person()
    wrong = [
        ("statement_invalid", "last", {"first": day(), "last": day(-1)}),
        ("statement_invalid", "last", {"first": day(), "last": day(2)}),
        ("statement_invalid", "first", {"first": day(-366), "last": day()}),
        ("validation_failed", "first", {"first": "2026-02-30", "last": day()}),
        ("validation_failed", "last", {"first": day(), "last": "2026-2-3"}),
        ("currency_unsupported", "currency", {"first": day(), "last": day(), "currency": "XXX"}),
    ]
    for code, field, wish in wrong:
        answer = await ask(person, **wish)
        assert (code_of(answer), answer.json()["field"]) == (code, field), wish
    assert (await ask(person, day(-365), day())).status_code == 200
    till = await shop.till()
    answer = await shop.client.post(
        "/v1/statements",
        json={"first": day(), "last": day(), "currency": "CNY"},
        headers=till.headers,
    )
    assert code_of(answer) == "forbidden"


# --- the seal


@pytest.fixture(scope="module")
def keys() -> ServiceKeys:
    return ServiceKeys(make_keys("demo"))


def paper(language: str = "zh-CN") -> Statement:
    return Statement(
        "KS-1", "绿街生活", "Z1", True, "李伟", "wallet", "CNY", language, "2026-11-01",
        "2026-11-30", 0, 0, [], 1_793_500_000_000, ZONE,
    )  # fmt: skip


@pytest.fixture(scope="module")
def sealed(keys: ServiceKeys) -> bytes:
    return Sealing(keys, load_config(None, {})).seal(render(paper(), None), "Statement")


def test_every_changed_byte_breaks_the_seal(sealed: bytes, keys: ServiceKeys):
    """Anywhere: in what is signed, in the signature, and in the space that was kept for it."""
    gap = sealed.index(b"/Contents <") + len("/Contents ")
    end = sealed.index(b">", gap) + 1
    chance = random.Random(7)
    places = [0, gap, gap + 1, end - 1, end - 2, len(sealed) - 1]
    places += [chance.randrange(gap, end) for _ in range(600)]
    places += [chance.randrange(len(sealed)) for _ in range(600)]
    for place in places:
        changed = bytearray(sealed)
        changed[place] ^= chance.choice((1, 2, 4, 8, 0x20, 0x80))
        with pytest.raises(KBeanError, match="seal_invalid"):
            check_seal(bytes(changed), keys.receipt_publics)


def test_nothing_can_be_added_or_cut_off(sealed: bytes):
    update = b"\n1 0 obj\n<<>>\nendobj\nxref\n0 0\ntrailer\n<<>>\nstartxref\n0\n%%EOF\n"
    for changed in (
        sealed + b"\n",
        sealed + update,
        b"\n" + sealed,
        sealed[:-1],
        sealed[: len(sealed) // 2],
        sealed + sealed,
        b"",
        b"%PDF-1.7\n",
        render(paper(), None),
    ):
        with pytest.raises(KBeanError, match="seal_invalid"):
            check_seal(changed, {})


def test_only_the_service_that_sealed_it_vouches_for_it(sealed: bytes, keys: ServiceKeys):
    stranger = ServiceKeys(make_keys("demo"))
    assert check_seal(sealed, keys.receipt_publics).trusted
    assert not check_seal(sealed, stranger.receipt_publics).trusted
    assert not check_seal(sealed, {}).trusted
    # A code key, or rubbish, is no receipt key.
    assert not check_seal(sealed, {**keys.code_publics, "x": "rubbish", "y": ""}).trusted
    # Somebody who writes our names on a seal of their own.
    forged = Sealing(stranger, load_config(None, {})).seal(render(paper(), None), "Statement")
    assert not check_seal(forged, keys.receipt_publics).trusted


def test_a_rotated_key_still_vouches_for_what_it_sealed(sealed: bytes, keys: ServiceKeys):
    later = ServiceKeys(rotated(keys.file, "receipt"))
    assert check_seal(sealed, later.receipt_publics).trusted
    anew = Sealing(later, load_config(None, {})).seal(render(paper(), None), "Statement")
    assert check_seal(anew, later.receipt_publics).key_id == later.receipt_key_id
    assert not check_seal(anew, keys.receipt_publics).trusted


def test_other_programs_find_the_seal_whole(sealed: bytes):
    """PAdES as others read it: pyHanko's own validator, with nothing of ours in between."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    (found,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    status = validate_pdf_signature(
        found, ValidationContext(trust_roots=[found.signer_cert], allow_fetching=False)
    )
    assert (status.intact, status.valid) == (True, True)
    assert status.bottom_line
    assert found.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"


# --- the command


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(["verify", *words])
    heard = capsys.readouterr()
    return code, heard.out + heard.err


def test_the_command_says_it_in_plain_words(
    sealed: bytes, keys: ServiceKeys, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "statement.pdf"
    file.write_bytes(sealed)
    key = keys.receipt.public
    code, words = said(capsys, str(file), f"--key={key}")
    assert (code, "Not one byte was changed since" in words) == (verify.HOLDS, True)
    assert "sealed by K-Bean demo organisation (service kbean-demo" in words
    code, words = said(capsys, str(file))
    assert (code, "whether that is true" in words) == (verify.UNKNOWN, True)
    stranger = ServiceKeys(make_keys("demo")).receipt.public
    code, words = said(capsys, str(file), f"--key={stranger}")
    assert (code, "NOT OF THE SERVICE YOU NAMED" in words) == (verify.BROKEN, True)
    file.write_bytes(sealed.replace(b"/Type", b"/type", 1))
    code, words = said(capsys, str(file), f"--key={key}")
    assert (code, "DOES NOT HOLD" in words) == (verify.BROKEN, True)
    for missing in ([str(tmp_path / "none.pdf")], [str(file), "--keys", str(file)]):
        code, words = said(capsys, *missing)
        assert (code, words.startswith("kbean verify: ")) == (verify.UNREADABLE, True)


async def test_the_command_asks_the_service_or_a_kept_answer(
    shop: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file, kept = tmp_path / "statement.pdf", tmp_path / "service.json"
    sealing = Sealing(shop.service.keys, shop.service.config)
    file.write_bytes(await asyncio.to_thread(sealing.seal, render(paper(), None), "x"))
    kept.write_bytes(msgspec.json.encode(shop.service.info()))
    code = await asyncio.to_thread(main, ["verify", str(file), "--service", shop.url])
    assert (code, "sealed by" in capsys.readouterr().out) == (verify.HOLDS, True)
    assert await asyncio.to_thread(main, ["verify", str(file), "--keys", str(kept)]) == 0
    nobody = ["verify", str(file), "--service", "http://127.0.0.1:9"]
    assert await asyncio.to_thread(main, nobody) == verify.UNREADABLE


# --- the paper


def test_the_letters_travel_in_the_file_where_a_font_is_found():
    path = fonts.find_font(None)
    assert path is not None, "fonts-noto-cjk is installed for tests"
    # Another document's letters first: nothing of them is left for this one.
    render(paper(language="en"), path)
    document = render(paper(), path)
    reader = pypdf.PdfReader(io.BytesIO(document))
    text = reader.pages[0].extract_text()
    assert all(word in text for word in ("绿街生活", "账户对账单", "本期没有交易"))
    embedded = [font for font in fonts_of(reader) if "KBean" in font["/BaseFont"]]
    assert all("/FontFile2" in font["/FontDescriptor"] for font in embedded)
    assert embedded


def test_without_a_font_the_readers_own_chinese_is_named(tmp_path: Path, expect_log):
    for path in (None, tmp_path / "none.ttf"):
        if path is not None:
            expect_log("font_unusable")
        document = render(paper(), path)
        used = fonts_of(pypdf.PdfReader(io.BytesIO(document)))
        assert any(font["/BaseFont"] == "/STSong-Light" for font in used)


def test_where_fonts_are_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "fonts" / "deep"
    folder.mkdir(parents=True)
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    assert fonts.find_font(None) is None
    (folder / "simhei.ttf").touch()
    assert fonts.find_font(None) == folder / "simhei.ttf"
    (folder / "NotoSansCJK-Regular.ttc").touch()
    assert fonts.find_font(None) == folder / "NotoSansCJK-Regular.ttc"
    own = tmp_path / "own.otf"
    assert fonts.find_font(own) == own
