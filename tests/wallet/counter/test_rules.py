"""What a counter decides without a network: keys, amounts, scans, price lists, states, pauses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocol.codes.confirmation_code import AFTER, BEFORE
from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.counter import Received
from app.wallet.counter import matching, prices
from app.wallet.counter.cashiers import FREE_MISSES, pause_ms
from app.wallet.counter.entry import AmountEntry
from app.wallet.counter.sale import ENDS, FOLLOWS, Line, Sale, SaleState
from app.wallet.counter.scans import read_scan
from app.wallet.counter.wedge import GAP_MS, SHORTEST, Wedge
from tests.protocol.test_personal_code import resigned as personal_code

CODE = "881234567897593846"
CPM = (
    "hQVDUFYwMWETTwegAAAAVVVVUAhQcm9kdWN0MWETTwegAAAAZmZmUAhQcm9kdWN0MmJJWggSNFZ4kBI0WF8gDkNBUkRI"
    "T0xERVIvRU1WXy0IcnVlc2RlZW5kIZ8QBwYBCgMAAACfJghYT9OF+iNLzJ82AgABnzcEbVjvEw=="
)


class Desk:
    """Keys in; what reaches the page, and what was scanned, out."""

    def __init__(self, gap_ms: int = GAP_MS) -> None:
        self.wedge = Wedge(gap_ms)
        self.typed: list[str] = []
        self.codes: list[str] = []
        self._held: list[str] = []
        self.now = 0

    def key(self, sign: str, gap: int, *, repeated: bool = False) -> None:
        self.now += gap
        verdict = self.wedge.key(sign, self.now, repeated=repeated)
        self._give(verdict.release)
        if verdict.code:
            self.codes.append(verdict.code)
            self._held.clear()
        elif not verdict.held:
            self.typed.append(sign)
        elif self.wedge.holding:
            self._held.append(sign)

    def keys(self, text: str, gap: int) -> None:
        for sign in text:
            self.key(sign, gap)

    def rest(self) -> None:
        self._give(self.wedge.idle())
        self.now += 1000

    def _give(self, count: int) -> None:
        self.typed += self._held[:count]
        del self._held[:count]


@pytest.mark.parametrize("gap", [0, 1, 8, 30, GAP_MS])
@pytest.mark.parametrize("end", ["\r", "\n", "\t", "\r\n"])
def test_a_scanner_of_any_usual_pace_is_never_typed(gap, end):
    desk = Desk()
    desk.keys("12", 300)
    desk.rest()
    desk.now += 1000
    desk.keys(CODE + end, gap)
    desk.rest()
    assert (desk.codes, desk.typed) == ([CODE], ["1", "2"])


def test_a_slow_scanner_has_its_own_pace():
    desk = Desk(gap_ms=120)
    desk.now += 1000
    desk.keys(CODE + "\r", 100)
    assert (desk.codes, desk.typed) == ([CODE], [])


@given(st.text("0123456789.\r", max_size=40), st.integers(GAP_MS + 1, 2000))
def test_whatever_a_person_types_arrives_in_order(text, gap):
    desk = Desk()
    desk.keys(text, gap)
    desk.rest()
    assert "".join(desk.typed) == text
    assert desk.codes == []


@given(
    st.lists(
        st.tuples(st.sampled_from([*"0123456789abc+/=\r\t", "中", ""]), st.integers(0, 200)),
        max_size=60,
    )
)
def test_every_key_is_typed_once_or_part_of_a_code(keys):
    desk = Desk()
    for sign, gap in keys:
        desk.key(sign, gap)
    desk.rest()
    assert all(len(code) >= SHORTEST for code in desk.codes)
    # Nothing is lost: what isn't in a code was typed (a terminator's echo aside).
    told = len(desk.typed) + sum(len(code) + 1 for code in desk.codes)
    echoes = sum(1 for sign, _ in keys if sign in "\r\t" and sign)
    assert len(keys) - echoes <= told <= len(keys)


def test_a_quick_hand_and_a_key_held_down_are_no_scanner():
    desk = Desk()
    desk.keys("1250\r", 20)
    assert "".join(desk.typed) == "1250\r"
    desk.rest()
    desk.key("0", 400)
    for _ in range(12):
        desk.key("0", 30, repeated=True)
    desk.key("\r", 30)
    desk.rest()
    assert (desk.codes, desk.typed.count("0")) == ([], 14)


def test_full_width_digits_of_an_input_method_are_what_the_scanner_meant():
    desk = Desk()
    desk.now += 1000
    desk.keys("８８" + CODE[2:] + "\r", 5)
    assert desk.codes == [CODE]


@pytest.mark.parametrize(
    ("typed", "minor"),
    [("1250", 12_50), ("5", 5), ("12.", 12_00), ("12.5", 12_50), (".5", 50), ("007", 7), ("", 0)],
)
def test_amounts_with_and_without_a_point(typed, minor):
    entry = AmountEntry("CNY")
    for at, sign in enumerate(typed):
        if sign == ".":
            entry.point()
        else:
            entry.digit(sign, at * 200)
    assert entry.minor == minor


def test_a_code_typed_by_hand_leaves_the_amount_as_it_was():
    entry = AmountEntry("CNY")
    for at, sign in enumerate("500"):
        entry.digit(sign, at * 200)
    for at, sign in enumerate(CODE):
        entry.digit(sign, 60_000 + at * 400)
    assert entry.enter().code == CODE
    assert entry.minor == 5_00
    assert entry.enter().code == ""
    # A code of another scanner, typed key by key: the same.
    entry.clear()
    for at, sign in enumerate(CODE):
        entry.digit(sign, at * 150)
    assert (entry.enter().code, entry.minor) == (CODE, 0)


@given(st.lists(st.sampled_from([*"0123456789", "00", ".", "back"]), max_size=30))
def test_an_amount_is_never_negative_nor_larger_than_nine_digits(keys):
    entry = AmountEntry("CNY")
    for at, key in enumerate(keys):
        if key == ".":
            entry.point()
        elif key == "back":
            entry.back()
        else:
            entry.digit(key, at * 200)
        assert 0 <= entry.minor <= 10**11


@pytest.mark.parametrize(
    ("text", "kind", "system"),
    [
        (CODE, "payer", ""),
        (" 8812 3456 7897 5938 46 ", "payer", ""),
        ("281234567890123456", "foreign", "alipay"),
        ("131234567890123456", "foreign", "wechat_pay"),
        ("6212345678901234567", "foreign", "unionpay"),
        (CPM, "foreign", "A0000000555555"),
        ("6901234567892", "item", ""),
        ("K2611237QX3M9VT2C", "slip", ""),
        ("202611231234567890", "slip", ""),
        ("https://qr.alipay.com/x", "merchant", "alipay"),
        (personal_code(), "person", "org.kdou.person"),
        ("https://example.org", "web", ""),
        ("88123456789012345", "damaged", ""),
        ("6901234567891", "text", ""),
        ("", "text", ""),
        ("\x00\x01", "text", ""),
    ],
)
def test_what_was_scanned(text, kind, system):
    found = read_scan(text)
    assert found.kind == kind
    if system and kind != "foreign":
        assert found.system == system
    if kind == "payer":
        assert found.text == CODE


@given(st.text(max_size=600))
def test_no_text_is_too_strange(text):
    assert read_scan(text).kind


def test_states_only_go_forward():
    assert all(FOLLOWS[end] == frozenset() for end in ENDS)
    assert SaleState.SENDING not in FOLLOWS[SaleState.UNKNOWN]
    assert FOLLOWS[SaleState.REVERSING] == ENDS | {SaleState.REVERSING}


def test_pauses_grow_and_end_somewhere():
    assert [pause_ms(n) for n in range(1, FREE_MISSES + 1)] == [0] * FREE_MISSES
    pauses = [pause_ms(n) for n in range(FREE_MISSES + 1, 60)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (30_000, 15 * 60_000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_price_list_as_spreadsheets_write_it(encoding, sign):
    rows = [["条码", "名称", "售价"], ["6901234567892", "矿泉水", "2"], ["96385074", "糖", "¥1.50"]]
    raw = "\r\n".join(sign.join(row) for row in rows).encode(encoding)
    assert prices.read_csv(raw, "CNY") == [
        prices.Price("6901234567892", "矿泉水", 2_00),
        prices.Price("96385074", "糖", 1_50),
    ]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "empty"),
        ("barcode,name,price\n", 1, "empty"),
        ("name,price\nx,1", 1, "no_barcode"),
        ("barcode,name,price\n6901234567891,x,1", 2, "barcode"),
        ("barcode,name,price\n6901234567892,,1", 2, "name"),
        ("barcode,name,price\n6901234567892,x,free", 2, "price"),
        ("barcode,name,price\n6901234567892,x,1.234", 2, "price"),
        ("barcode,name,price\n6901234567892,x,-1", 2, "price"),
        ("barcode,name,price\n\n6901234567892,x,1\n6901234567892,y,2", 4, "twice"),
    ],
)
def test_a_price_list_with_a_fault_names_its_line(text, line, reason):
    with pytest.raises(KBeanError) as refused:
        prices.read_csv(text.encode(), "CNY")
    assert refused.value.code == "price_list_invalid"
    assert refused.value.params == {"line": line, "reason": reason}


def test_baskets_count_up_and_down():
    water, sweets = prices.Price("6901234567892", "水", 2_00), prices.Price("96385074", "糖", 1_50)
    basket: tuple[Line, ...] = ()
    for item in (water, sweets, water):
        basket = prices.put_into(basket, item)
    assert [(line.name, line.quantity) for line in basket] == [("水", 2), ("糖", 1)]
    assert (prices.total(basket), prices.subject(basket)) == (5_50, "水×2、糖×1")
    basket = prices.change_quantity(basket, 1, -1)
    assert [line.name for line in basket] == ["水"]
    assert prices.change_quantity(basket, 0, 5000)[0].quantity == 999


MINUTE = 60_000
digits = st.sampled_from(["11111111", "22222222", ""])
moments = st.integers(0, 12).map(lambda minute: 10**12 + minute * MINUTE)


def offline_sale(at: int, code: str, amount: int) -> Sale:
    return Sale(
        out_trade_no=new_id(), kind="offline", state=SaleState.SUCCESS, amount=amount,
        currency="CNY", at=at, key="", cashier="", cashier_name="", shift="", paid_at=at,
        confirmation=code,
    )  # fmt: skip


def received(at: int, code: str, amount: int) -> Sale:
    told = Received(new_id(), "202611230000000001", amount, "CNY", "A**", at, code, 0)
    return matching.printed(told)


amounts = st.sampled_from([5_00, 7_00])
some_sales = st.lists(st.builds(offline_sale, moments, digits, amounts), max_size=8)
some_payments = st.lists(st.builds(received, moments, digits, amounts), max_size=8)


@given(some_sales, some_payments, st.integers(0, 8))
def test_an_offline_sale_takes_one_payment_that_fits_and_none_is_left_over(sales, payments, cut):
    def free(pairs, sales, payments):
        sold, paid = {s.out_trade_no for s, _ in pairs}, {p.out_trade_no for _, p in pairs}
        return (
            [s for s in sales if s.out_trade_no not in sold],
            [p for p in payments if p.out_trade_no not in paid],
        )

    # Whatever was heard of first: the rest is matched when it comes.
    first = matching.match(sales, payments[:cut])
    still, unused = free(first, sales, payments)
    pairs = first + matching.match(still, unused)
    for sale, paid in pairs:
        assert matching.fits(sale, paid)
        assert (sale.confirmation, sale.amount) == (paid.confirmation, paid.amount)
        assert abs(sale.paid_at - paid.paid_at) <= matching.SPAN_MS
        took = matching.taken(sale, paid)
        assert (took.service_number, took.slip_number) == (paid.payment_id, sale.out_trade_no)
        assert (took.kind, took.missing, took.amount) == ("offline", False, sale.amount)
        # Another till's sale had it first: both are as before, and never meet again.
        left, alone = matching.released(took)
        assert (left.lost, left.payment_id, alone) == ((paid.payment_id,), "", paid)
        assert matching.match([left], [alone]) == []
    assert len({s.out_trade_no for s, _ in pairs}) == len({p.out_trade_no for _, p in pairs})
    assert len(pairs) == len({p.out_trade_no for _, p in pairs})
    still, unused = free(pairs, sales, payments)
    assert not any(matching.fits(s, p) for s in still for p in unused)


@given(st.integers(-10, 10))
def test_a_payment_fits_in_the_minutes_in_which_its_code_is_taken(minutes):
    sale = offline_sale(10**12, "11111111", 5_00)
    paid = received(10**12 + minutes * MINUTE, "11111111", 5_00)
    assert matching.fits(sale, paid) is (-BEFORE <= minutes <= AFTER)
