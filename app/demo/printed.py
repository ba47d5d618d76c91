"""A merchant's code as it reaches a phone in real life: printed, then photographed askew.

Nothing here is fetched: the sheet is drawn, then bent by a perspective, lit from one side,
softened, made noisy and saved as JPEG.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

PAPER = (620, 820)
TABLE = (1280, 960)


def print_sheet(code: str, name: str, subtitle: str) -> Image.Image:
    """Draw the sheet that stands on a counter: the name, the code, one line below.

    Args:
        code: The text of the code.
        name: The merchant's name, any script the machine has a face for.
        subtitle: A short line below the code.
    """
    import qrcode

    maker = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, box_size=8, border=4)
    maker.add_data(code.encode("utf-8"))
    maker.make(fit=True)
    picture = maker.make_image().get_image().convert("RGB")
    side = 500
    picture = picture.resize((side, side), Image.Resampling.NEAREST)
    sheet = Image.new("RGB", PAPER, (252, 251, 247))
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((0, 0, PAPER[0], 130), fill=(15, 123, 85))
    _centred(draw, 66, name, 44, (255, 255, 255))
    sheet.paste(picture, ((PAPER[0] - side) // 2, 170))
    _centred(draw, 740, subtitle, 30, (94, 108, 100))
    return sheet


def photograph(sheet: Image.Image, seed: int = 7) -> Image.Image:
    """Photograph a sheet that lies askew on a table under a lamp.

    Args:
        sheet: The printed sheet.
        seed: Makes the noise repeatable.

    Returns:
        A 1280 × 960 picture with perspective, uneven light, blur and noise.
    """
    width, height = sheet.size
    corners = ((392.0, 96.0), (876.0, 142.0), (930.0, 846.0), (318.0, 798.0))
    source = ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height))
    table = Image.new("RGB", TABLE, (112, 92, 74))
    laid = sheet.transform(
        TABLE, Image.Transform.PERSPECTIVE, _perspective(corners, source), Image.Resampling.BICUBIC
    )
    mask = Image.new("L", sheet.size, 255).transform(
        TABLE, Image.Transform.PERSPECTIVE, _perspective(corners, source)
    )
    table.paste(laid, (0, 0), mask)
    soft = table.filter(ImageFilter.GaussianBlur(0.9))
    pixels = np.asarray(soft, np.float32)
    rows, columns = np.mgrid[0 : TABLE[1], 0 : TABLE[0]].astype(np.float32)
    light = 1.08 - 0.55 * (columns / TABLE[0]) * (rows / TABLE[1]) - 0.12 * (columns / TABLE[0])
    noise = np.random.default_rng(seed).normal(0, 6, pixels.shape)
    lit = np.clip(pixels * light[..., None] + noise, 0, 255).astype(np.uint8)
    return Image.fromarray(lit)


def save_photograph(code: str, name: str, subtitle: str, path: Path) -> Path:
    """Print, photograph and save as a JPEG of middling quality; returns ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    photograph(print_sheet(code, name, subtitle)).save(path, "JPEG", quality=72)
    return path


def _centred(
    draw: ImageDraw.ImageDraw, y: int, text: str, size: int, ink: tuple[int, int, int]
) -> None:
    font = _face(size)
    draw.text((PAPER[0] / 2, y), text, fill=ink, font=font, anchor="mm")


def _face(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A face with Chinese letters where the system has one, else Pillow's own."""
    for name in (
        "NotoSansCJK-Regular.ttc",
        "msyh.ttc",
        "PingFang.ttc",
        "/System/Library/Fonts/PingFang.ttc",
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    ):
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


def _perspective(
    corners: tuple[tuple[float, float], ...], source: tuple[tuple[float, float], ...]
) -> tuple[float, ...]:
    """The eight coefficients that map picture points back to sheet points."""
    rows: list[list[float]] = []
    values: list[float] = []
    for (x, y), (u, v) in zip(corners, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
        values.extend((u, v))
    solved = np.linalg.solve(np.asarray(rows), np.asarray(values))
    return tuple(float(value) for value in solved)
