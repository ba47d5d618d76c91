"""All codes of a picture, each once, in reading order, with corners where they stand."""

from __future__ import annotations

import random

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from app.scanner import (
    PAYMENT_FORMATS,
    Code,
    CodeFormat,
    grey_view,
    scan_live_steps,
    scan_still,
    zbar,
    zxing,
)
from app.scanner import grey as treat
from app.scanner.cascade import FIRST, STILL_STEPS, Frame
from app.scanner.codes import Finds, reading_order
from app.scanner.grey import Grey, View
from tests.scanner.drawing import faded, noisy, on_paper, qr, turned, written

BF = zxingcpp.BarcodeFormat


def code_at(x: float, y: float, size: float = 100, text: str = "") -> Code:
    half = size / 2
    corners = (
        (x - half, y - half),
        (x + half, y - half),
        (x + half, y + half),
        (x - half, y + half),
    )
    return Code(text or f"{x},{y}", CodeFormat.QR, corners, b"")


def test_two_codes_of_one_picture_come_out_once_each_in_order() -> None:
    page = on_paper([(qr("right"), 600, 60), (qr("left"), 80, 90), (qr("below"), 300, 400)])
    assert [code.text for code in scan_still(page)] == ["left", "right", "below"]
    assert [code.text for code in scan_live_steps(page)] == ["left", "right", "below"]


def test_the_same_text_twice_is_two_codes() -> None:
    page = on_paper([(qr("again"), 100, 100), (qr("again"), 300, 100)])
    assert [code.text for code in scan_still(page)] == ["again", "again"]


def test_a_hard_code_beside_an_easy_one_is_not_lost() -> None:
    easy, hard = qr("easy"), noisy(faded(qr("hard", scale=6), 120, 130), 3)
    page = np.full((500, 900), 128, np.uint8)
    page[40 : 40 + easy.shape[0], 40 : 40 + easy.shape[1]] = easy
    page[200 : 200 + hard.shape[0], 500 : 500 + hard.shape[1]] = hard
    assert [code.text for code in FIRST.run(Frame(page), PAYMENT_FORMATS)] == ["easy"]
    assert [code.text for code in scan_still(page)] == ["easy", "hard"]


def test_many_codes() -> None:
    codes = [(qr(f"n{row}{column}", 2), column * 110 + 20, row * 110 + 20)
             for row in range(5) for column in range(7)]  # fmt: skip
    random.Random(1).shuffle(codes)
    found = scan_still(on_paper(codes, 820, 600))
    assert [code.text for code in found] == [f"n{r}{c}" for r in range(5) for c in range(7)]


@given(st.permutations([(x, y) for y in (100.0, 300.0) for x in (90.0, 250.0, 420.0)]))
def test_reading_order_does_not_depend_on_finding_order(places: list[tuple[float, float]]) -> None:
    codes = reading_order([code_at(x, y + x / 40) for x, y in places])
    assert [code.centre[0] for code in codes] == [90, 250, 420, 90, 250, 420]


def test_a_second_reading_of_a_place_is_not_a_second_code() -> None:
    finds = Finds()
    assert finds.add([code_at(100, 100, text="first")]) == 1
    assert finds.add([code_at(112, 95, text="first"), code_at(105, 105, text="other")]) == 0
    assert finds.add([code_at(215, 100, text="first")]) == 1


@pytest.mark.parametrize("degrees", [0, 7, 30, 90, 171, 265])
@pytest.mark.parametrize("reader", [zxing.read, zbar.read])
def test_corners_are_where_the_code_stands(reader, degrees: float) -> None:
    scale, border = 6, 4
    code = qr("corners", scale, border)
    page = turned(on_paper([(code, 300, 200)], 800, 600), degrees)
    found = reader(View(page), PAYMENT_FORMATS, "test")
    assert len(found) == 1
    left, top, side = 300 + border * scale, 200 + border * scale, 21 * scale
    upright = [(left, top), (left + side, top), (left + side, top + side), (left, top + side)]
    middle = np.array([page.shape[1] / 2, page.shape[0] / 2])
    angle = np.deg2rad(-degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    for (x, y), corner in zip(upright, found[0].corners, strict=True):
        expected = turn @ np.array([x - 400, y - 300]) + middle
        assert np.hypot(*(expected - np.array(corner))) <= 2 * scale


FOR_BENT_CODES = {"unwarped", "unwarped-quick", "unwarped-sharp"}


@pytest.mark.parametrize(
    "step",
    [step for step in (FIRST, *STILL_STEPS) if step.name not in FOR_BENT_CODES],
    ids=lambda step: step.name,
)
def test_every_step_reads_and_says_where(step) -> None:
    page = on_paper([(qr("a plain code", 8), 420, 120)], 900, 640)
    found = step.run(Frame(page), PAYMENT_FORMATS)
    assert [code.text for code in found] == ["a plain code"]
    assert found[0].step == step.name
    x, y = found[0].centre
    side = 29 * 8
    assert abs(x - (420 + side / 2)) < 12
    assert abs(y - (120 + side / 2)) < 12


@pytest.mark.parametrize(
    "treatment",
    [
        lambda view: treat.reduce(view, 2),
        lambda view: treat.resize(view, 1.5),
        lambda view: treat.rotate(view, 33, 255),
        lambda view: treat.crop(view, 100, 80, 500, 400),
        lambda view: treat.rotate(treat.resize(treat.crop(view, 90, 70, 520, 420), 2), -58, 200),
    ],
)
def test_a_treated_picture_knows_the_way_back(treatment) -> None:
    page = np.zeros((480, 640), np.uint8)
    page[200:212, 300:312] = 255
    view = treatment(View(page))
    rows, columns = np.nonzero(view.pixels > 250)
    spot = [
        place
        for place in zip(columns, rows, strict=True)
        if np.hypot(*(np.array(view.to_picture(*place)) - (305.5, 205.5))) < 20
    ]
    x, y = (sum(values) / len(spot) for values in zip(*spot, strict=True))
    back = view.to_picture(x, y)
    assert back == pytest.approx((305.5, 205.5), abs=1.2)


@pytest.mark.parametrize("spin", [0, 37, 90, 143, 215])
def test_any_way_round(spin: float) -> None:
    page = turned(on_paper([(qr("any way round", 4), 200, 200)], 600, 600), spin)
    assert [code.text for code in scan_live_steps(page)] == ["any way round"]


def test_light_on_dark_and_mirrored() -> None:
    page = on_paper([(qr("reverse", 5), 200, 150)])
    assert [code.text for code in scan_still(255 - page)] == ["reverse"]
    assert [code.text for code in scan_still(page[:, ::-1])] == ["reverse"]


@pytest.mark.parametrize(
    ("damage", "text"),
    [
        (lambda page: faded(page, 100, 112), "faint"),
        (lambda page: faded(page, 2, 12), "night"),
        (lambda page: noisy(page, 55), "noise"),
        (lambda page: np.asarray(treat.blur(View(page), 2.2).pixels), "blurred"),
        (lambda page: (page * np.linspace(0.06, 1, page.shape[1])).astype(np.uint8), "shadow"),
    ],
)
def test_bad_light_and_bad_lenses(damage, text: str) -> None:
    page = damage(on_paper([(qr(text, 5, correction=2), 350, 200)]))
    assert [code.text for code in scan_still(page)] == [text]


@pytest.mark.parametrize("kind", ["plain", "noise", "stripes", "blocks", "half a code"])
def test_nothing_is_read_where_nothing_is(kind: str) -> None:
    rng = np.random.default_rng(7)
    half_code = on_paper([(qr("cut in two", 5), 300, 200)])
    half_code[:, 370:] = 235
    picture = {
        "plain": np.full((480, 640), 130, np.uint8),
        "noise": rng.integers(0, 256, (480, 640)).astype(np.uint8),
        "stripes": np.tile(((np.arange(640) // 7) % 2 * 255).astype(np.uint8), (480, 1)),
        "blocks": np.kron(rng.integers(0, 2, (60, 80)) * 255, np.ones((8, 8))).astype(np.uint8),
        "half a code": half_code,
    }[kind]
    assert scan_still(picture) == []


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 255))
def test_tiny_pictures_are_no_trouble(width: int, height: int, level: int) -> None:
    assert scan_still(np.full((height, width), level, np.uint8)) == []


def test_formats_are_the_callers_choice() -> None:
    page = on_paper(
        [
            (qr("square", 4), 50, 40),
            (written("881234567897593846", BF.Code128, 2)[:120], 350, 60),
            (written("123456", BF.MicroQRCode, 6), 60, 320),
            (written("inside", BF.DataMatrix, 6), 500, 320),
        ]
    )
    found = {code.format: code.text for code in scan_still(page)}
    assert found == {CodeFormat.QR: "square"}
    bars = scan_still(page, {CodeFormat.CODE_128})
    assert [(code.text, code.format) for code in bars] == [
        ("881234567897593846", CodeFormat.CODE_128)
    ]
    everything = {code.format for code in scan_still(page, set(CodeFormat))}
    assert everything >= {
        CodeFormat.QR,
        CodeFormat.CODE_128,
        CodeFormat.MICRO_QR,
        CodeFormat.DATA_MATRIX,
    }
    assert scan_still(page, set()) == []


def test_zbar_reads_bars_too() -> None:
    page = on_paper([(written("881234567897593846", BF.Code128, 2)[:120], 350, 60)])
    found = zbar.read(View(page), {CodeFormat.CODE_128}, "test")
    assert [(code.text, code.format) for code in found] == [
        ("881234567897593846", CodeFormat.CODE_128)
    ]
    (left, top), _, (right, bottom), _ = found[0].corners
    assert 350 <= left < right
    assert 60 <= top < bottom <= 180


# --- buffers ----------------------------------------------------------------------------------


def test_a_camera_buffer_is_looked_at_in_place() -> None:
    page = on_paper([(qr("row by row"), 100, 100)], 500, 400)
    padded = np.zeros((400, 512), np.uint8)
    padded[:, :500] = page
    for buffer in (memoryview(padded.tobytes()), bytearray(padded.tobytes())):
        view = grey_view(buffer, 500, 400, 512)
        assert view.base is not None
        assert np.shares_memory(view, np.frombuffer(buffer, np.uint8))
        assert [code.text for code in scan_still(view)] == ["row by row"]
    assert np.shares_memory(grey_view(padded), padded)
    assert np.shares_memory(grey_view(padded.data), padded)


def test_a_grey_picture_reaches_the_first_reader_uncopied() -> None:
    page = on_paper([(qr("x"), 10, 10)])
    assert Frame(page).original.pixels is page
    assert [code.text for code in scan_still(page[:, :400])] == ["x"]
    assert [code.text for code in scan_still(page[::-1].T)] == ["x"]
    page.flags.writeable = False
    assert [code.text for code in scan_still(page)] == ["x"]


@pytest.mark.parametrize(
    ("buffer", "sizes"),
    [
        (bytes(10), (4, 3)),
        (bytes(100), (0, 5)),
        (bytes(100), (10, 5, 8)),
        (np.zeros((4, 4, 3), np.uint8), ()),
        (np.zeros((4, 4), np.uint16), ()),
    ],
)
def test_a_buffer_that_does_not_fit_is_refused(buffer: Grey | bytes, sizes) -> None:
    with pytest.raises(ValueError, match=r"grey|short"):
        grey_view(buffer, *sizes)
