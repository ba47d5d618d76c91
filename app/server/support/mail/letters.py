"""Letters: what an e-mail says, and how ours are written. Pure.

Only the new words of an answer become a message: everything below our own line, the quoted rest
and signatures are left out. What no person wrote (out-of-office notes, bounces, lists) is not
answered, so that two machines never talk to each other (RFC 3834).
"""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, make_msgid, parseaddr
from hashlib import sha256
from typing import Literal

from bs4 import BeautifulSoup
from email_validator import EmailNotValidError, validate_email
from mailparser_reply import EmailReplyParser

from app.protocol.messages.support import BODY_MAX, Language

LETTER_MAX = 12 * 1024 * 1024
"""Bytes of a letter that is read."""

MESSAGES_MAX = 5
"""Messages that one letter may become."""

_REPLY_LINE = "## 请在此行以上回复 · Please reply above this line ##"
_NUMBER = re.compile(r"\[(KC-\d{8}-\d{4,})\]")
_CHINESE = re.compile("[\u4e00-\u9fff]")
# What Chinese mail programs write above the text that they quote.
_ATTRIBUTION = re.compile(
    r"(?m)^\s*(?:"
    r"在?\s*.{0,80}(?:写道|寫道)[:：]\s*$"
    r"|-{3,}\s*(?:原始邮件|原始郵件|转发邮件|回复的邮件)\s*-{3,}.*$"
    r"|发件人[:：].*$"
    r"|发自我的.*$"
    r")"
)


class NoLetterError(Exception):
    """A mail that becomes no message; the text says why."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that came with a letter."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """What came.

    Attributes:
        message_id: Its Message-ID; empty where it has none.
        address: Who says to have written it, normalised. Nothing proves that by itself.
        name: Their display name, or the address's first part.
        subject: One line.
        texts: The new words, in pieces that fit a message.
        number: A conversation's number in the subject; empty.
        refers_to: Message-IDs it answers, the nearest first.
        enclosures: Files.
        proved: The operator's own mail server says that the address is real (DMARC, RFC 8601).
    """

    message_id: str
    address: str
    name: str
    subject: str
    texts: tuple[str, ...]
    number: str
    refers_to: tuple[str, ...]
    enclosures: tuple[Enclosure, ...]
    proved: bool

    @property
    def language(self) -> Language:
        """The language it is written in, as far as two are told apart."""
        return "zh" if _CHINESE.search(self.subject + "".join(self.texts)) else "en"


def read_letter(raw: bytes, trusted: str = "") -> Letter:
    """Read an e-mail.

    Args:
        raw: RFC 5322 bytes.
        trusted: Whose ``Authentication-Results`` are believed (the operator's own mail server's
            authserv-id); empty: nobody's.

    Raises:
        NoLetterError: no person wrote it, or it says nothing.
    """
    if len(raw) > LETTER_MAX:
        raise NoLetterError("it is too large")
    try:
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        _refuse_machines(mail)
        name, address = parseaddr(_header(mail, "From"))
        address = validate_email(address, check_deliverability=False).normalized
        enclosures = tuple(_enclosures(mail))
        texts = _pieces(new_words(_text(mail)))
    except EmailNotValidError:
        raise NoLetterError("it has no sender") from None
    except (LookupError, ValueError, AttributeError, KeyError, TypeError) as error:
        raise NoLetterError(f"it is damaged ({type(error).__name__})") from None
    subject = " ".join(_header(mail, "Subject").split())[:200]
    if not texts and not enclosures:
        if not subject:
            raise NoLetterError("it says nothing")
        texts = (subject,)
    found = _NUMBER.search(subject)
    refers = [*_header(mail, "In-Reply-To").split(), *reversed(_header(mail, "References").split())]
    return Letter(
        message_id=_header(mail, "Message-ID").strip(),
        address=address,
        name=" ".join(name.split())[:60] or address.partition("@")[0],
        subject=subject,
        texts=texts,
        number=found.group(1) if found else "",
        refers_to=tuple(dict.fromkeys(refers)),
        enclosures=enclosures,
        proved=_proved(mail, trusted, address),
    )


def letter_hash(message_id: str) -> bytes:
    """Under which a Message-ID is known."""
    return sha256(message_id.strip().encode()).digest()


def new_words(text: str) -> str:
    """What somebody wrote now, without what they answer to."""
    above = text.replace("\r\n", "\n").partition(_REPLY_LINE)[0]
    lines = above.split("\n")
    # A mail program may have quoted our line: then everything quoted before it goes too.
    kept = "\n".join(line for line in lines if not line.startswith(">"))
    cut = _ATTRIBUTION.search(kept)
    if cut is not None:
        kept = kept[: cut.start()]
    return (EmailReplyParser(languages=["en"]).parse_reply(text=kept) or kept).strip()


def write_letter(
    *,
    sender: tuple[str, str],
    to: str,
    subject: str,
    body: str,
    at: int,
    answers: str = "",
    kind: Literal["reply", "notice"] = "reply",
) -> EmailMessage:
    """Write one of ours.

    Args:
        sender: The operator's name and address.
        to: An address.
        subject: One line.
        body: Plain text.
        at: Unix milliseconds.
        answers: The Message-ID it answers.
        kind: A ``notice`` was written by no person and says so.
    """
    import datetime as dt

    letter = EmailMessage(policy=email.policy.SMTP)
    letter["From"] = formataddr(sender)
    letter["To"] = to
    letter["Subject"] = " ".join(subject.split())
    letter["Date"] = format_datetime(dt.datetime.fromtimestamp(at / 1000, dt.UTC))
    letter["Message-ID"] = make_msgid(domain=sender[1].partition("@")[2])
    if answers:
        letter["In-Reply-To"] = answers
        letter["References"] = answers
    if kind == "notice":
        letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(f"{_REPLY_LINE}\n\n{body}\n" if kind == "reply" else f"{body}\n")
    return letter


def answer_subject(subject: str, number: str) -> str:
    """``Re: …`` with the conversation's number, by which an answer finds it again."""
    bare = re.sub(r"(?i)^(?:(?:re|aw|fw|fwd|回复|答复|转发)\s*[:：]\s*)+", "", subject).strip()
    bare = _NUMBER.sub("", bare).strip()
    return f"Re: {bare} [{number}]" if bare else f"[{number}]"


def _header(mail: EmailMessage, name: str) -> str:
    return str(mail.get(name, ""))


def _refuse_machines(mail: EmailMessage) -> None:
    auto = _header(mail, "Auto-Submitted").strip().lower()
    if auto not in {"", "no"}:
        raise NoLetterError("a machine wrote it")
    if _header(mail, "Precedence").strip().lower() in {"bulk", "list", "junk"}:
        raise NoLetterError("it went to many")
    if _header(mail, "Return-Path").strip() == "<>" or mail.get("List-Id") is not None:
        raise NoLetterError("it is a bounce or a list's")


def _proved(mail: EmailMessage, trusted: str, address: str) -> bool:
    """Whether the operator's own server vouches for the sender's domain."""
    if not trusted:
        return False
    for result in mail.get_all("Authentication-Results", []):
        parts = [" ".join(part.split()) for part in str(result).split(";")]
        if parts[0].split(" ")[0].lower() != trusted.lower():
            continue
        domain = address.partition("@")[2].lower()
        for part in parts[1:]:
            words = part.lower().split(" ")
            if words[0] == "dmarc=pass" and f"header.from={domain}" in words:
                return True
        # Only the newest header of our own server counts; further ones came from outside.
        return False
    return False


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    content = body.get_content()
    if not isinstance(content, str):
        return ""
    if body.get_content_type() == "text/html":
        soup = BeautifulSoup(content, "html.parser")
        for tag in soup(["style", "script", "head"]):
            tag.decompose()
        for quote in soup.find_all("blockquote"):
            quote.decompose()
        for tag in soup.find_all(["br", "p", "div", "tr", "li"]):
            tag.append("\n")
        content = re.sub(r"\n{3,}", "\n\n", soup.get_text())
    return "".join(c for c in content if c in "\n\t" or c.isprintable() or c == "\r")


def _pieces(text: str) -> tuple[str, ...]:
    """Cut a long text where a line ends; what is over the limit is left out and marked."""
    found: list[str] = []
    while text and len(found) < MESSAGES_MAX:
        if len(text) <= BODY_MAX:
            found.append(text)
            return tuple(found)
        cut = text.rfind("\n", 1, BODY_MAX)
        cut = cut if cut > 0 else BODY_MAX
        found.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    if text and found:
        found[-1] = found[-1][: BODY_MAX - 2] + " …"
    return tuple(found)


def _enclosures(mail: EmailMessage) -> list[Enclosure]:
    found = []
    for part in mail.iter_attachments():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and content:
            name = " ".join((part.get_filename() or "file").split())[:120]
            found.append(Enclosure(name or "file", content))
    return found[:10]
