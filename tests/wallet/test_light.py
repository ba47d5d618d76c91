"""What a start must not load: the network, word lists and keychains come when they are needed."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {"httpx", "anyio", "zxcvbn", "keyring", "litestar", "sqlalchemy", "PySide6", "numpy"}


def test_the_core_is_light_to_import():
    program = (
        "import sys\n"
        "import app.wallet.session, app.wallet.flows.onboarding\n"
        "import app.wallet.flows.pay, app.wallet.flows.unlock\n"
        "print(*sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in told.stdout.split()}
    assert "app" in loaded
    assert loaded & HEAVY == set()
