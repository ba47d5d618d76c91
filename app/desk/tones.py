"""The tones in which a small word or a banner stands; the style sheet has the colours."""

from __future__ import annotations

from typing import Literal

Tone = Literal["plain", "bean", "gold", "danger", "warning", "info"]
