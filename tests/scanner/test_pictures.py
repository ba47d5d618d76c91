"""Picture files of every kind; what can't be read is refused with a code and words."""

from __future__ import annotations

import contextlib
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from app.scanner import PictureError, load_grey, load_picture, pictures, scan_still
from app.scanner.grey import Grey
from tests.scanner.drawing import on_paper, qr

TEXT = "a picture file"


@pytest.fixture(name="page")
def page_fixture() -> Grey:
    return on_paper([(qr(TEXT, 5), 150, 100)], 640, 480)


def refused(path: Path) -> str:
    with pytest.raises(PictureError) as caught:
        load_picture(path)
    assert caught.value.message == str(caught.value)
    assert str(path) not in caught.value.message
    return caught.value.code


@pytest.mark.parametrize("kind", ["png", "jpg", "gif", "bmp", "webp", "tiff", "pgm", "avif"])
def test_kinds_of_files(page: Grey, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"page.{kind}"
    Image.fromarray(page).save(path)
    assert [code.text for code in scan_still(load_grey(path))] == [TEXT]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F"])
def test_modes_of_pixels(page: Grey, tmp_path: Path, mode: str) -> None:
    path = tmp_path / "page.tiff"
    if mode.startswith(("I", "F")):
        deep = page.astype({"I;16": np.uint16, "I": np.int32, "F": np.float32}[mode]) * 200 + 9
        Image.fromarray(deep).save(path)
    else:
        Image.fromarray(page).convert(mode).save(path)
    grey = load_grey(path)
    assert grey.dtype == np.uint8
    assert grey.shape == page.shape
    assert [code.text for code in scan_still(grey)] == [TEXT]


def test_sixteen_bits_of_a_scanner(page: Grey, tmp_path: Path) -> None:
    path = tmp_path / "deep.png"
    Image.fromarray((page.astype(np.uint16) + 300) * 3).save(path)
    grey = load_grey(path)
    assert (grey.min(), grey.max()) == (0, 255)
    assert [code.text for code in scan_still(grey)] == [TEXT]


def test_a_cmyk_jpeg(page: Grey, tmp_path: Path) -> None:
    path = tmp_path / "print.jpg"
    Image.fromarray(page).convert("CMYK").save(path)
    assert [code.text for code in scan_still(load_grey(path))] == [TEXT]


def test_a_palette_with_a_transparent_colour(page: Grey, tmp_path: Path) -> None:
    path = tmp_path / "sticker.png"
    Image.fromarray(page).convert("P").save(path, transparency=235)
    assert [code.text for code in scan_still(load_grey(path))] == [TEXT]


@pytest.mark.parametrize("ink", [0, 255])
def test_transparency_counts_as_paper(page: Grey, tmp_path: Path, ink: int) -> None:
    path = tmp_path / "sticker.png"
    layers = np.full((*page.shape, 4), ink, np.uint8)
    layers[..., 3] = np.where(page < 128, 255, 0)
    Image.fromarray(layers).save(path)
    grey = load_grey(path)
    assert [code.text for code in scan_still(grey)] == [TEXT]
    assert grey[0, 0] == (255 if ink == 0 else 0)


def test_the_first_frame_of_an_animation(page: Grey, tmp_path: Path) -> None:
    path = tmp_path / "moving.gif"
    first, second = Image.fromarray(page), Image.fromarray(np.full_like(page, 90))
    first.save(path, save_all=True, append_images=[second])
    assert [code.text for code in scan_still(load_grey(path))] == [TEXT]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_cameras_orientation_is_obeyed(page: Grey, tmp_path: Path, orientation: int) -> None:
    path = tmp_path / "phone.jpg"
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(page).save(path, exif=exif, quality=95)
    grey = load_grey(path)
    assert grey.shape == (page.shape if orientation < 5 else page.shape[::-1])
    codes = scan_still(grey)
    assert [code.text for code in codes] == [TEXT]
    x, y = codes[0].centre
    assert grey[int(y) - 60 : int(y) + 60, int(x) - 60 : int(x) + 60].std() > 60


def test_an_unreadable_orientation_is_no_obstacle(page: Grey, tmp_path: Path) -> None:
    path = tmp_path / "phone.jpg"
    Image.fromarray(page).save(path, exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff")
    assert [code.text for code in scan_still(load_grey(path))] == [TEXT]


def test_colour_tells_a_code_from_its_ground(page: Grey, tmp_path: Path) -> None:
    path = tmp_path / "poster.png"
    poster = np.where(page[..., None] < 128, (200, 64, 64), (30, 151, 64)).astype(np.uint8)
    Image.fromarray(poster).save(path)
    picture = load_picture(path)
    assert picture.colours is not None
    assert scan_still(picture.grey) == []
    codes = scan_still(picture.grey, colours=picture.colours)
    assert [code.text for code in codes] == [TEXT]


def test_a_picture_without_colour_keeps_none(page: Grey, tmp_path: Path) -> None:
    path = tmp_path / "grey.png"
    Image.fromarray(page).convert("RGB").save(path)
    assert load_picture(path).colours is None


# --- refusals ---------------------------------------------------------------------------------


def test_what_is_no_picture(tmp_path: Path) -> None:
    text = tmp_path / "note.png"
    text.write_text("this is a note")
    assert refused(text) == "picture_unknown"
    drawing = tmp_path / "drawing.eps"
    drawing.write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\n")
    assert refused(drawing) == "picture_unknown"  # would start another program
    assert refused(tmp_path) == "picture_folder"
    assert refused(tmp_path / "missing.png") == "picture_missing"
    empty = tmp_path / "empty.png"
    empty.touch()
    assert refused(empty) == "picture_empty"
    assert refused(Path("/dev/zero")) == "picture_unknown"
    assert refused(tmp_path / ("x" * 5000)) == "picture_unreadable"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.png"
    path.write_bytes(b"x")

    def deny(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", deny)  # root may read anything, so the system won't
    assert refused(path) == "picture_unreadable"


@pytest.mark.parametrize("kind", ["png", "jpg", "gif", "webp", "tiff", "bmp"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_picture_cut_short(page: Grey, tmp_path: Path, kind: str, share: float) -> None:
    path = tmp_path / f"cut.{kind}"
    Image.fromarray(page).save(path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    assert refused(path) in {"picture_broken", "picture_unknown"}


@given(st.data())
def test_flipped_bytes_never_give_anything_but_a_picture_error(data: st.DataObject) -> None:
    import tempfile

    picture = Image.new("RGB", (40, 30), "white")
    ImageDraw.Draw(picture).line((0, 0, 39, 29), fill="red")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "flipped." + data.draw(st.sampled_from(["png", "jpg", "gif", "tiff"])))
        picture.save(path)
        raw = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 6))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
        path.write_bytes(raw)
        with contextlib.suppress(PictureError):
            load_picture(path)


def png_that_claims(width: int, height: int) -> bytes:
    """A small file that would unfold to width x height white pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


def test_decompression_bombs_are_refused_undecoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(image: Image.Image) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(pictures, "_decode", never)
    for side in (12_000, 16_000):  # above our own limit, and above Pillow's
        path = tmp_path / f"bomb{side}.png"
        path.write_bytes(png_that_claims(side, side))
        assert path.stat().st_size < 100_000
        assert refused(path) == "picture_too_large"


def test_a_file_of_gigabytes_is_not_loaded(tmp_path: Path) -> None:
    path = tmp_path / "film.png"
    with path.open("wb") as file:
        file.truncate(pictures.MOST_BYTES + 1)
    assert refused(path) == "picture_too_large"
