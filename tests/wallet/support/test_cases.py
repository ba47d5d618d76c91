"""Cases and feedback in the vault: what is kept, what is news, what goes out in which turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec
import pytest

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.cases import (
    Case,
    CaseDetail,
    CaseEvent,
    CaseList,
    CaseNote,
    Feedback,
    OpenCase,
    Questionnaire,
    QuestionnaireAnswers,
    QuestionnaireList,
    Stage,
)
from app.wallet.support import case_work
from app.wallet.vault.keyslots import Argon2Params
from app.wallet.vault.stores.papers import Errand, ErrandKind
from app.wallet.vault.vault import Setup, Vault, create_vault

NOW = 1_795_000_000_000
DAY = 86_400_000


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    setup = Setup(argon2=Argon2Params(memory_kib=64, passes=1, lanes=1))
    made, _ = create_vault(tmp_path / "vault", "correct horse 电池 staple", setup)
    yield made
    made.lock()


def case(number: int = 1, *, at: int = NOW, stage: Stage = "working") -> Case:
    name, quoted = f"case-{number}", f"KS-20261123-{number:04d}"
    return Case(name, quoted, "付了两次", "payment", 2, stage, 1, 1, NOW, at)


def line(seq: int, actor: Literal["person", "agent"], at: int, body: str = "好") -> CaseEvent:
    return CaseEvent(seq, at, "note", actor, "", body)


def errand(vault: Vault, kind: ErrandKind, subject: str = "", body: object = None) -> str:
    raw = b"" if body is None else msgspec.json.encode(body)
    made = Errand(new_id(), kind, subject, raw, NOW)
    vault.errands.add(made)
    return made.key


def unread(vault: Vault) -> list[str]:
    return [view.case.id for view in case_work.shelf(vault).cases if view.unread]


def test_a_change_inside_the_house_is_no_news(vault: Vault):
    case_work.met(vault)
    told = [line(1, "person", NOW), line(2, "agent", NOW + 1)]
    case_work.keep_fetched(vault, CaseDetail(case(at=NOW + 1), told))
    assert unread(vault) == ["case-1"]
    vault.papers.see("timeline", "case-1")
    assert unread(vault) == []
    # An internal note moves the case and shows nothing.
    case_work.keep_cases(vault, CaseList([case(at=NOW + 5)], more=False))
    assert vault.papers.behind(10) == ["case-1"]
    case_work.keep_fetched(vault, CaseDetail(case(at=NOW + 5), told))
    assert (unread(vault), vault.papers.behind(10)) == ([], [])
    more = [*told, line(3, "agent", NOW + 9)]
    case_work.keep_fetched(vault, CaseDetail(case(at=NOW + 9), more))
    assert unread(vault) == ["case-1"]
    assert case_work.state(vault, NOW).unread_cases == 1


def test_a_new_device_begins_with_a_clean_slate(vault: Vault):
    for number, stage in enumerate(("working", "waiting_person", "resolved", "closed"), start=1):
        detail = CaseDetail(case(number, stage=stage), [line(1, "agent", NOW)])  # type: ignore[arg-type]
        case_work.keep_fetched(vault, detail)
    assert sorted(unread(vault)) == ["case-2", "case-3"]


def test_what_came_late_never_replaces_what_is_newer(vault: Vault):
    case_work.keep_cases(vault, CaseList([case(at=NOW + 9, stage="resolved")], more=False))
    case_work.keep_cases(vault, CaseList([case(at=NOW)], more=False))
    (view,) = case_work.shelf(vault).cases
    assert view.case.stage == "resolved"


def test_the_answer_takes_the_errands_place_and_is_no_news(vault: Vault):
    request = OpenCase(title="付了两次", text="买菜")
    key = errand(vault, "open_case", body=request)
    (pending,) = case_work.shelf(vault).pending
    assert (pending.key, pending.request) == (key, request)
    first = vault.errands.first()
    assert first is not None
    detail = CaseDetail(case(), [line(1, "person", NOW), line(2, "agent", NOW)])
    case_work.done(vault, first, detail)
    assert case_work.shelf(vault).pending == ()
    assert unread(vault) == []
    page = case_work.page(vault, "case-1")
    assert page is not None
    assert len(page.events) == 2


def test_turns_are_kept_and_what_hangs_on_a_refused_case_waits_with_it(vault: Vault):
    key = errand(vault, "open_case", body=OpenCase(title="一", text="一"))
    note = errand(vault, "note", key, CaseNote("二"))
    other = errand(vault, "note", "case-9", CaseNote("三"))
    assert [one.key for one in vault.errands.all()] == [key, note, other]
    vault.errands.refuse(key, KBeanError("payment_not_found").problem())
    waiting = vault.errands.first()
    assert waiting is not None
    assert waiting.key == other
    state = case_work.state(vault, NOW)
    assert (state.waiting, state.refused) == (1, 2)
    vault.errands.retry(key)
    waiting = vault.errands.first()
    assert waiting is not None
    assert waiting.key == key
    vault.errands.discard(key)
    assert [one.key for one in vault.errands.all()] == [other]


def feedback(number: int, **more: object) -> Feedback:
    fields: dict[str, object] = {
        "id": f"item-{number}",
        "number": f"KQ-20261123-{number:04d}",
        "kind": "question",
        "title": "会过期吗",
        "text": "K豆",
        "state": "open",
        "created_at": NOW + number,
        "language": "zh",
    }
    return msgspec.convert(fields | more, Feedback)


def test_answers_are_news_and_lists_forget_what_was_taken_down(vault: Vault):
    none = QuestionnaireList([])
    answered = {"state": "answered", "answer": "月底", "answered_at": NOW + DAY}
    # What a new device finds is no news, what comes later is.
    case_work.keep_feedback(vault, [feedback(1, **answered)], [], none)
    assert case_work.state(vault, NOW).unread_feedback == 0
    mine = [feedback(1, **answered), feedback(2, **answered), feedback(3)]
    public = [feedback(number, **answered) for number in (4, 5)]
    case_work.keep_feedback(vault, mine, public, none)
    shelf = case_work.feedback(vault)
    assert [view.feedback.id for view in shelf.items if view.unread] == ["item-2"]
    assert {one.id for one in case_work.community(vault, "")} == {"item-4", "item-5"}
    assert [one.id for one in case_work.community(vault, "0005 过期 月底")] == ["item-5"]
    errand(vault, "helpful", "item-5")
    (found,) = case_work.community(vault, "0005")
    assert (found.helpful, found.found_helpful) == (1, True)
    case_work.keep_feedback(vault, mine, public[:1], none)
    assert [one.id for one in case_work.community(vault, "")] == ["item-4"]


def test_a_survey_waits_until_it_is_answered_or_over(vault: Vault):
    survey = Questionnaire("s1", "KU-1", "调查", "Survey", [], NOW, NOW + DAY)
    case_work.keep_feedback(vault, [], [], QuestionnaireList([survey]))
    assert case_work.state(vault, NOW).open_surveys == 1
    assert case_work.state(vault, NOW + DAY).open_surveys == 0
    errand(vault, "survey", "s1", QuestionnaireAnswers({"overall": "4"}))
    assert case_work.state(vault, NOW).open_surveys == 0
    (shown,) = case_work.surveys(vault)
    assert shown.answered
    first = vault.errands.first()
    assert first is not None
    case_work.done(vault, first, None)
    (shown,) = case_work.surveys(vault)
    assert shown.answered
    assert vault.errands.all() == []
