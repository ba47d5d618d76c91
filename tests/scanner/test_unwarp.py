"""Codes on bent surfaces: straightened, read, and never made up."""

from __future__ import annotations

import numpy as np
import pytest
import qrcode
from PIL import Image

from app.scanner import PAYMENT_FORMATS, CodeFormat, scan_live_steps, scan_still, unwarp
from app.scanner.grey import Grey, View
from tests.scanner.drawing import on_paper, qr, turned


def bent(page: Grey, depth: float, folds: float) -> Grey:
    """The page on cloth: rows and columns wander by ``depth`` pixels, ``folds`` waves across."""
    height, width = page.shape
    y, x = np.mgrid[0:height, 0:width].astype(float)
    dx = depth * np.sin(y / height * folds * 2 * np.pi + 1)
    dy = depth * np.sin(x / width * folds * 2 * np.pi)
    return page[
        np.clip(y + dy, 0, height - 1).astype(int), np.clip(x + dx, 0, width - 1).astype(int)
    ]


def on_a_cup(page: Grey, radius: float) -> Grey:
    """The page round a cylinder of this radius in pixels, seen from a little above."""
    height, width = page.shape
    y, x = np.mgrid[0:height, 0:width].astype(float)
    turn = np.clip((x - width / 2) / radius, -0.97, 0.97)
    across = width / 2 + radius * np.arcsin(turn)
    sag = y - 0.25 * radius * (1 - np.sqrt(1 - turn**2)) + 10
    seen = page[np.clip(sag, 0, height - 1).astype(int), np.clip(across, 0, width - 1).astype(int)]
    return np.where(np.abs(x - width / 2) < radius * 0.97, seen, 90).astype(np.uint8)


SHEET = on_paper(
    [(qr("bent but honest: order 20261123-0042", 8, correction=0), 180, 130)], 650, 560
)


def plain(page: Grey) -> list[str]:
    from app.scanner.cascade import FIRST, Frame

    return [code.text for code in FIRST.run(Frame(page), PAYMENT_FORMATS)]


@pytest.mark.parametrize("spin", [0, 20, 133])
@pytest.mark.parametrize(("depth", "folds"), [(6, 2.0), (8, 1.5), (13, 1.0)])
def test_cloth(depth: float, folds: float, spin: float) -> None:
    page = turned(bent(SHEET, depth, folds), spin)
    assert plain(page) == []
    found = unwarp.read(View(page), PAYMENT_FORMATS, "unwarped")
    assert [code.text for code in found] == ["bent but honest: order 20261123-0042"]
    assert found[0].format is CodeFormat.QR
    x, y = found[0].centre
    assert abs(x - page.shape[1] / 2) < 60
    assert abs(y - page.shape[0] / 2) < 60


def test_a_cup() -> None:
    page = on_a_cup(SHEET, 175)
    assert plain(page) == []
    assert [code.text for code in scan_still(page)] == ["bent but honest: order 20261123-0042"]
    assert [code.text for code in scan_live_steps(page)] == ["bent but honest: order 20261123-0042"]


def test_only_qr_codes_are_straightened() -> None:
    page = bent(SHEET, 7, 2)
    assert unwarp.read(View(page), {CodeFormat.CODE_128}, "unwarped") == []


@pytest.mark.parametrize("seed", range(6))
def test_what_only_looks_like_a_code_is_not_read(seed: int) -> None:
    """Finder and timing patterns around noise: everything fits but the error correction."""
    rng = np.random.default_rng(seed)
    made = qrcode.QRCode(version=2 + seed, border=4, box_size=1)
    made.add_data("x")
    made.make(fit=False)
    dark = np.array(made.get_matrix())
    noise = rng.integers(0, 2, dark.shape).astype(bool)
    data = np.zeros_like(dark)
    data[13:-4, 13:-4] = data[4:10, 13:-13] = data[13:-13, 4:10] = True
    drawn = np.where(np.where(data, noise, dark), 20, 235).astype(np.uint8)
    page = np.pad(np.kron(drawn, np.ones((6, 6), np.uint8)), 40, constant_values=235)
    assert unwarp.read(View(turned(page, 11 * seed)), PAYMENT_FORMATS, "unwarped") == []


@pytest.mark.parametrize("version", [*range(1, 15)])
def test_the_known_modules_are_those_of_the_standard(version: int) -> None:
    """Against the patterns another library draws, whatever the content."""
    known = unwarp._known(version)
    for content in ("a", "something else"):
        made = qrcode.QRCode(version=version, border=1, box_size=1, error_correction=1)
        made.add_data(content)
        made.make(fit=False)
        drawn = np.array(made.get_matrix())
        columns, rows = (known.points + 0.5).astype(int)
        assert known.side + 2 == len(drawn)
        assert np.array_equal(drawn[rows, columns], known.weights < 0)


def test_the_drawing_of_an_even_page_stays_as_it_is() -> None:
    blank = Image.new("L", (300, 200), 200)
    assert unwarp.read(View(np.asarray(blank)), PAYMENT_FORMATS, "unwarped") == []
