from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wallet.vault.errors import MistypedRecoveryCodeError
from app.wallet.vault.recovery_code import ALPHABET, new_recovery_code, parse_recovery_code

CODE = "BR84-DXXE-V130-4V0N-614B-48JJ-GWDH"


def test_a_code_has_seven_groups_and_130_bits():
    code = new_recovery_code()
    assert [len(group) for group in code.split("-")] == [4] * 7
    assert set(code) <= set(ALPHABET) | {"-"}
    assert len(parse_recovery_code(code)) == 17
    assert len({new_recovery_code() for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "typed",
    [
        CODE.lower(),
        CODE.replace("-", " "),
        CODE.replace("-", ""),
        CODE.replace("0", "O"),
        CODE.replace("0", "o").replace("1", "l"),
        CODE.replace("1", "I").replace("V", "u"),
        "  " + CODE.replace("-", " – ") + "\n",
        CODE.translate({ord("B"): "Ｂ", ord("8"): "８", ord("-"): "－"}),
    ],
)
def test_what_people_type_is_read(typed):
    assert parse_recovery_code(typed) == parse_recovery_code(CODE)


@pytest.mark.parametrize("typed", ["", "BR84", CODE + "0", CODE[:-1], CODE.replace("B", "*"), "豆"])
def test_what_can_be_no_code_is_refused(typed):
    with pytest.raises(MistypedRecoveryCodeError):
        parse_recovery_code(typed)


@given(st.integers(0, 27), st.sampled_from(ALPHABET))
def test_every_single_wrong_symbol_is_noticed(at, symbol):
    plain = CODE.replace("-", "")
    if plain[at] == symbol:
        return
    with pytest.raises(MistypedRecoveryCodeError):
        parse_recovery_code(plain[:at] + symbol + plain[at + 1 :])


@given(st.integers(0, 26))
def test_every_swap_of_neighbours_is_noticed(at):
    plain = new_recovery_code().replace("-", "")
    swapped = plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :]
    if swapped == plain:
        return
    with pytest.raises(MistypedRecoveryCodeError):
        parse_recovery_code(swapped)


def test_codes_are_drawn_from_the_whole_range(monkeypatch):
    monkeypatch.setattr(secrets, "randbits", lambda bits: (1 << bits) - 1)
    assert parse_recovery_code(new_recovery_code()) == bytearray(
        ((1 << 130) - 1).to_bytes(17, "big")
    )
