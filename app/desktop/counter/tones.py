"""The counter's sounds, made here: each result sounds its own way, also for who looks elsewhere.

Sine tones with soft ends, 16 bit, mono, 22.05 kHz; some ten kilobytes each, written into the
profile's folder when the counter first opens.
"""

from __future__ import annotations

import math
import struct
import wave
from io import BytesIO
from pathlib import Path

from app.wallet.vault.files import write_atomically

RATE = 22_050
_SOFT = 0.012
"""Seconds over which a tone begins and ends, so that nothing clicks."""
_LOUD = 0.45
SCORES: dict[str, tuple[tuple[float, float], ...]] = {
    # rising: money came in
    "paid": ((659.3, 0.09), (880.0, 0.09), (1318.5, 0.22)),
    # two soft ones, the upper last: money came in that nobody at the counter asked for
    "received": ((880.0, 0.08), (1174.7, 0.18)),
    # one calm note: something is to be done
    "waiting": ((587.3, 0.16),),
    # falling: nothing was paid
    "not_paid": ((392.0, 0.16), (261.6, 0.3)),
    # two short ones: look here
    "attention": ((494.0, 0.07), (0.0, 0.05), (494.0, 0.07)),
}
"""Name → (hertz, seconds); 0 hertz is a rest."""


def tone(hertz: float, seconds: float) -> list[int]:
    """One note as samples."""
    count = round(RATE * seconds)
    soft = max(1, round(RATE * _SOFT))
    samples = []
    for at in range(count):
        edge = min(1.0, at / soft, (count - at) / soft)
        samples.append(round(32767 * _LOUD * edge * math.sin(2 * math.pi * hertz * at / RATE)))
    return samples


def wav(name: str) -> bytes:
    """A sound as a WAV file."""
    samples = [sample for hertz, seconds in SCORES[name] for sample in tone(hertz, seconds)]
    held = BytesIO()
    with wave.open(held, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return held.getvalue()


def write_sounds(folder: Path) -> dict[str, Path]:
    """Write every sound that isn't there yet; their files by name.

    Raises:
        OSError: the disk refused.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name in SCORES:
        path = folder / f"{name}.wav"
        made = wav(name)
        if not path.exists() or path.stat().st_size != len(made):
            write_atomically(path, [made])
        files[name] = path
    return files
