"""The bot's Markdown as rich text: a safe subset through Qt's own reader.

HTML in the text is read as text, pictures are left out, and a link is either a topic of ours
(``topic:name``) or plain words: nothing in a conversation opens an address.
"""

from __future__ import annotations

import html
import re

from PySide6.QtGui import QFont, QTextBlock, QTextDocument

TOPIC = "topic:"
_TOPIC = re.compile(r"topic:[a-z][a-z0-9_]{1,39}\Z")


def rich_text(markdown: str, font: QFont, link: str) -> str:
    """Markdown as HTML for a label.

    Args:
        markdown: What the knowledge base holds.
        font: The label's font: everything is in it, headings are only bold.
        link: The colour of links to topics.
    """
    document = QTextDocument()
    document.setDefaultFont(font)
    features = (
        QTextDocument.MarkdownFeature.MarkdownDialectGitHub
        | QTextDocument.MarkdownFeature.MarkdownNoHTML
    )
    document.setMarkdown(markdown, features)
    return _body(document, link)


def plain_text(markdown: str, font: QFont) -> str:
    """The words alone, for screen readers and for copying."""
    document = QTextDocument()
    document.setDefaultFont(font)
    document.setMarkdown(markdown, QTextDocument.MarkdownFeature.MarkdownNoHTML)
    return document.toPlainText().replace("\ufffc", "").strip()


def _body(document: QTextDocument, link: str) -> str:
    parts: list[str] = []
    open_list = ""
    block = document.begin()
    while block.isValid():
        words = _fragments(block, link)
        listed = block.textList()
        kind = ""
        if listed is not None:
            numbered = listed.format().style().value <= -4  # ListDecimal and after
            kind = "ol" if numbered else "ul"
        if kind != open_list:
            parts.append(f"</{open_list}>" if open_list else "")
            parts.append(f'<{kind} style="margin:4px 0 4px 0; -qt-list-indent:1">' if kind else "")
            open_list = kind
        if words:
            heading = block.blockFormat().headingLevel() > 0
            told = f"<b>{words}</b>" if heading else words
            parts.append(
                f'<li style="margin:0 0 4px 0">{told}</li>'
                if kind
                else f'<p style="margin:0 0 8px 0">{told}</p>'
            )
        block = block.next()
    parts.append(f"</{open_list}>" if open_list else "")
    whole = "".join(parts)
    # The last paragraph's gap is the bubble's own margin.
    return re.sub(
        r'<p style="margin:0 0 8px 0">((?:(?!<p ).)*)\Z', r'<p style="margin:0">\1', whole
    )


def _fragments(block: QTextBlock, link: str) -> str:
    told: list[str] = []
    iterator = block.begin()
    while not iterator.atEnd():
        fragment = iterator.fragment()
        style = fragment.charFormat()
        if not style.isImageFormat():
            words = html.escape(fragment.text()).replace("\u2028", "<br>")
            if style.fontWeight() >= QFont.Weight.DemiBold:
                words = f"<b>{words}</b>"
            if style.fontItalic():
                words = f"<i>{words}</i>"
            href = style.anchorHref()
            if _TOPIC.match(href):
                words = f'<a href="{href}" style="color:{link}">{words}</a>'
            told.append(words)
        iterator += 1
    return "".join(told).strip()


def topic_of(href: str) -> str:
    """The topic an internal link names; empty for anything else."""
    return href.removeprefix(TOPIC) if _TOPIC.match(href) else ""
