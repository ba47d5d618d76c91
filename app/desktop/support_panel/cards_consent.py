"""Consent: proving who you are, letting an agent see something, agreeing to a change."""

from __future__ import annotations

from functools import partial
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout

from app.desktop.support_panel.card_base import RequestCard
from app.desktop.support_panel.helpdesk import Ask, Given, Helpdesk
from app.desktop.support_panel.words import change_words, listed, scope_words, scopes_line
from app.desktop.theme.tokens import Space
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.checks import CheckBox
from app.desktop.widgets.labels import Label, Paragraph, spaced
from app.desktop.widgets.segmented import Segmented
from app.protocol.messages.cards import AccessCard, ProposalCard, Scope, VerificationCard
from app.protocol.spacing import filled
from app.wallet.support.views import Bubble

MINUTES = ("15", "30", "60")
"""How long access may last; the agent's own wish stands first where it is shorter."""


class VerificationView(RequestCard):
    """The agent asks the person to prove who they are."""

    what = "verification"

    def __init__(self, bubble: Bubble, desk: Helpdesk) -> None:
        """Ask for it."""
        card = bubble.card
        assert isinstance(card, VerificationCard)
        super().__init__(bubble, desk, "VerificationCard", "shield-check", card.expires_at)
        self._card = card
        self.yes = Button("", "primary", "VerifyAccept")
        self.no = Button("", "secondary", "VerifyDecline")
        self.yes.clicked.connect(self._accept)
        self.no.clicked.connect(self._decline)
        self.choices.addWidget(self.yes, 1)
        self.choices.addWidget(self.no, 1)
        self.retranslate()

    def retranslate(self) -> None:
        """Who asks, and for what."""
        name = self.bubble.sender.name or self.tr("The service")
        self.say(
            spaced(filled(self.tr("{name} asks you to confirm who you are"), name=name)),
            self._needed()
            + "\n"
            + self.tr(
                "What you type stays in this wallet's own window. Never write it into the chat."
            ),
        )
        self.yes.setText(self.tr("Confirm"))
        self.no.setText(self.tr("Refuse"))
        self.clock.again()
        self.draw_state()

    def _needed(self) -> str:
        factors = set(self._card.factors)
        told = []
        if "code" in factors:
            told.append(self.tr("the code that was sent to you"))
        if "question" in factors:
            told.append(self.tr("the answer to your security question"))
        if "passphrase" in factors or self._card.level >= 2:
            told.append(self.tr("your passphrase"))
        else:
            told.append(self.tr("your passphrase or quick unlock on this device"))
        return self.tr("Needed: {things}.").format(things=listed(told))

    def _accept(self) -> None:
        card, chat = self._card, self.desk.chat
        factors = set(card.factors)

        async def work(given: Given) -> str:
            return await chat.answer_verification(
                card.request_id,
                True,
                given.credential,
                passphrase=given.passphrase,
                code=given.code,
                answer=given.answer,
            )

        ask = Ask(
            self.tr("Confirm that it is you"),
            self.tr("The service only learns that you confirmed, not what you typed.")
            if card.level < 2
            else self.tr(
                "Your passphrase goes to the service over the secured line, not to the agent."
            ),
            self.tr("Confirm"),
            passphrase=card.level >= 2 or "passphrase" in factors,
            code="code" in factors,
            question="question" in factors,
        )
        self.desk.prove(ask, work)

    def _decline(self) -> None:
        chat, request = self.desk.chat, self._card.request_id
        self.desk.run(
            self, partial(chat.answer_verification, request, False), failed=self.show_error
        )


class AccessView(RequestCard):
    """The agent asks to see something of the account."""

    what = "access"

    def __init__(self, bubble: Bubble, desk: Helpdesk) -> None:
        """Ask for it: scopes can be left out, the time can be made shorter."""
        card = bubble.card
        assert isinstance(card, AccessCard)
        super().__init__(bubble, desk, "AccessCard", "eye", card.expires_at)
        self._card = card
        self.boxes: dict[str, CheckBox] = {}
        self._texts: dict[str, Paragraph] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.S)
        grid.setVerticalSpacing(0)
        for row, scope in enumerate(card.scopes):
            box = CheckBox(f"AccessScope_{scope}")
            box.setChecked(True)
            box.toggled.connect(self._count)
            text = Paragraph("", "muted")
            text.setContentsMargins(26, 0, 0, Space.XS)
            grid.addWidget(box, 2 * row, 0)
            grid.addWidget(text, 2 * row + 1, 0)
            self.boxes[scope], self._texts[scope] = box, text
        self.how_long = Label("", "small")
        shorter = str(card.minutes)
        self._minutes = tuple(sorted({shorter, *MINUTES}, key=int)[:4])
        self.minutes = Segmented("AccessMinutes", self._minutes)
        self.minutes.choose(shorter if shorter in self._minutes else "15")
        row_ = QHBoxLayout()
        row_.setSpacing(Space.S)
        row_.addWidget(self.how_long, 1)
        row_.addWidget(self.minutes, 0, Qt.AlignmentFlag.AlignRight)
        self.asked.addLayout(grid)
        self.asked.addLayout(row_)
        self.yes = Button("", "primary", "AccessAllow")
        self.no = Button("", "secondary", "AccessRefuse")
        self.yes.clicked.connect(self._allow)
        self.no.clicked.connect(self._refuse)
        self.choices.addWidget(self.yes, 1)
        self.choices.addWidget(self.no, 1)
        self.retranslate()

    def retranslate(self) -> None:
        """Who wants to see what, why, and for how long."""
        card = self._card
        title = self.tr("{name} asks to see something of your account")
        reason = self.tr("Why: {reason}").format(reason=card.reason) if card.reason else ""
        after = scopes_line(list(card.scopes)) if self.state else ""
        self.say(
            spaced(filled(title, name=card.agent_name)),
            "\n".join(part for part in (reason, after) if part),
        )
        for scope, box in self.boxes.items():
            name, text = scope_words(scope)
            box.set_words(name)
            box.setAccessibleDescription(text)
            self._texts[scope].set_text(text)
        self.how_long.setText(self.tr("For how long"))
        self.minutes.set_words(
            {key: self.tr("{count} min").format(count=key) for key in self._minutes}
        )
        self.yes.setText(self.tr("Allow"))
        self.no.setText(self.tr("Refuse"))
        self.clock.again()
        self.draw_state()

    def _chosen(self) -> tuple[Scope, ...]:
        return tuple(cast("Scope", scope) for scope, box in self.boxes.items() if box.isChecked())

    def _count(self) -> None:
        self.yes.setEnabled(bool(self._chosen()))

    def _allow(self) -> None:
        card, chat = self._card, self.desk.chat
        scopes, minutes = self._chosen(), int(self.minutes.key())

        async def work(given: Given) -> object:
            return await chat.answer_access(
                card.request_id, True, scopes=scopes, minutes=minutes, credential=given.credential
            )

        ask = Ask(
            spaced(
                filled(
                    self.tr("Let {name} see this for {count} minutes"),
                    name=card.agent_name,
                    count=minutes,
                )
            ),
            self.tr("{scopes}. You see every look, and you can end it at any moment.").format(
                scopes=scopes_line(scopes)
            ),
            self.tr("Allow"),
        )
        self.desk.prove(ask, work)

    def _refuse(self) -> None:
        chat, request = self.desk.chat, self._card.request_id
        self.desk.run(self, partial(chat.answer_access, request, False), failed=self.show_error)


class ProposalView(RequestCard):
    """The agent proposes a change; nothing changes before the person agrees."""

    what = "proposal"

    def __init__(self, bubble: Bubble, desk: Helpdesk) -> None:
        """Show what would be different."""
        card = bubble.card
        assert isinstance(card, ProposalCard)
        super().__init__(bubble, desk, "ProposalCard", "pencil-simple", card.expires_at)
        self._card = card
        self.before_name = Label("", "muted")
        self.after_name = Label("", "muted")
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(Space.XS)
        grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self.before_name, 0, 0, top)
        grid.addWidget(Paragraph(card.before or "–", "small"), 0, 1)
        grid.addWidget(self.after_name, 1, 0, top)
        grid.addWidget(Paragraph(card.after or "–", "strong"), 1, 1)
        self.content.addLayout(grid)
        self.yes = Button("", "primary", "ProposalAccept")
        self.no = Button("", "secondary", "ProposalRefuse")
        self.yes.clicked.connect(self._accept)
        self.no.clicked.connect(self._refuse)
        self.choices.addWidget(self.yes, 1)
        self.choices.addWidget(self.no, 1)
        self.retranslate()

    def retranslate(self) -> None:
        """What would change, from what to what."""
        card = self._card
        name = self.bubble.sender.name
        who = filled(self.tr("{name} proposes this change."), name=name) if name else ""
        told = " ".join(part for part in (who, card.reason) if part)
        self.say(change_words(card.change), told)
        self.before_name.setText(self.tr("Now"))
        self.after_name.setText(self.tr("Then"))
        self.yes.setText(self.tr("Agree"))
        self.no.setText(self.tr("Refuse"))
        self.clock.again()
        self.draw_state()

    def spoken(self) -> str:
        """The change with both values."""
        return f"{self.accessibleName()} {self._card.before} → {self._card.after}"

    def _accept(self) -> None:
        card, chat = self._card, self.desk.chat

        async def work(given: Given) -> str:
            return await chat.answer_proposal(
                card.request_id, True, given.credential, passphrase=given.passphrase
            )

        ask = Ask(
            change_words(card.change),
            self.tr("From {before} to {after}.").format(
                before=card.before or "–", after=card.after or "–"
            ),
            self.tr("Agree"),
            passphrase=card.step_up,
        )
        self.desk.prove(ask, work)

    def _refuse(self) -> None:
        chat, request = self.desk.chat, self._card.request_id
        self.desk.run(self, partial(chat.answer_proposal, request, False), failed=self.show_error)
