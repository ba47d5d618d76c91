"""Slips: what stands on them, their dots, and the bytes that reach a printer."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader

from app.desktop.counter.sample import asked, sale, sample_counter
from app.desktop.counter.slip_drawing import SlipLine, draw_slip, write_pdf
from app.desktop.counter.slips import Slips
from app.desktop.counter.tones import SCORES, write_sounds
from app.desktop.operations import operations
from app.desktop.platform.printer import DOTS, EscPosPrinter, Picture, Printer, printer_of
from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.scanner import scan_still
from app.scanner.codes import CodeFormat
from app.wallet.counter.sale import Line


class Paper:
    """A printer on the network: takes connections, keeps the bytes."""

    def __init__(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.jobs: list[bytes] = []
        self.done = threading.Event()
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()

    def _take(self) -> None:
        connection, _ = self.server.accept()
        with connection:
            parts = []
            while data := connection.recv(65536):
                parts.append(data)
        self.jobs.append(b"".join(parts))
        self.done.set()

    def close(self) -> None:
        self.server.close()


@pytest.fixture
def paper():
    made = Paper()
    yield made
    made.close()


def lines() -> list[SlipLine]:
    sold = sale(lines=(Line("绿茶 500 ml", 350, 2), Line("", 1670)))
    return Slips().sale(sold, None, copy=True)


def words(slip: list[SlipLine]) -> str:
    return "\n".join(f"{line.left} {line.right}" for line in slip)


@pytest.mark.parametrize("paper_mm", [58, 80])
def test_a_slip_is_dots_that_hold_every_letter(calm, paper_mm):
    picture = draw_slip(lines(), DOTS[paper_mm])
    assert picture.width == DOTS[paper_mm]
    assert len(picture.grey) == picture.width * picture.height
    rows = [
        picture.grey[y * picture.width : (y + 1) * picture.width] for y in range(picture.height)
    ]
    inked = [any(dot < 128 for dot in row) for row in rows]
    assert sum(inked) > 200
    # Nothing touches the last row: the paper is as long as what stands on it.
    assert not inked[-1]

    grey = np.frombuffer(picture.grey, np.uint8).reshape(picture.height, picture.width)
    # Bars where they fit; a QR on narrow paper, whose dots are too few for them.
    kind = CodeFormat.CODE_128 if paper_mm == 80 else CodeFormat.QR
    found = scan_still(grey, formats={kind})
    assert [code.text for code in found] == ["K2611237QX3M9VT2C"]


def test_a_slip_says_what_was_sold_and_that_it_is_a_copy(calm):
    told = words(lines())
    for part in ("绿茶 500 ml × 2 ¥7.00", "COPY", "¥23.70", "*小满", "202611231234567890", "何静"):
        assert part in told
    assert "COPY" not in words(Slips().sale(asked(), None))
    # Nobody here sold what the printed code was paid for; it is found by its order number.
    came = Slips().sale(sale(kind="printed", out_trade_no=new_id(), cashier_name=""), None)
    assert "Cashier" not in words(came)
    assert [line.left for line in came if line.kind == "bars"] == ["202611231234567890"]


def test_the_bytes_that_reach_a_network_printer(calm, paper: Paper):
    picture = draw_slip(lines(), DOTS[80])
    printer = EscPosPrinter("network", f"127.0.0.1:{paper.port}")
    printer.print(picture, drawer=True)
    assert paper.done.wait(30)
    (job,) = paper.jobs
    assert b"\x1bp" in job  # the drawer's kick (ESC p), before anything is printed
    assert job.index(b"\x1bp") < job.index(b"\x1dv0")
    assert b"\x1dV" in job  # cut
    dots = decode(job)
    assert len(dots) == picture.height
    expected = [
        [picture.grey[y * picture.width + x] <= 140 for x in range(picture.width)]
        for y in range(picture.height)
    ]
    assert dots == expected


def decode(job: bytes) -> list[list[bool]]:
    """The dots of every ``GS v 0`` raster in a job (ESC/POS command reference)."""
    rows: list[list[bool]] = []
    at = job.find(b"\x1dv0")
    while at >= 0:
        across = job[at + 4] + job[at + 5] * 256
        down = job[at + 6] + job[at + 7] * 256
        data = job[at + 8 : at + 8 + across * down]
        for y in range(down):
            row = data[y * across : (y + 1) * across]
            rows.append([bool(byte >> (7 - bit) & 1) for byte in row for bit in range(8)])
        at = job.find(b"\x1dv0", at + 8 + across * down)
    return rows


def test_a_printer_that_is_away_is_told_and_a_file_printer_prints(calm, tmp_path: Path):
    picture = Picture(8, 2, bytes(16))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for kind, target in (
        ("network", f"127.0.0.1:{port}"),
        ("serial", str(tmp_path / "no-port")),
        ("usb", "not a printer"),
        ("file", str(tmp_path / "no" / "folder")),
    ):
        with pytest.raises(KBeanError) as refused:
            printer_of(kind, target).print(picture)
        assert refused.value.code == "printer_unreachable"
    printed = tmp_path / "printed"
    EscPosPrinter("file", str(printed)).print(picture)
    assert decode(printed.read_bytes()) == [[True] * 8] * 2
    nothing = printer_of("none", "anything")
    assert isinstance(nothing, Printer)
    assert not nothing.present
    nothing.print(picture)
    nothing.open_drawer()


def test_a_slip_as_pdf(calm, tmp_path: Path):
    path = tmp_path / "slip.pdf"
    write_pdf(path, lines(), "Slip")
    (page,) = PdfReader(path).pages
    assert round(float(page.mediabox.width) / 72 * 25.4) == 80
    assert "23.70" in page.extract_text()
    with pytest.raises(OSError):
        write_pdf(tmp_path / "no" / "slip.pdf", lines(), "Slip")


def test_a_z_report_on_paper(calm, tmp_path: Path):
    counter = sample_counter(tmp_path)
    submit = operations().background.submit
    submit(counter.fill()).result()
    view = submit(counter.shifts.look()).result()
    told = words(Slips().shift(view, counter.snapshot.info))
    for part in ("X report 7", "Sales × 4 ¥142.40", "Refunds × 1 \u2212¥9.80", "K豆便利店"):
        assert part in told
    submit(counter.close()).result()


def test_the_sounds_are_made_here_and_small(tmp_path: Path):
    files = write_sounds(tmp_path)
    assert set(files) == set(SCORES)
    for path in files.values():
        raw = path.read_bytes()
        assert raw[:4] == b"RIFF"
        assert 1_000 < len(raw) < 40_000
    again = {path: path.stat().st_mtime_ns for path in files.values()}
    assert {path: path.stat().st_mtime_ns for path in write_sounds(tmp_path).values()} == again
