"""What a window is told about payers' codes."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class ShownCode:
    """One code that may be shown now; its counter stands in the vault already.

    Attributes:
        digits: 18 digits, for Code 128 and for reading out.
        text: The EMVCo CPM text, for the QR.
        handle: What it was made of.
        must_confirm: Whatever is charged with it, the wallet will ask first.
        made_at: Unix milliseconds, the service's clock.
        until: When the next one takes its place, likewise.
    """

    digits: str = dataclasses.field(repr=False)
    text: str = dataclasses.field(repr=False)
    handle: int = dataclasses.field(repr=False)
    must_confirm: bool
    made_at: int
    until: int


@dataclasses.dataclass(frozen=True, slots=True)
class CodesState:
    """How the wallet stands with codes.

    Attributes:
        left: Handles that can be scanned now.
        lasts_until: Until when codes can be made without the service, by its clock; None where
            there are none.
        issued_at: When they were issued, the service's clock; None never.
        currency: Of the two below; empty before the first answer.
        small_each: Up to this amount a code is paid without a question (minor units).
        small_day: And up to this a day.
    """

    left: int = 0
    lasts_until: int | None = None
    issued_at: int | None = None
    currency: str = ""
    small_each: int = 0
    small_day: int = 0
