"""Where the wallet's files lie: the system's own place, or a folder given with ``--profile``.

A throw-away profile keeps developers and tests away from real data (design/6).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.wallet.vault.files import private_folder

_APPLICATION = "KBeanWallet"


@dataclass(frozen=True)
class Profile:
    """The folders of one wallet.

    Attributes:
        root: Everything of this wallet lies in here, for its owner alone.
    """

    root: Path

    @classmethod
    def at(cls, directory: str | Path | None) -> Profile:
        """The profile in ``directory``, or the system's place when it is None.

        Args:
            directory: What ``--profile DIR`` said. Relative paths start where the command does.
        """
        if directory is not None:
            return cls(Path(directory).expanduser().absolute())
        import platformdirs

        return cls(Path(platformdirs.user_data_dir(_APPLICATION, appauthor=False, roaming=False)))

    @property
    def vault(self) -> Path:
        """The vault's folder."""
        return self.root / "vault"

    @property
    def logs(self) -> Path:
        """Log files; they never hold secrets."""
        return self.root / "logs"

    def prepare(self) -> Profile:
        """Make the folders, readable by their owner only."""
        for folder in (self.root, self.vault, self.logs):
            private_folder(folder)
        return self
