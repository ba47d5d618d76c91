"""What test people have in common; light, so that a process of its own starts quickly."""

from __future__ import annotations

from app.wallet.vault.keyslots import Argon2Params

PASSPHRASE = "seven purple bicycles argue quietly"
CHEAP = Argon2Params(memory_kib=64, passes=1, lanes=1)
