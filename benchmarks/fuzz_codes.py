"""A million hostile texts at the readers of scanned codes: only the declared exception may come.

Every text goes through ``merchant_code.read`` (and, when it reads, ``verify`` and a second
``build``) and through ``explain``. The texts: genuine codes with characters replaced, cut, inserted
or spliced, with fields shuffled, dropped, doubled and nested; random TLV with right and wrong
lengths; random Unicode with control characters, surrogates and look-alike digits; links and digits.
Half of the damaged codes get a right checksum again, because whoever forges can count. The
generator is seeded, so a finding can be repeated.

Beside it, on the same texts, a naive reader (ten lines of slicing and ``int``, as one finds them)
shows what strictness costs and what it saves. Making the texts is not timed.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence

from app.protocol.codes import emv, merchant_code
from app.protocol.codes.emv import CodeError
from app.protocol.codes.explain import explain
from app.protocol.signing import SigningKey
from benchmarks.report import Report

BATCH = 10_000
EMVCO_SAMPLE = (
    "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN"
    "5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.72530315655020162330304"
    "12340603***0708A60086670902ME91320016A0112233449988770708123456786304A13A"
)
POOL = (
    "0123456789" * 6
    + "ABCDEFXYZabcdxyz.-_ ~!"
    + "０１９٣²½"
    + "豆店京🍜🏯é’ñß"
    + "\x00\n\t\x7f\u0085\u2028\u202e\u2066\u200d\ufeff\uffff\ud800\udfff\U0010ffff"
)
STARTS = ("https://", "http://[", "WIFI:", "wxp://", "88", "25", "0002", "000201", "tel:", "{", "")

Make = Callable[[random.Random, list[str]], str]


def _seal(body: str) -> str:
    body += "6304"
    return body + emv.crc16(body.encode("utf-8", "surrogatepass"))


def _noise(rng: random.Random, longest: int) -> str:
    if rng.random() < 0.8:
        return "".join(rng.choices(POOL, k=rng.randint(0, longest)))
    return "".join(chr(rng.randrange(0x110000)) for _ in range(rng.randint(0, longest)))


def _maybe_sealed(rng: random.Random, text: str) -> str:
    return _seal(text[:-8]) if rng.random() < 0.5 else text


def _replaced(rng: random.Random, codes: list[str]) -> str:
    text = list(rng.choice(codes))
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        text[rng.randrange(len(text))] = rng.choice(POOL)
    return _maybe_sealed(rng, "".join(text))


def _cut(rng: random.Random, codes: list[str]) -> str:
    text = rng.choice(codes)
    start, end = sorted((rng.randint(0, len(text)), rng.randint(0, len(text))))
    kept = text[:start] + text[end:] if rng.random() < 0.7 else text[:end]
    return _maybe_sealed(rng, kept)


def _inserted(rng: random.Random, codes: list[str]) -> str:
    text = rng.choice(codes)
    place = rng.randint(0, len(text))
    return _maybe_sealed(rng, text[:place] + _noise(rng, 8) + text[place:])


def _spliced(rng: random.Random, codes: list[str]) -> str:
    one, other = rng.choice(codes), rng.choice(codes)
    return _maybe_sealed(rng, one[: rng.randint(0, len(one))] + other[rng.randint(0, len(other)) :])


def _refielded(rng: random.Random, codes: list[str]) -> str:
    """Whole fields moved, dropped, doubled or given another id or text; lengths stay right."""
    fields = list(emv.parse(rng.choice(codes)).tags)
    for _ in range(rng.randint(1, 3)):
        place = rng.randrange(len(fields))
        action = rng.randrange(5)
        if action == 0:
            fields.append(fields[place])
        elif action == 1 and len(fields) > 1:
            del fields[place]
        elif action == 2:
            other = rng.randrange(len(fields))
            fields[place], fields[other] = fields[other], fields[place]
        elif action == 3:
            fields[place] = fields[place]._replace(id=f"{rng.randrange(100):02d}")
        else:
            fields[place] = fields[place]._replace(value=_noise(rng, 30))
    return _seal("".join(f"{tag.id}{len(tag.value):02d}{tag.value}" for tag in fields))


def _tlv(rng: random.Random, depth: int) -> str:
    parts = []
    for _ in range(rng.randint(1, 5)):
        nested = depth > 0 and rng.random() < 0.4
        value = (_tlv(rng, depth - 1) if nested else _noise(rng, 12))[:99]
        length = len(value) if rng.random() < 0.9 else rng.randrange(100)
        parts.append(f"{rng.randrange(100):02d}{length:02d}{value}")
    return "".join(parts)


def _random_tlv(rng: random.Random, _: list[str]) -> str:
    return _seal("000201" + _tlv(rng, 3))


def _random_text(rng: random.Random, _: list[str]) -> str:
    return rng.choice(STARTS) + _noise(rng, 600 if rng.random() < 0.1 else 40)


def _whole(rng: random.Random, codes: list[str]) -> str:
    return rng.choice(codes)


MAKERS: tuple[Make, ...] = (
    _replaced,
    _replaced,
    _replaced,
    _cut,
    _inserted,
    _spliced,
    _refielded,
    _refielded,
    _random_tlv,
    _random_tlv,
    _random_text,
    _whole,
)


def naive(text: str) -> dict[str, str]:
    """The reader that one finds: slices and ``int``, a checksum, nothing else."""
    fields = {}
    position = 0
    while position < len(text):
        length = int(text[position + 2 : position + 4])
        if length < 0:  # int() reads "-4": without this line such a reader never ends
            raise TimeoutError("never ends")
        fields[text[position : position + 2]] = text[position + 4 : position + 4 + length]
        position += 4 + length
    if fields["63"] != emv.crc16(text[:-4].encode()):
        raise ValueError("checksum")
    return fields


class Fuzz:
    """The readers under fire, and what came of it."""

    def __init__(self, seed: int) -> None:
        """Make the genuine codes; the seed makes everything else."""
        self.rng = random.Random(seed)
        self.key = SigningKey(bytes(32))
        self.genuine = [self._code(number) for number in range(50)]
        self.codes = [*self.genuine, EMVCO_SAMPLE]
        self.known = set(self.genuine)
        self.outcomes: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.seconds = 0.0
        self.slowest = 0.0
        self.naive_seconds = 0.0
        self.naive_outcomes: Counter[str] = Counter()

    def _code(self, number: int) -> str:
        details = {
            "code_id": f"0190a5e0-7c1b-7d8e-9f2a-{number:012x}",
            "merchant": f"M{number:07d}",
            "currency": ("CNY", "JPY", "EUR")[number % 3],
            "mcc": "5411",
            "country": "CN",
            "name": "KDOU STORE",
            "city": "BEIJING",
            "reference": f"R{number}",
            "language": "ZH",
            "local_name": "K豆便利店🍜",
        }
        if number % 2:
            return merchant_code.build_static(self.key, "k1", **details)
        return merchant_code.build_dynamic(self.key, "k1", amount=100 + number, **details)

    def batch(self) -> list[str]:
        """The next texts."""
        return [self.rng.choice(MAKERS)(self.rng, self.codes) for _ in range(BATCH)]

    def run(self, texts: list[str]) -> None:
        """Read every text, once with each reader."""
        began = time.perf_counter()
        last = began
        for text in texts:
            self._one(text)
            now = time.perf_counter()
            self.slowest = max(self.slowest, now - last)
            last = now
        self.seconds += last - began
        began = time.perf_counter()
        for text in texts:
            try:
                naive(text)
                self.naive_outcomes["read"] += 1
            except Exception as error:
                self.naive_outcomes[type(error).__name__] += 1
        self.naive_seconds += time.perf_counter() - began

    def _one(self, text: str) -> None:
        try:
            outcome = self._read(text)
            explained = explain(text)
            if (explained.kind == "ours") != outcome.startswith(("verified", "code_forged")) and (
                text == text.strip()
            ):
                self.wrong.append(f"explained as {explained.kind} but {outcome}: {text!r}")
        except Exception as error:
            outcome = f"UNDECLARED {type(error).__name__}"
            self.wrong.append(f"{error!r}: {text!r}")
        self.outcomes[outcome] += 1

    def _read(self, text: str) -> str:
        try:
            code = merchant_code.read(text)
        except CodeError as error:
            return f"{error.code}.{error.reason}"
        if emv.build(code.fields) != text:
            self.wrong.append(f"not written back the same: {text!r}")
        try:
            code.verify({"k1": self.key.public})
        except CodeError as error:
            return f"{error.code}.{error.reason}"
        if text not in self.known:
            self.wrong.append(f"FORGED and accepted: {text!r}")
        return "verified"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the fuzz; the exit code is 0 when nothing undeclared came and nothing forged passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100,000 texts")
    parser.add_argument("--inputs", type=int, help="how many texts (default 1,000,000)")
    parser.add_argument("--seed", type=int, default=20261122)
    args = parser.parse_args(argv)
    inputs = args.inputs or (100_000 if args.quick else 1_000_000)
    fuzz = Fuzz(args.seed)
    done = 0
    while done < inputs:
        fuzz.run(fuzz.batch())
        done += BATCH
    report = Report("fuzz_codes", context={"seed": args.seed, "processes": 1})
    report.add("texts read", done, "", at_least=inputs)
    report.add("exceptions other than the declared one", len(fuzz.wrong), "", at_most=0)
    report.add("read, verified or refused, and explained", done / fuzz.seconds, "texts/s")
    report.add("slowest text", fuzz.slowest * 1000, "ms")
    report.add("naive reader", done / fuzz.naive_seconds, "texts/s")
    for reader, outcomes in (("", fuzz.outcomes), ("naive: ", fuzz.naive_outcomes)):
        for outcome, count in outcomes.most_common():
            report.add(f"  {reader}{outcome}", count, "")
    for finding in fuzz.wrong[:20]:
        sys.stderr.write(f"{finding}\n")
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
