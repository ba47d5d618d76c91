"""Short sounds, one interface: the system's sound card, and one that does nothing."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QUrl


class Sounds(QObject):
    """Plays nothing: a machine without a sound card, and tests."""

    def play(self, name: str) -> None:
        """Play a sound by its name."""


class QtSounds(Sounds):
    """Plays small WAV files through the system's sound card."""

    def __init__(self, files: dict[str, Path], parent: QObject | None = None) -> None:
        """Take the files by name; each is loaded when it is first played."""
        super().__init__(parent)
        self._files = files
        self._effects: dict[str, QObject] = {}

    def play(self, name: str) -> None:
        """Play a sound; a machine that can't stays silent."""
        from PySide6.QtMultimedia import QMediaDevices, QSoundEffect

        if QMediaDevices.defaultAudioOutput().isNull():
            return
        effect = self._effects.get(name)
        if not isinstance(effect, QSoundEffect):
            effect = QSoundEffect(self)
            effect.setSource(QUrl.fromLocalFile(str(self._files[name])))
            self._effects[name] = effect
        effect.play()
