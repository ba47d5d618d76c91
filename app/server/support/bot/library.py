"""The knowledge base, fitted: entries, index and bands as one thing that is kept and compared.

Fitting takes a second or two, so what was fitted is kept as one ``.npz`` (no pickle) under the hash
of all that went into it: entries, encoder and this code's own constants. Anything else under that
name is fitted again.
"""

from __future__ import annotations

import hashlib
import io
import os
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from app.protocol.messages.support import Language
from app.server.support.bot import bands as fitting
from app.server.support.bot.bands import Band, Bands, HeldOut
from app.server.support.bot.encoder import Encoder
from app.server.support.bot.index import Examples, Index, Ranked, examples_of, together
from app.server.support.bot.knowledge import Entry
from app.server.support.bot.words import clauses

FORM = 3
"""Counts the ways in which fitting has changed; part of the hash."""


class Candidate(msgspec.Struct, frozen=True):
    """A topic that may have been meant, and how likely."""

    topic: str
    score: float


@dataclass(frozen=True, slots=True)
class Guess:
    """What the index makes of a question: its band, and the topics, likeliest first."""

    band: Band
    confidence: float
    candidates: tuple[Candidate, ...]

    @property
    def topic(self) -> str:
        """The first place."""
        return self.candidates[0].topic


@dataclass(frozen=True, slots=True)
class Found:
    """How well a topic is found by its own held-out phrasings."""

    asked: int
    first: int
    three: int


class Library:
    """A fitted knowledge base."""

    def __init__(
        self,
        entries: Sequence[Entry],
        encoder: Encoder | None,
        index: Index,
        bands: Bands,
        found: dict[str, Found],
    ) -> None:
        """Take what :func:`fit` or :func:`restore` made."""
        self.encoder = encoder
        self.index = index
        self.bands = bands
        self.found = found
        self.digest = digest(entries, encoder)
        self._entries = {(entry.topic, entry.language): entry for entry in entries}

    @property
    def topics(self) -> tuple[str, ...]:
        """Every topic's name, in order."""
        return self.index.examples.topics

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every entry."""
        return tuple(self._entries.values())

    def entry(self, topic: str, language: Language) -> Entry | None:
        """An entry in this language, else in another one, None for an unknown topic."""
        other: Language = "en" if language == "zh" else "zh"
        return self._entries.get((topic, language)) or self._entries.get((topic, other))

    def rank(self, question: str) -> Ranked:
        """Rank all topics, for the question as a whole and for its clauses."""
        texts = [question, *clauses(question)]
        vectors = self.encoder.encode(texts) if self.encoder else [None] * len(texts)
        ranked = [self.index.rank(text, v) for text, v in zip(texts, vectors, strict=True)]
        return together(ranked[0], ranked[1:])

    def guess(self, question: str, count: int = 3) -> Guess:
        """The likeliest ``count`` topics and what may be done with them."""
        ranked = self.rank(question)
        confidence = self.bands.confidence(ranked)
        pairs = zip(ranked.topics[:count], ranked.chances[:count], strict=True)
        return Guess(
            self.bands.band(confidence),
            confidence,
            tuple(Candidate(topic, round(float(chance), 4)) for topic, chance in pairs),
        )


def digest(entries: Sequence[Entry], encoder: Encoder | None) -> str:
    """The hash of what goes into fitting: topics, titles, phrasings, encoder, form.

    In their order: what is kept is told apart by place alone.
    """
    told = [(e.topic, e.language, e.title, e.phrasings) for e in entries]
    name = encoder.name if encoder else "words"
    return hashlib.sha256(msgspec.json.encode((FORM, name, told))).hexdigest()


def fit(entries: Sequence[Entry], encoder: Encoder | None) -> Library:
    """Fit index, head and bands to the entries.

    Raises:
        ValueError: for fewer than five topics, too few to hold any out.
    """
    examples = _examples(entries, encoder)
    if len(examples.topics) < fitting.FOLDS:
        raise ValueError(f"a knowledge base needs {fitting.FOLDS} topics at least")
    questions = list(fitting.held_out(examples))
    bands = fitting.fit_bands(questions)
    return Library(entries, encoder, Index(examples), bands, _found(questions))


def _examples(entries: Sequence[Entry], encoder: Encoder | None) -> Examples:
    return examples_of([(e.topic, (e.title, *e.phrasings)) for e in entries], encoder)


def _found(questions: Sequence[HeldOut]) -> dict[str, Found]:
    places: dict[str, list[int]] = {}
    for question in questions:
        if question.known:
            places.setdefault(question.topic, []).append(question.place)
    return {
        topic: Found(len(found), sum(p == 0 for p in found), sum(p < 3 for p in found))
        for topic, found in places.items()
    }


# --- keeping -------------------------------------------------------------------------------------


class _Notes(msgspec.Struct, frozen=True):
    """What of a fitted library is no array."""

    digest: str
    figures: list[float]
    found: dict[str, tuple[int, int, int]]


def dump(library: Library) -> bytes:
    """The fitted parts as one ``.npz``; vectors in half precision, which costs no hit."""
    bands = library.bands
    notes = _Notes(
        library.digest,
        [bands.answer, bands.suggest, bands.first, bands.three, bands.answered, bands.precision],
        {topic: (f.asked, f.first, f.three) for topic, f in library.found.items()},
    )
    arrays: dict[str, Any] = {
        "notes": np.frombuffer(msgspec.json.encode(notes), dtype=np.uint8),
        "weights": bands.weights,
    }
    if library.index.examples.vectors is not None:
        arrays["vectors"] = library.index.examples.vectors.astype(np.float16)
    if library.index.head is not None:
        arrays["head"], arrays["bias"] = library.index.head
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def restore(kept: bytes, entries: Sequence[Entry], encoder: Encoder | None) -> Library | None:
    """The library of these entries from what :func:`dump` made; None where it is another's."""
    try:
        with np.load(io.BytesIO(kept), allow_pickle=False) as arrays:
            notes = msgspec.json.decode(arrays["notes"].tobytes(), type=_Notes)
            if notes.digest != digest(entries, encoder):
                return None
            vectors = arrays["vectors"].astype(np.float32) if "vectors" in arrays else None
            head = (arrays["head"], arrays["bias"]) if "head" in arrays else None
            bands = Bands(arrays["weights"], *notes.figures)
    except (ValueError, KeyError, OSError, TypeError, msgspec.MsgspecError, zipfile.BadZipFile):
        return None
    plain = _examples(entries, None)
    examples = Examples(plain.topics, plain.texts, plain.owners, vectors)
    found = {topic: Found(*figures) for topic, figures in notes.found.items()}
    return Library(entries, encoder, Index(examples, head), bands, found)


def cache_folder() -> Path:
    """Where this user's fitted libraries are kept: nothing secret, nothing that can't be lost."""
    named = os.environ.get("KBEAN_CACHE_DIR")
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", tempfile.gettempdir())) / "kbean" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "kbean"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kbean"


def fitted(entries: Sequence[Entry], encoder: Encoder | None, folder: Path) -> Library:
    """The library of these entries: kept from last time, or fitted now and kept."""
    path = folder / f"knowledge-{digest(entries, encoder)[:16]}.npz"
    try:
        kept = path.read_bytes()
    except OSError:
        kept = b""
    library = restore(kept, entries, encoder) if kept else None
    if library is None:
        library = fit(entries, encoder)
        _keep(path, dump(library))
    return library


def _keep(path: Path, content: bytes) -> None:
    """Write a file as a whole; a folder that can't be written only costs time at the next start."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(content)
        Path(file.name).replace(path)
    except OSError:
        return
