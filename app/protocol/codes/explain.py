"""What a scanned or pasted text is, told without a network: what can't be paid gets explained."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from app.protocol.codes import merchant_code, personal_code
from app.protocol.codes.emv import CodeError
from app.protocol.codes.merchant_code import MerchantCode

Kind = Literal[
    "ours",
    "ours_unsigned",
    "ours_payer",
    "ours_person",
    "foreign_merchant",
    "foreign_payer",
    "damaged",
    "web",
    "wifi",
    "contact",
    "phone",
    "email",
    "text",
    "empty",
]
"""``*_payer``: digits that a payer shows to a counter; ``ours_person``: a person's code, which
transfers are made by; ``damaged``: EMVCo text with a fault."""


class Explained(NamedTuple):
    """What a text is.

    Attributes:
        kind: One of :data:`Kind`.
        text: The text without the space and line ends that scanners and clipboards add.
        system: Whose it is, where that is known: ``alipay``, ``wechat_pay``, ``unionpay``, an
            EMVCo account's unique id, or a web address's host.
        code: The code itself, when the kind is ``ours``; its signature is not yet verified.
        error: What is wrong with it, when it looks like a payment code that can't be paid.
    """

    kind: Kind
    text: str
    system: str = ""
    code: MerchantCode | None = None
    error: CodeError | None = None


# Payers' codes are told by length and first digits (design/3 §Payer's code).
_PAYER: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"88[0-9]{16}"), ""),
    (re.compile(r"(?:2[5-9]|30)[0-9]{14,22}"), "alipay"),
    (re.compile(r"1[0-5][0-9]{16}"), "wechat_pay"),
    (re.compile(r"62[0-9]{17}"), "unionpay"),
)
# Addresses behind which merchants of other systems are paid.
_HOSTS = {
    "qr.alipay.com": "alipay",
    "render.alipay.com": "alipay",
    "ds.alipay.com": "alipay",
    "wx.tenpay.com": "wechat_pay",
    "payapp.weixin.qq.com": "wechat_pay",
    "qr.95516.com": "unionpay",
}
_SCHEMES = {
    "wxp": "wechat_pay",
    "weixin": "wechat_pay",
    "alipays": "alipay",
    "alipay": "alipay",
    "upwallet": "unionpay",
}
_PREFIXES: tuple[tuple[tuple[str, ...], Kind], ...] = (
    (("wifi:",), "wifi"),
    (("begin:vcard", "mecard:"), "contact"),
    (("tel:", "sms:", "smsto:"), "phone"),
    (("mailto:",), "email"),
)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{1,30}):(?://)?")


def explain(text: str) -> Explained:
    """Tell what a text is. Never raises for any text.

    Args:
        text: As it was scanned, pasted or dropped.
    """
    text = text.strip()
    if not text:
        return Explained("empty", text)
    if text.startswith("0002"):
        return _emv(text)
    for pattern, system in _PAYER:
        if pattern.fullmatch(text):
            return Explained("foreign_payer" if system else "ours_payer", text, system)
    lowered = text[:64].lower()
    for prefixes, kind in _PREFIXES:
        if lowered.startswith(prefixes):
            return Explained(kind, text)
    return _address(text, lowered)


def _emv(text: str) -> Explained:
    """An EMVCo text: ours, somebody else's, or broken."""
    try:
        return Explained("ours", text, merchant_code.ACCOUNT_GUID, merchant_code.read(text))
    except CodeError as error:
        if error.code == "code_foreign":
            scheme = str(error.params["scheme"])
            if scheme == personal_code.ACCOUNT_GUID:
                return Explained("ours_person", text, scheme)
            return Explained("foreign_merchant", text, scheme, error=error)
        if error.code == "code_unsigned":
            return Explained("ours_unsigned", text, merchant_code.ACCOUNT_GUID, error=error)
        # Digits alone that only begin like one are a number, not a damaged code.
        kind: Kind = "text" if text.isdigit() or error.reason == "not_emv" else "damaged"
        return Explained(kind, text, error=error if kind == "damaged" else None)


def _address(text: str, lowered: str) -> Explained:
    """A web address, another wallet's link, or plain text."""
    match = _SCHEME.match(lowered)
    scheme = match.group(1) if match else ""
    if scheme in _SCHEMES:
        return Explained("foreign_merchant", text, _SCHEMES[scheme])
    if scheme not in ("http", "https"):
        return Explained("text", text)
    try:
        host = urlsplit(text).hostname or ""
    except ValueError:
        return Explained("text", text)
    if host in _HOSTS:
        return Explained("foreign_merchant", text, _HOSTS[host])
    return Explained("web", text, host) if host else Explained("text", text)
