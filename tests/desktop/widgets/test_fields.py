"""Fields: label, hint, error, hidden letters, amounts in either language."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from app.desktop.widgets.amounts import AmountField, AmountLabel, amount_text, count_text
from app.desktop.widgets.fields import Field, PassphraseField, StrengthMeter


def test_an_error_takes_the_hint_s_place_and_goes_with_the_next_key(shown):
    field = shown(Field("Name"), 400, 120)
    field.set_words("Your name", "Merchants see it.", "Ann")
    assert field.edit.accessibleName() == "Your name"
    assert field.below.plain_text() == "Merchants see it."
    field.show_error("Enter your name.")
    assert field.below.plain_text() == "Enter your name."
    assert field.edit.accessibleDescription() == "Enter your name."
    assert field.edit.property("wrong") is True
    QTest.keyClicks(field.edit, "A")
    assert field.error == ""
    assert field.below.plain_text() == "Merchants see it."
    assert field.edit.property("wrong") is False


def test_enter_submits(shown, qtbot):
    field = shown(Field("Name"), 400, 120)
    with qtbot.waitSignal(field.submitted):
        QTest.keyClick(field.edit, Qt.Key.Key_Return)


def test_a_passphrase_is_hidden_until_asked_for(shown, qtbot):
    field = shown(PassphraseField("Secret"), 400, 120)
    QTest.keyClicks(field.edit, "four calm beans")
    assert field.edit.displayText() != "four calm beans"
    assert field.reveal.accessibleName() == "Show the passphrase"
    qtbot.mouseClick(field.reveal, Qt.MouseButton.LeftButton)
    assert field.edit.displayText() == "four calm beans"
    assert field.reveal.text() == "Hide"
    assert field.take() == "four calm beans"
    assert field.text() == ""
    assert field.edit.echoMode() == QLineEdit.EchoMode.Password
    field.edit.undo()
    assert field.text() == ""


def test_strength_is_said_in_words_too(shown):
    meter = shown(StrengthMeter(), 300, 60)
    meter.show_strength(1, "Very easy to guess.")
    weak = meter.grab().toImage()
    meter.show_strength(4, "Very good.", enough=True)
    assert meter.grab().toImage() != weak


@pytest.mark.parametrize(
    ("typed", "minor"),
    [("12.5", 1250), ("¥1,234.50", 123450), ("１２．５０", 1250), ("12块5", 1250), (".5", 50)],
)
def test_amounts_are_understood_as_they_are_typed(shown, typed, minor):
    field = shown(AmountField("Amount", "CNY"), 400, 120)
    heard: list[int | None] = []
    field.changed.connect(heard.append)
    field.edit.setText(typed)
    assert field.minor() == minor
    assert heard[-1] == minor
    assert field.below.plain_text() == ""


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("1.234", "two ways"),
        ("0.345", "too many digits"),
        ("-5", "no minus"),
        ("0", "above zero"),
        ("$5", "another currency"),
        ("abc", "in digits"),
    ],
)
def test_what_is_no_amount_is_said_why(shown, typed, words):
    field = shown(AmountField("Amount", "CNY"), 400, 120)
    heard: list[int | None] = []
    field.changed.connect(heard.append)
    QTest.keyClicks(field.edit, typed)
    assert words in field.below.plain_text()
    assert heard[-1] is None


def test_an_empty_amount_is_no_mistake(shown):
    field = shown(AmountField("Amount", "CNY"), 400, 120)
    field.edit.setText("5")
    field.edit.setText("")
    assert field.below.plain_text() == ""
    assert field.minor() is None


@pytest.mark.parametrize(
    ("minor", "signed", "words"),
    [
        (123450, False, "¥1,234.50"),
        (-2644, True, "−¥26.44"),
        (500, True, "+¥5.00"),
        (0, True, "¥0.00"),
    ],
)
def test_signs_are_explicit(minor, signed, words):
    assert amount_text(minor, "CNY", signed=signed) == words
    assert count_text(-1234, signed=True) == "−1,234"


def test_a_big_amount_shrinks_and_is_never_cut(shown):
    label = AmountLabel("Big")
    label.show_amount(10**15, "CNY")
    shown(label, 220, 60)
    assert label.accessibleName() == "¥10,000,000,000,000.00"
    image = label.grab().toImage()
    paper = image.pixelColor(0, 0)
    edge = [image.pixelColor(image.width() - 1, y) for y in range(image.height())]
    assert all(colour == paper for colour in edge), "ink at the very edge: cut"


def test_a_hidden_balance_says_nothing_of_its_size(shown):
    label = AmountLabel("Balance")
    label.show_amount(123, "CNY")
    label.show_hidden("The balance is hidden")
    small = label.text()
    label.show_amount(10**12, "CNY")
    label.show_hidden("The balance is hidden")
    assert label.text() == small
    assert label.accessibleName() == "The balance is hidden"
