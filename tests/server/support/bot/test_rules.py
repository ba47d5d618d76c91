"""Hard rules, word for word in both languages, and what must not fall under them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.server.support.bot import flows, rules
from app.server.support.bot.flows import Answer, Hand, Offer, Say, Suggest
from app.server.support.bot.library import Candidate, Guess

SAID = {
    "human": [
        "转人工",
        "我要找真人",
        "人工客服",
        "人工人工人工！",
        "别让机器人跟我说",
        "帮我接人工",
        "有没有真人",
        "talk to a human",
        "I want a real person",
        "connect me to an agent please",
        "agent",
        "put me through to a representative",
        "I want to speak with customer service",
    ],
    "stolen": [
        "我的账户被盗了",
        "钱包被人黑了",
        "手机丢了",
        "有人登录了我的账户",
        "被盗刷",
        "my account was hacked",
        "someone stole my phone",
        "I lost my phone",
        "hacked",
    ],
    "freeze": [
        "冻结",
        "冻结我的账户",
        "马上冻结！",
        "把我的钱包冻住",
        "帮我把账户冻结",
        "我要挂失",
        "freeze my account",
        "Freeze it now!",
        "please freeze",
        "block my wallet",
        "stop all payments",
    ],
    "dispute": [
        "我要发起争议",
        "申请交易争议",
        "投诉这家商户",
        "open a dispute",
        "I want to dispute this payment",
        "file a chargeback",
    ],
    "unlock": ["帮我解锁", "解锁", "unlock me", "please unlock my account"],
    "resend": ["重发验证码", "验证码再发一次", "resend the code", "send me another code"],
    "find_payment": [
        "查一下我昨天的付款",
        "我的钱呢？",
        "我的钱去哪了",
        "帮我找找今天那笔23.5元的交易",
        "where is my money?",
        "find my payment",
        "my payment of yesterday",
    ],
    "self_harm": ["我不想活了", "活着没意思", "I want to kill myself", "i want to die"],
    "abuse": ["你们这些傻逼", "垃圾软件", "fuck you", "this is shit"],
    "greeting": ["你好", "在吗？", "Hello", "hi there!", "您好，请问在吗"],
    "thanks": ["谢谢", "好的，谢谢您", "Thanks!", "thank you so much"],
}

NOT = [
    "人工客服几点上班",
    "人工服务时间",
    "what time are agents available",
    "how do I unfreeze my account",
    "为什么我的账户被冻结",
    "怎么解冻账户",
    "争议要多久",
    "争议需要提供什么证据",
    "how long does a dispute take",
    "为什么客服需要我授权",
    "why do I have to give the agent access",
    "I want to speak to your supervisor",
    "支付失败怎么办",
    "提现多久到账",
    "K豆怎么用",
    "how do I add a bank card",
    "你好，我的付款失败了怎么办",
    "谢谢，那退款多久到账",
    "payment methods",
]


@pytest.mark.parametrize(("name", "text"), [(n, text) for n, said in SAID.items() for text in said])
def test_it_is_heard(name: str, text: str):
    rule = rules.rule_of(text)
    assert rule is not None
    assert rule.name == name
    assert rules.rule_of(f"  {text.upper()}  ") == rule


@pytest.mark.parametrize("text", NOT)
def test_a_question_about_the_matter_is_no_order(text: str):
    assert rules.rule_of(text) is None


@given(st.text(max_size=200))
def test_any_text_is_read(text: str):
    rules.rule_of(text)
    assert rules.language_of(text, "zh") in {"zh", "en"}


@given(st.sampled_from(["，急", "!!!", "。。。", "  ", "?"]), st.sampled_from(SAID["stolen"]))
def test_marks_behind_an_alarm_change_nothing(mark: str, text: str):
    rule = rules.rule_of(text + mark)
    assert rule is not None
    assert rule.name == "stolen"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("如何绑卡", "zh"),
        ("how do I pay", "en"),
        ("OK", "zh"),
        ("我的PIN忘了", "zh"),
        ("1234", "zh"),
    ],
)
def test_the_language_of_a_question(text: str, language: str):
    assert rules.language_of(text, "zh") == language


# --- what follows


def guess(band: flows.Outcome | str, topic: str = "hours") -> Guess:
    others = tuple(Candidate(name, 0.1) for name in ("human", "escalate", "callback"))
    return Guess(band, 0.5, (Candidate(topic, 0.6), *others))  # type: ignore[arg-type]


def test_sure_it_answers_unsure_it_suggests_three():
    assert flows.for_question(None, guess("answer"), rephrased=False).steps == (Answer("hours"),)
    plan = flows.for_question(None, guess("suggest"), rephrased=True)
    assert plan.steps == (Suggest(("hours", "human", "escalate")),)


def test_it_asks_for_other_words_once_and_then_gives_up():
    first = flows.for_question(None, guess("rephrase"), rephrased=False)
    assert (first.outcome, first.steps) == ("rephrase", (Say("rephrase"),))
    second = flows.for_question(None, guess("rephrase"), rephrased=True)
    assert second.outcome == "human"
    assert isinstance(second.steps[-1], Hand)
    none = flows.for_choice("none_of_these", known=False, rephrased=False)
    assert none.outcome == "rephrase"
    assert flows.for_choice("none_of_these", known=False, rephrased=True).outcome == "human"


@pytest.mark.parametrize("text", SAID["stolen"] + SAID["freeze"])
def test_an_alarm_always_offers_the_freeze_whatever_retrieval_says(text: str):
    for band in ("answer", "suggest", "rephrase"):
        plan = flows.for_question(rules.rule_of(text), guess(band), rephrased=True)
        assert Offer("freeze") in plan.steps


def test_a_wish_that_is_found_is_granted_like_one_that_is_heard():
    plan = flows.for_question(None, guess("answer", "human"), rephrased=False)
    assert plan.steps == (Hand("asked"),)
    plan = flows.for_question(None, guess("answer", "acct_freeze"), rephrased=False)
    assert Offer("freeze") in plan.steps
    assert flows.for_choice("human", known=True, rephrased=False).steps == (Hand("asked"),)


def test_buttons():
    assert flows.for_act("human", "pay_fail").steps == (Hand("asked", "pay_fail"),)
    assert flows.for_act("open_case", "").steps == (Say("open_case"), Offer("open_case"))
    assert flows.for_act("dance", "").steps == (Say("no_such_action"),)


def test_after_a_wrong_answer_the_next_likely_ones_follow():
    assert flows.after_wrong(("a", "b", "c"), "a") == Suggest(("b", "c"), "wrong")
    assert flows.after_wrong(("a",), "a") == Say("wrong_alone")
