"""Work on the open vault for support: each function is one piece, run on the vault's thread."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

import msgspec

from app.protocol.messages.cards import FileCard
from app.protocol.messages.support import Conversation, Message
from app.wallet.support import rules
from app.wallet.support.views import Bubble, BubblePage, Hit
from app.wallet.vault.stores.chats import Chat
from app.wallet.vault.stores.outbox import Entry
from app.wallet.vault.vault import Vault

CURSORS = 300
"""Conversations that a Hello names: with 45 bytes each it stays below the service's 32 KiB."""


@dataclasses.dataclass(frozen=True, slots=True)
class Summary:
    """What the state shows of the vault; see :class:`ChatState`."""

    conversation: Conversation | None
    unread: int
    waiting_out: int
    refused_out: int
    asks: tuple[Bubble, ...]


def append(vault: Vault, conv: str, messages: Iterable[Message]) -> Chat | None:
    """Add what follows without a gap; own messages leave the outbox in the same transaction.

    Returns:
        The conversation afterwards; None where it isn't known here.
    """
    with vault.transaction():
        added = vault.chats.append(conv, map(rules.for_keeping, messages))
        chat = vault.chats.get(conv)
        if chat is None or not added:
            return chat
        conversation = chat.conversation
        for message in added:
            conversation = rules.follow(conversation, message)
            if message.sender.kind == "person":
                _arrived(vault, message)
        if conversation != chat.conversation:
            vault.chats.save(conversation)
        return chat._replace(conversation=conversation)


def prepend(vault: Vault, conv: str, messages: Iterable[Message]) -> Chat | None:
    """Add what lies below without a gap."""
    with vault.transaction():
        for message in vault.chats.prepend(conv, map(rules.for_keeping, messages)):
            if message.sender.kind == "person":
                _arrived(vault, message)
        return vault.chats.get(conv)


def described(vault: Vault, told: Sequence[Conversation]) -> list[Chat]:
    """Keep what the service says of conversations; each as it stands here afterwards."""
    chats = []
    with vault.transaction():
        for conversation in told:
            chat = vault.chats.get(conversation.id)
            known = None if chat is None else chat.conversation
            latest = conversation if known is None else rules.newer(known, conversation)
            if latest != known:
                vault.chats.save(latest)
            kept = vault.chats.get(conversation.id)
            assert kept is not None
            chats.append(kept)
    return chats


def read_by_staff(vault: Vault, conv: str, seq: int) -> None:
    """The other side has read up to here."""
    chat = vault.chats.get(conv)
    if chat is not None and chat.conversation.read_by_staff < seq:
        vault.chats.save(msgspec.structs.replace(chat.conversation, read_by_staff=seq))


def read_by_person(vault: Vault, conv: str, seq: int) -> None:
    """The service knows that the person has read up to here (on whichever device)."""
    chat = vault.chats.get(conv)
    if chat is not None and chat.conversation.read_by_person < seq:
        vault.chats.save(msgspec.structs.replace(chat.conversation, read_by_person=seq))


def untold_marks(vault: Vault) -> list[tuple[str, int]]:
    """Read marks that the service doesn't know yet."""
    return [
        (chat.conversation.id, chat.read_seq)
        for chat in vault.chats.all()
        if chat.read_seq > chat.conversation.read_by_person
    ]


def cursors(vault: Vault) -> dict[str, int]:
    """The last applied number of the newest conversations that have messages here.

    A Hello has room for some hundreds; what isn't named the service tells of anyway.
    """
    return {chat.conversation.id: chat.high for chat in vault.chats.all()[:CURSORS] if chat.high}


def current(vault: Vault) -> Chat | None:
    """The conversation a person means: the open one, else the newest."""
    chats = vault.chats.all()
    still_open = (chat for chat in chats if chat.conversation.owner != "nobody")
    return next(still_open, chats[0] if chats else None)


def summary(vault: Vault, now: int) -> Summary:
    """What the state shows."""
    chat = current(vault)
    counts = vault.outbox.counts()
    marks = {chat.conversation.id: chat.conversation.read_by_staff for chat in vault.chats.all()}
    return Summary(
        chat.conversation if chat else None,
        vault.chats.unread(),
        counts.get("waiting", 0),
        counts.get("refused", 0),
        tuple(
            rules.bubble_of(kept, marks.get(kept.message.conv, 0), now)
            for kept in vault.chats.asking(now)
        ),
    )


def page(
    vault: Vault, conv: str, before: int | None, limit: int, now: int
) -> tuple[BubblePage, Chat | None]:
    """Some bubbles out of the vault, and the conversation they belong to.

    ``older`` of the page says what the vault has; whether more can be fetched the caller knows.
    """
    conv = vault.chats.real(conv)
    chat = vault.chats.get(conv)
    if chat is None:
        return BubblePage(conv, (), None), None
    kept = vault.chats.page(conv, before, limit)
    mark = chat.conversation.read_by_staff
    bubbles = [rules.bubble_of(one, mark, now) for one in kept]
    if before is None:
        shown = (
            out for out in vault.outbox.of(conv) if out.entry.kind != "open" or out.entry.context
        )
        bubbles += map(rules.waiting_bubble, shown)
    first = kept[0].message.seq if kept else None
    older = first if first is not None and first > chat.low else None
    return BubblePage(conv, tuple(bubbles), older), chat


def search(vault: Vault, text: str, limit: int) -> tuple[Hit, ...]:
    """Lines that contain every word, newest first."""
    numbers = {chat.conversation.id: chat.conversation.number for chat in vault.chats.all()}
    hits = []
    for kept in vault.chats.find(text, limit):
        message = kept.message
        hits.append(
            Hit(
                message.conv,
                numbers.get(message.conv, ""),
                rules.key_of(message),
                message.seq,
                message.created_at,
                message.sender,
                rules.excerpt(rules.words_of(message), text),
            )
        )
    return tuple(hits)


def whole(
    vault: Vault, now: int
) -> tuple[list[tuple[Conversation, tuple[Bubble, ...]]], dict[str, bytes]]:
    """Everything that was ever said, oldest conversation first, and the pictures kept here."""
    told, pictures = [], {}
    for chat in sorted(vault.chats.all(), key=lambda chat: chat.conversation.created_at):
        found, _ = page(vault, chat.conversation.id, None, 2**31, now)
        told.append((chat.conversation, found.bubbles))
        for bubble in found.bubbles:
            card = bubble.card
            if isinstance(card, FileCard) and card.media_type.startswith("image/"):
                data = vault.chat_files.get(card.sha256, at=now)
                if data is not None:
                    pictures[card.sha256] = data
    return told, pictures


def begin(vault: Vault, key: str, entry: Entry, *, again: bool) -> tuple[str, bool]:
    """The conversation to write into, and whether something has to go out for it.

    Where none is open one is begun here, under an id of our own until the service names it. A
    context has to be told in any case.

    Args:
        vault: The open vault.
        key: Of the opening.
        entry: The opening.
        again: A closed newest conversation isn't good enough.
    """
    chat = current(vault)
    is_open = chat is not None and chat.conversation.owner != "nobody"
    if chat is not None and entry.context is None and (is_open or not again):
        return chat.conversation.id, False
    with vault.transaction():
        conv = chat.conversation.id if chat is not None and is_open else key
        if conv == key:
            vault.chats.save(
                Conversation(
                    id=key,
                    number="",
                    language=entry.language,
                    owner="bot",
                    created_at=entry.at,
                    updated_at=entry.at,
                    last_seq=0,
                )
            )
        vault.outbox.add(key, conv, entry)
    return conv, True


def _arrived(vault: Vault, message: Message) -> None:
    """A message of ours stands in the transcript: the outbox is done with it."""
    out = vault.outbox.get(message.cmid)
    if out is None:
        return
    vault.outbox.remove(out.key)
    if out.entry.file is not None:
        vault.chat_files.release(out.entry.file.sha256)
