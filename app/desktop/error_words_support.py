"""The words for errors of support and of the desk; part of :mod:`app.desktop.error_words`."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP

SUPPORT_WORDS: dict[str, tuple[Any, Any]] = {
    "conversation_not_found": (
        QT_TRANSLATE_NOOP("Errors", "That conversation is not there"),
        QT_TRANSLATE_NOOP("Errors", "Start a new one under Help."),
    ),
    "conversation_closed": (
        QT_TRANSLATE_NOOP("Errors", "This conversation is closed"),
        QT_TRANSLATE_NOOP("Errors", "Write again to reopen it, or start a new one."),
    ),
    "message_empty": (
        QT_TRANSLATE_NOOP("Errors", "There is nothing to send yet"),
        QT_TRANSLATE_NOOP("Errors", "Type something, or add a picture."),
    ),
    "message_differs": (
        QT_TRANSLATE_NOOP("Errors", "This message was already sent with other words"),
        QT_TRANSLATE_NOOP("Errors", "Write it again as a new message."),
    ),
    "attachment_refused": (
        QT_TRANSLATE_NOOP("Errors", "This kind of file can't be sent"),
        QT_TRANSLATE_NOOP("Errors", "Send a picture (PNG, JPEG, WebP), a PDF or a text file."),
    ),
    "attachment_too_large": (
        QT_TRANSLATE_NOOP("Errors", "The file is too large"),
        QT_TRANSLATE_NOOP("Errors", "Send a smaller one, or a part of it."),
    ),
    "attachment_differs": (
        QT_TRANSLATE_NOOP("Errors", "The file changed on its way"),
        QT_TRANSLATE_NOOP("Errors", "Send it again."),
    ),
    "attachment_not_found": (
        QT_TRANSLATE_NOOP("Errors", "That file is not there any more"),
        QT_TRANSLATE_NOOP("Errors", "Ask for it to be sent again."),
    ),
    "frame_invalid": (
        QT_TRANSLATE_NOOP("Errors", "The wallet and the service do not fit together"),
        QT_TRANSLATE_NOOP("Errors", "Update the wallet."),
    ),
    "request_not_found": (
        QT_TRANSLATE_NOOP("Errors", "That question is not there any more"),
        QT_TRANSLATE_NOOP("Errors", "Ask in the conversation."),
    ),
    "request_answered": (
        QT_TRANSLATE_NOOP("Errors", "You answered this already"),
        QT_TRANSLATE_NOOP("Errors", "Nothing more to do here."),
    ),
    "request_expired": (
        QT_TRANSLATE_NOOP("Errors", "The time to answer this has passed"),
        QT_TRANSLATE_NOOP("Errors", "Ask the agent to send it again."),
    ),
    "proof_failed": (
        QT_TRANSLATE_NOOP("Errors", "That does not prove who you are"),
        QT_TRANSLATE_NOOP("Errors", "Check what you typed and try again."),
    ),
    "proof_needed": (
        QT_TRANSLATE_NOOP("Errors", "Please prove who you are first"),
        QT_TRANSLATE_NOOP("Errors", "Confirm with your passphrase."),
    ),
    "already_frozen": (
        QT_TRANSLATE_NOOP("Errors", "The account is frozen already"),
        QT_TRANSLATE_NOOP("Errors", "Nothing leaves it. Lift the freeze under Security."),
    ),
    "thaw_by_operator": (
        QT_TRANSLATE_NOOP("Errors", "The operator has frozen this account"),
        QT_TRANSLATE_NOOP("Errors", "Ask under Help why, and what is needed."),
    ),
    "slot_taken": (
        QT_TRANSLATE_NOOP("Errors", "That time has just been taken"),
        QT_TRANSLATE_NOOP("Errors", "Choose another time."),
    ),
    "slot_invalid": (
        QT_TRANSLATE_NOOP("Errors", "Nobody can call at that time"),
        QT_TRANSLATE_NOOP("Errors", "Choose one of the times that are offered."),
    ),
    "case_not_found": (
        QT_TRANSLATE_NOOP("Errors", "That case is not there"),
        QT_TRANSLATE_NOOP("Errors", "Check the number, or ask under Help."),
    ),
    "case_stage": (
        QT_TRANSLATE_NOOP("Errors", "The case has moved on meanwhile"),
        QT_TRANSLATE_NOOP("Errors", "Look at it again, then decide."),
    ),
    "survey_closed": (
        QT_TRANSLATE_NOOP("Errors", "This survey is closed"),
        QT_TRANSLATE_NOOP("Errors", "Write under Help if you want to say more."),
    ),
    "feedback_not_found": (
        QT_TRANSLATE_NOOP("Errors", "There is nothing under that number"),
        QT_TRANSLATE_NOOP("Errors", "Check the number."),
    ),
    "staff_credentials_wrong": (
        QT_TRANSLATE_NOOP("Errors", "Name, passphrase or code is wrong"),
        QT_TRANSLATE_NOOP("Errors", "Check all three. A code works once."),
    ),
    "staff_name_taken": (
        QT_TRANSLATE_NOOP("Errors", "This staff name is in use"),
        QT_TRANSLATE_NOOP("Errors", "Choose another name."),
    ),
    "not_owner": (
        QT_TRANSLATE_NOOP("Errors", "A colleague has this conversation now"),
        QT_TRANSLATE_NOOP("Errors", "Look at it again, or ask them."),
    ),
    "already_claimed": (
        QT_TRANSLATE_NOOP("Errors", "A colleague was faster"),
        QT_TRANSLATE_NOOP("Errors", "Take the next one."),
    ),
    "capacity_full": (
        QT_TRANSLATE_NOOP("Errors", "You have as many open conversations as allowed"),
        QT_TRANSLATE_NOOP("Errors", "Close or hand over one first."),
    ),
    "agent_away": (
        QT_TRANSLATE_NOOP("Errors", "This colleague takes no conversations now"),
        QT_TRANSLATE_NOOP("Errors", "Choose another, or the queue."),
    ),
    "grant_missing": (
        QT_TRANSLATE_NOOP("Errors", "The person has not allowed this"),
        QT_TRANSLATE_NOOP("Errors", "Ask for access, with a reason."),
    ),
    "second_person_needed": (
        QT_TRANSLATE_NOOP("Errors", "This needs a second person"),
        QT_TRANSLATE_NOOP("Errors", "Ask a colleague with the right role to confirm."),
    ),
    "knowledge_invalid": (
        QT_TRANSLATE_NOOP("Errors", "The entry can't be published like this"),
        QT_TRANSLATE_NOOP("Errors", "Correct what is marked."),
    ),
}
"""Code → (what happened, what to do), in English; the catalogue has the Chinese."""
