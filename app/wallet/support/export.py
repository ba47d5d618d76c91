"""The whole transcript as one file for its owner: a page to read, plain text, or data (S1).

The page needs nothing but a browser: no script, no address, pictures inside. What a person reads
is written in the language they chose.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping, Sequence
from datetime import tzinfo

import msgspec

from app.protocol.messages.cards import FileCard
from app.protocol.messages.support import Conversation, Language
from app.wallet.support.export_words import WORDS, when
from app.wallet.support.export_words import told as told_card
from app.wallet.support.views import Bubble, ExportFormat

Told = Sequence[tuple[Conversation, Sequence[Bubble]]]
"""Conversations, oldest first, each with all its lines."""

_STYLE = """
:root { color-scheme: light dark; --ground: #f5f7f4; --text: #14201a; --muted: #5e6c64;
  --line: #e2e8e3; --mine: #e2f3eb; --other: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --ground: #0e1411; --text: #e8efea;
  --muted: #93a39a; --line: #27332d; --mine: #12322a; --other: #161e1a; } }
body { margin: 0 auto; max-width: 46rem; padding: 2rem 1rem; background: var(--ground);
  color: var(--text); font: 15px/1.6 system-ui, "PingFang SC", "Microsoft YaHei UI",
  "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 24px; } h2 { font-size: 18px; margin-top: 2.5rem; }
small, time { color: var(--muted); font-size: 12px; }
article { border: 1px solid var(--line); border-radius: 14px; padding: .5rem .9rem;
  margin: .6rem 0; background: var(--other); overflow-wrap: anywhere; }
article.person { background: var(--mine); margin-left: 15%; }
article.event { border: 0; background: none; text-align: center; color: var(--muted); }
p { margin: .2rem 0; white-space: pre-wrap; } img { max-width: 100%; border-radius: 10px; }
@media print { body { background: none; } }
"""


def exported(
    told: Told,
    fmt: ExportFormat,
    *,
    language: Language,
    at: int,
    pictures: Mapping[str, bytes],
    zone: tzinfo | None = None,
) -> bytes:
    """Write the transcript.

    Args:
        told: What was said.
        fmt: ``html``, ``txt`` or ``json``.
        language: Of words and dates.
        at: Now, Unix milliseconds.
        pictures: Bytes of pictures that lie here, by SHA-256; the page shows them.
        zone: Whose clock the times are written in; the machine's by default.

    Returns:
        The file, UTF-8.
    """
    if fmt == "json":
        return _json(told, at)
    writer = _Writer(language, zone, pictures)
    text = writer.page(told, at) if fmt == "html" else writer.text(told, at)
    return text.encode()


def _json(told: Told, at: int) -> bytes:
    conversations = [
        {
            "conversation": conversation,
            "messages": [
                {
                    "seq": line.seq,
                    "cmid": line.cmid,
                    "sender": line.sender,
                    "kind": line.kind,
                    "body": line.body,
                    "card": line.card,
                    "at": line.at,
                    "state": line.state,
                }
                for line in lines
            ],
        }
        for conversation, lines in told
    ]
    document = {"format": "kbean-transcript", "version": 1, "exported_at": at}
    raw = msgspec.json.encode(document | {"conversations": conversations})
    return msgspec.json.format(raw) + b"\n"


class _Writer:
    """One file in one language."""

    def __init__(
        self, language: Language, zone: tzinfo | None, pictures: Mapping[str, bytes]
    ) -> None:
        self._language: Language = language
        self._words = WORDS[language]
        self._zone = zone
        self._pictures = pictures

    def text(self, told: Told, at: int) -> str:
        """Plain text, one line a message and more where it has more."""
        lines = [self._words["title"], self._made(at)]
        for conversation, bubbles in told:
            lines += ["", self._heading(conversation), ""]
            for bubble in bubbles:
                note = f" ({self._words[bubble.state]})" if bubble.state in self._words else ""
                lines.append(f"[{self._when(bubble.at)}] {self._who(bubble)}{note}")
                lines += [f"    {line}" for line in self._said(bubble)]
        return "\n".join(lines) + "\n"

    def page(self, told: Told, at: int) -> str:
        """A page that stands by itself."""
        title = html.escape(self._words["title"])
        code = "zh-CN" if self._language == "zh" else "en"
        parts = [
            "<!DOCTYPE html>",
            f'<html lang="{code}">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title>",
            f"<style>{_STYLE}</style>",
            "</head>",
            "<body>",
            f"<h1>{title}</h1>",
            f"<small>{html.escape(self._made(at))}</small>",
        ]
        for conversation, bubbles in told:
            parts.append(f"<h2>{html.escape(self._heading(conversation))}</h2>")
            parts += map(self._article, bubbles)
        return "\n".join([*parts, "</body>", "</html>", ""])

    def _article(self, bubble: Bubble) -> str:
        kind = "event" if bubble.kind == "event" else bubble.sender.kind
        head = f"{self._who(bubble)} · {self._when(bubble.at)}"
        if bubble.state in self._words:
            head += f" · {self._words[bubble.state]}"
        body = "".join(f"<p>{html.escape(line)}</p>" for line in self._said(bubble))
        said = f"<small>{html.escape(head)}</small>{body}{self._picture(bubble)}"
        return f'<article class="{kind}">{said}</article>'

    def _picture(self, bubble: Bubble) -> str:
        card = bubble.card
        if not isinstance(card, FileCard) or not card.media_type.startswith("image/"):
            return ""
        data = self._pictures.get(card.sha256)
        if data is None:
            return ""
        inside = base64.b64encode(data).decode("ascii")
        kind, name = html.escape(card.media_type), html.escape(card.name)
        return f'<img alt="{name}" src="data:{kind};base64,{inside}">'

    def _made(self, at: int) -> str:
        return self._words["made"].format(at=self._when(at))

    def _heading(self, conversation: Conversation) -> str:
        if not conversation.number:
            return self._words["draft"]
        heading = self._words["conversation"].format(number=conversation.number)
        return f"{heading} · {conversation.subject}" if conversation.subject else heading

    def _who(self, bubble: Bubble) -> str:
        word = self._words[bubble.sender.kind]
        return f"{word} {bubble.sender.name}" if bubble.sender.kind == "agent" else word

    def _when(self, at: int) -> str:
        return when(at, self._language, self._zone)

    def _said(self, bubble: Bubble) -> list[str]:
        lines = bubble.body.splitlines()
        card = told_card(bubble.card, self._language, self._zone)
        return [*lines, card] if card else lines
