"""Colours, type, spaces and motion as tokens (design/5); nothing else carries a hex value."""

from app.desktop.theme.manager import Theme, ThemeChoice, application, colours, duration
from app.desktop.theme.tokens import Motion, Radius, Size, Space, Type

__all__ = [
    "Motion",
    "Radius",
    "Size",
    "Space",
    "Theme",
    "ThemeChoice",
    "Type",
    "application",
    "colours",
    "duration",
]
