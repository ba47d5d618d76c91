"""Pictures in, codes out: no Qt, no camera, a grey buffer goes in (design/2, design/6 §cascade).

What a caller needs stands here; it is loaded at its first use, so that importing the package (as
``kbean scan --help`` does) costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.scanner.cascade import scan_live_steps, scan_still
    from app.scanner.codes import PAYMENT_FORMATS, Code, CodeFormat
    from app.scanner.grey import Grey, grey_view
    from app.scanner.live import LiveScanner, Sighting
    from app.scanner.pictures import Picture, PictureError, load_grey, load_picture
    from app.scanner.zbar import zbar_status

_HOMES = {
    "Code": "codes",
    "CodeFormat": "codes",
    "PAYMENT_FORMATS": "codes",
    "Grey": "grey",
    "grey_view": "grey",
    "scan_still": "cascade",
    "scan_live_steps": "cascade",
    "LiveScanner": "live",
    "Sighting": "live",
    "Picture": "pictures",
    "PictureError": "pictures",
    "load_grey": "pictures",
    "load_picture": "pictures",
    "zbar_status": "zbar",
}

__all__ = [
    "PAYMENT_FORMATS",
    "Code",
    "CodeFormat",
    "Grey",
    "LiveScanner",
    "Picture",
    "PictureError",
    "Sighting",
    "grey_view",
    "load_grey",
    "load_picture",
    "scan_live_steps",
    "scan_still",
    "zbar_status",
]


def __getattr__(name: str) -> object:
    """Load a public name from its module at its first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"app.scanner.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
