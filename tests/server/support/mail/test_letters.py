"""What an e-mail says: the rules alone."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocol.messages.support import BODY_MAX
from app.server.config import ConfigError
from app.server.support.mail import letters
from app.server.support.mail.letters import NoLetterError, new_words, read_letter
from app.server.support.mail.server import Door, MailServer

_LINE = letters._REPLY_LINE


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("只有新的话", "只有新的话"),
        (f"好的\n\n在 2026年11月23日，客服写道：\n> {_LINE}\n> 你好", "好的"),
        (f"收到\n\n发自我的iPhone\n\n{_LINE}\n旧的", "收到"),
        ("还不行\n------------------ 原始邮件 ------------------\n发件人: x", "还不行"),
        ("Fine.\n\nOn Mon, Nov 23, 2026 at 10:00 AM Help <h@x.org> wrote:\n> old", "Fine."),
        ("> all of it\n> quoted", ""),
        (f"a\r\nb\r\n{_LINE}\r\nc", "a\nb"),
    ],
)
def test_only_the_new_words_count(text: str, words: str) -> None:
    assert new_words(text) == words


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        ("Money", "Re: Money [KC-20261123-0001]"),
        ("RE: Re: 回复：Money", "Re: Money [KC-20261123-0001]"),
        ("Re: Money [KC-20261123-0001]", "Re: Money [KC-20261123-0001]"),
        ("", "[KC-20261123-0001]"),
    ],
)
def test_the_number_stands_once_in_the_subject(subject: str, answer: str) -> None:
    assert letters.answer_subject(subject, "KC-20261123-0001") == answer


def mail(content: str, subtype: str = "plain") -> EmailMessage:
    made = EmailMessage()
    made["From"] = "李伟 <li@example.org>"
    made["Subject"] = "退款"
    made.set_content(content, subtype=subtype)
    return made


def test_html_is_read_as_text() -> None:
    page = (
        "<html><head><style>p{}</style></head><body><p>钱没到账</p><p>请查一下</p>"
        "<script>alert(1)</script><blockquote>旧的</blockquote></body></html>"
    )
    letter = read_letter(mail(page, "html").as_bytes())
    assert letter.texts == ("钱没到账\n请查一下",)
    assert (letter.name, letter.language) == ("李伟", "zh")


def test_a_long_letter_is_cut_where_lines_end() -> None:
    texts = read_letter(mail("\n".join(["word " * 30] * 400)).as_bytes()).texts
    assert len(texts) == letters.MESSAGES_MAX
    assert all(0 < len(text) <= BODY_MAX for text in texts)
    assert texts[-1].endswith(" …")


@pytest.mark.parametrize("sender", ["", "nobody", "a@b@c", "<>"])
def test_without_a_sender_it_is_no_letter(sender: str) -> None:
    made = mail("x")
    made.replace_header("From", sender)
    with pytest.raises(NoLetterError):
        read_letter(made.as_bytes())


@given(st.binary(max_size=600))
def test_whatever_comes_nothing_breaks(raw: bytes) -> None:
    for made in (raw, b"From: a@example.org\r\nContent-Type: " + raw):
        try:
            letter = read_letter(made, "mx.example")
        except NoLetterError:
            continue
        assert letter.address
        assert not letter.proved


@pytest.mark.parametrize(
    ("results", "proved"),
    [
        (["mx.us; dmarc=pass header.from=example.org"], True),
        (["mx.us; dmarc=fail header.from=example.org"], False),
        (["mx.us; dmarc=pass header.from=other.org"], False),
        (["mx.us; spf=pass", "mx.us; dmarc=pass header.from=example.org"], False),
        (["mx.them; dmarc=pass header.from=example.org"], False),
        ([], False),
    ],
)
def test_who_vouches_for_a_sender(results: list[str], proved: bool) -> None:
    made = mail("x")
    for result in results:
        made["Authentication-Results"] = result
    assert read_letter(made.as_bytes(), "mx.us").proved is proved
    assert read_letter(made.as_bytes()).proved is False


@pytest.mark.parametrize("url", ["http://x", "smtp:", "imap://x", "smtp://[", "x"])
def test_addresses_of_the_server_are_checked(url: str) -> None:
    with pytest.raises(ConfigError):
        Door.read(url, "smtp", "smtps")


def test_a_password_is_never_shown() -> None:
    door = Door.read("smtps://me:geheim%40x@mail.example", "smtp", "smtps")
    assert (door.port, door.password) == (465, "geheim@x")
    assert "geheim" not in repr(door)


async def test_off_this_machine_nothing_travels_in_the_clear() -> None:
    server = MailServer("a@b.example", "", "imap://me:x@mail.example/INBOX")
    with pytest.raises(ConfigError, match="TLS"):
        await server.unread()
