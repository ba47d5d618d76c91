"""Writes the style sheet and the palette from the tokens.

Widgets say what they are through dynamic properties (``role`` for words, ``kind`` for controls);
this module says what that looks like.
"""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

from app.desktop.theme.tokens import Colours, Radius, Size, Space, Type


def palette(c: Colours) -> QPalette:
    """The Qt palette that belongs to a set of colours, for everything a style sheet misses."""
    made = QPalette()
    role = QPalette.ColorRole
    for which, value in (
        (role.Window, c.ground),
        (role.WindowText, c.text),
        (role.Base, c.surface),
        (role.AlternateBase, c.sunken),
        (role.Text, c.text),
        (role.Button, c.surface),
        (role.ButtonText, c.text),
        (role.BrightText, c.danger),
        (role.Highlight, c.bean),
        (role.HighlightedText, c.on_bean),
        (role.ToolTipBase, c.raised),
        (role.ToolTipText, c.text),
        (role.PlaceholderText, c.muted),
        (role.Link, c.bean),
        (role.LinkVisited, c.bean),
        (role.Accent, c.bean),
        (role.Light, c.surface),
        (role.Midlight, c.sunken),
        (role.Mid, c.line),
        (role.Dark, c.control),
        (role.Shadow, c.shadow),
    ):
        made.setColor(which, QColor(value))
    disabled = QPalette.ColorGroup.Disabled
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(disabled, which, QColor(c.muted))
    return made


def style_sheet(c: Colours) -> str:
    """The whole style sheet for one set of colours."""
    return "\n".join((_words(c), _buttons(c), _fields(c), _surfaces(c), _lists(c), _chrome(c)))


def _words(c: Colours) -> str:
    return f"""
QWidget {{ color: {c.text}; font-size: {Type.BODY}px; }}
QToolTip {{ background: {c.raised}; color: {c.text}; border: 1px solid {c.line};
  border-radius: {Radius.SMALL}px; padding: {Space.XS}px {Space.S}px; font-size: {Type.SMALL}px; }}
QLabel {{ background: transparent; }}
QLabel[role="caption"] {{ font-size: {Type.CAPTION}px; color: {c.muted}; }}
QLabel[role="step"] {{ font-size: {Type.CAPTION}px; font-weight: 600; }}
QLabel[role="small"] {{ font-size: {Type.SMALL}px; }}
QLabel[role="muted"] {{ font-size: {Type.SMALL}px; color: {c.muted}; }}
QLabel[role="body-muted"] {{ color: {c.muted}; }}
QLabel[role="strong"] {{ font-weight: 600; }}
QLabel[role="lead"] {{ font-size: {Type.LEAD}px; font-weight: 600; }}
QLabel[role="title"] {{ font-size: {Type.TITLE}px; font-weight: 600; }}
QLabel[role="figure"] {{ font-size: {Type.FIGURE}px; font-weight: 600; }}
QLabel[tone="bean"] {{ color: {c.bean}; }}
QLabel[tone="wash"] {{ color: {c.on_wash}; }}
QLabel[tone="gold"] {{ color: {c.gold_text}; }}
QLabel[tone="danger"] {{ color: {c.danger}; }}
QLabel[tone="warning"] {{ color: {c.warning}; }}
QLabel[tone="info"] {{ color: {c.info}; }}
QLabel[tone="muted"] {{ color: {c.muted}; }}
"""


def _buttons(c: Colours) -> str:
    ring = Size.FOCUS
    inner = Space.L - ring
    return f"""
QPushButton {{ min-height: {Size.CONTROL - 2 * ring}px; padding: 0 {inner}px;
  border: {ring}px solid transparent; border-radius: {Radius.CONTROL}px; font-weight: 600;
  background: {c.sunken}; color: {c.text}; }}
QPushButton[large="true"] {{ min-height: {Size.CONTROL_LARGE - 2 * ring}px; }}
QPushButton[kind="primary"] {{ background: {c.bean}; color: {c.on_bean};
  border-color: {c.bean}; }}
QPushButton[kind="primary"]:hover {{ background: {c.bean_hover};
  border-color: {c.bean_hover}; }}
QPushButton[kind="primary"]:pressed {{ background: {c.bean_pressed};
  border-color: {c.bean_pressed}; }}
QPushButton[kind="primary"]:focus {{ border-color: {c.text}; }}
QPushButton[kind="secondary"] {{ background: {c.surface}; border: 1px solid {c.control};
  padding: 0 {inner + 1}px; min-height: {Size.CONTROL - 2}px; }}
QPushButton[kind="secondary"]:hover {{ background: {c.wash}; border-color: {c.bean}; }}
QPushButton[kind="secondary"]:pressed {{ background: {c.sunken}; }}
QPushButton[kind="secondary"]:focus {{ border: {ring}px solid {c.bean}; padding: 0 {inner}px;
  min-height: {Size.CONTROL - 2 * ring}px; }}
QPushButton[kind="secondary"][large="true"] {{ min-height: {Size.CONTROL_LARGE - 2}px; }}
QPushButton[kind="secondary"][large="true"]:focus {{
  min-height: {Size.CONTROL_LARGE - 2 * ring}px; }}
QPushButton[kind="quiet"] {{ background: transparent; color: {c.bean};
  padding: 0 {Space.M - ring}px; }}
QPushButton[kind="quiet"]:hover {{ background: {c.wash}; color: {c.on_wash}; }}
QPushButton[kind="quiet"]:pressed {{ background: {c.sunken}; }}
QPushButton[kind="quiet"]:focus {{ border-color: {c.bean}; }}
QPushButton[inside="true"] {{ min-height: {Size.TARGET - 2 * ring}px;
  font-size: {Type.SMALL}px; border-radius: {Radius.CONTROL - 3}px; }}
QPushButton[kind="danger"] {{ background: {c.danger}; color: {c.on_danger};
  border-color: {c.danger}; }}
QPushButton[kind="danger"]:focus {{ border-color: {c.text}; }}
QPushButton:disabled, QPushButton[kind]:disabled {{ background: {c.sunken}; color: {c.muted};
  border-color: {c.sunken}; }}
QPushButton[kind="quiet"]:disabled {{ background: transparent; border-color: transparent; }}
QToolButton {{ border: {ring}px solid transparent; border-radius: {Radius.CONTROL}px;
  background: transparent; min-width: {Size.TARGET - 2 * ring}px;
  min-height: {Size.TARGET - 2 * ring}px; padding: 0; }}
QToolButton:hover {{ background: {c.sunken}; }}
QToolButton:pressed, QToolButton:checked {{ background: {c.wash}; }}
QToolButton:focus {{ border-color: {c.bean}; }}
QToolButton[kind="segment"] {{ padding: 0 {Space.M}px; color: {c.muted}; font-weight: 600;
  font-size: {Type.SMALL}px; border-radius: {Radius.CONTROL - 3}px; }}
QToolButton[kind="segment"]:hover {{ color: {c.text}; background: transparent; }}
QToolButton[kind="segment"]:checked {{ background: {c.chosen}; color: {c.text};
  border: 1px solid {c.line}; padding: 0 {Space.M + ring - 1}px; }}
QToolButton[kind="segment"]:focus {{ border: {ring}px solid {c.bean}; }}
QToolButton[kind="rail"] {{ color: {c.muted}; font-size: {Type.SMALL}px; font-weight: 500;
  min-height: 60px; border-radius: {Radius.CARD}px; padding: {Space.XS}px 0; }}
QToolButton[kind="rail"]:hover {{ color: {c.text}; background: {c.sunken}; }}
QToolButton[kind="rail"]:checked {{ color: {c.on_wash}; background: {c.wash}; font-weight: 600; }}
QToolButton[kind="rail"]:focus {{ border-color: {c.bean}; }}
QToolButton[kind="choice"] {{ background: {c.surface}; border: 1px solid {c.control};
  font-size: {Type.SMALL}px; padding: 0 {Space.S}px; }}
QToolButton[kind="choice"]:hover {{ background: {c.sunken}; }}
QToolButton[kind="choice"]:checked {{ background: {c.wash}; color: {c.on_wash};
  border: {ring}px solid {c.bean}; font-weight: 600; }}
QToolButton[kind="choice"]:focus {{ border: {ring}px solid {c.bean}; }}
QToolButton[kind="pad"] {{ background: {c.surface}; border: 1px solid {c.line};
  font-size: {Type.TITLE}px; font-weight: 600; }}
QToolButton[kind="pad"]:hover {{ background: {c.wash}; border-color: {c.bean}; }}
QToolButton[kind="pad"]:pressed {{ background: {c.sunken}; }}
QPushButton[kind="chip"] {{ min-height: {Size.TARGET - 2}px; padding: 0 {Space.M - 1}px;
  border: 1px solid {c.line}; border-radius: {Size.TARGET // 2}px; background: {c.surface};
  color: {c.muted}; font-size: {Type.SMALL}px; font-weight: 500; text-align: left; }}
QPushButton[kind="chip"]:hover {{ border-color: {c.control}; color: {c.text}; }}
QPushButton[kind="chip"]:focus {{ border: {ring}px solid {c.bean}; padding: 0 {Space.M - ring}px;
  min-height: {Size.TARGET - 2 * ring}px; }}
QPushButton[kind="chip"][chosen="true"] {{ background: {c.wash}; color: {c.on_wash};
  border-color: {c.bean}; font-weight: 600; }}
QPushButton[kind="chip"]::menu-indicator {{ image: none; width: 0; }}
QToolButton[kind="search"] {{ background: {c.surface}; border: 1px solid {c.line};
  color: {c.muted}; font-size: {Type.SMALL}px; padding: 0 {Space.M}px; }}
QToolButton[kind="search"]:hover {{ border-color: {c.control}; color: {c.text}; }}
QToolButton[kind="search"]:focus {{ border: {ring}px solid {c.bean}; }}
QCheckBox {{ spacing: {Space.S}px; min-height: {Size.TARGET}px; background: transparent; }}
QCheckBox::indicator {{ width: 18px; height: 18px; border-radius: {Radius.SMALL}px;
  border: 1px solid {c.control}; background: {c.surface}; }}
QCheckBox:focus::indicator {{ border: {ring}px solid {c.bean}; width: 16px; height: 16px; }}
"""


def _fields(c: Colours) -> str:
    ring = Size.FOCUS
    height = Size.CONTROL + 4
    return f"""
QLineEdit {{ min-height: {height - 2}px; padding: 0 {Space.M}px; border: 1px solid {c.control};
  border-radius: {Radius.CONTROL}px; background: {c.surface}; color: {c.text};
  selection-background-color: {c.bean}; selection-color: {c.on_bean}; }}
QLineEdit:hover {{ border-color: {c.muted}; }}
QLineEdit:focus {{ border: {ring}px solid {c.bean}; padding: 0 {Space.M - 1}px;
  min-height: {height - 2 * ring}px; }}
QLineEdit[wrong="true"] {{ border: {ring}px solid {c.danger}; padding: 0 {Space.M - 1}px;
  min-height: {height - 2 * ring}px; }}
QLineEdit:disabled, QLineEdit:read-only {{ background: {c.sunken}; color: {c.muted}; }}
QLineEdit[kind="amount"] {{ font-size: {Type.FIGURE}px; font-weight: 600; min-height: 62px;
  background: transparent; border: none; padding: 0; border-radius: 0; }}
QLineEdit[kind="amount"]:focus {{ border: none; padding: 0; min-height: 62px; }}
QPlainTextEdit, QTextEdit {{ background: {c.surface}; border: 1px solid {c.control};
  border-radius: {Radius.CONTROL}px; padding: {Space.S}px;
  selection-background-color: {c.bean}; selection-color: {c.on_bean}; }}
QPlainTextEdit:focus {{ border: {ring}px solid {c.bean}; padding: {Space.S - 1}px; }}
QPlainTextEdit[kind="writing"] {{ padding: {Space.XS}px {Space.S}px; }}
QPlainTextEdit[kind="writing"]:focus {{ padding: {Space.XS - 1}px {Space.S - 1}px; }}
QComboBox {{ min-height: {Size.CONTROL - 2}px; padding: 0 {Space.M}px; background: {c.surface};
  border: 1px solid {c.control}; border-radius: {Radius.CONTROL}px; }}
QComboBox:focus {{ border: {ring}px solid {c.bean}; }}
"""


def _surfaces(c: Colours) -> str:
    return f"""
QFrame[kind="card"] {{ background: {c.surface}; border: 1px solid {c.line};
  border-radius: {Radius.CARD}px; }}
QFrame[kind="wash"] {{ background: {c.wash}; border: none; border-radius: {Radius.CARD}px; }}
QFrame[kind="gold"] {{ background: {c.gold_wash}; border: none;
  border-radius: {Radius.CARD}px; }}
QFrame[kind="card"][pressable="true"]:hover {{ background: {c.sunken}; }}
QFrame[kind="card"][pressable="true"]:focus {{ border: {Size.FOCUS}px solid {c.bean}; }}
QFrame[kind="sunken"] {{ background: {c.sunken}; border: none;
  border-radius: {Radius.CONTROL}px; }}
QFrame[kind="banner"] {{ border: none; border-radius: {Radius.CONTROL}px; }}
QFrame[kind="banner"][tone="info"] {{ background: {c.info_wash}; }}
QFrame[kind="banner"][tone="good"] {{ background: {c.wash}; }}
QFrame[kind="banner"][tone="warning"] {{ background: {c.warning_wash}; }}
QFrame[kind="banner"][tone="danger"] {{ background: {c.danger_wash}; }}
QFrame[kind="line"] {{ background: {c.line}; border: none; }}
"""


def _lists(c: Colours) -> str:
    return f"""
QScrollArea, QScrollArea > QWidget > QWidget[kind="page"] {{ background: transparent;
  border: none; }}
QListView {{ background: transparent; border: none; outline: none; }}
QListView:focus {{ outline: none; }}
QTableView {{ background: transparent; border: none; outline: none;
  selection-background-color: transparent; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 2px; }}
QScrollBar::handle:vertical {{ background: {c.line}; border-radius: 4px; min-height: 40px; }}
QScrollBar::handle:vertical:hover {{ background: {c.control}; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 2px; }}
QScrollBar::handle:horizontal {{ background: {c.line}; border-radius: 4px; min-width: 40px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QMenu {{ background: {c.raised}; border: 1px solid {c.line}; padding: {Space.XS}px;
  border-radius: {Radius.CONTROL}px; }}
QMenu::item {{ padding: {Space.S}px {Space.L}px; border-radius: {Radius.SMALL}px; }}
QMenu::item:selected {{ background: {c.wash}; color: {c.on_wash}; }}
"""


def _chrome(c: Colours) -> str:
    return f"""
QMainWindow, QDialog, QWidget[kind="ground"] {{ background: {c.ground}; }}
QWidget[kind="side"] {{ background: {c.surface}; border: none;
  border-right: 1px solid {c.line}; }}
QWidget[kind="panel"] {{ background: {c.surface}; border: none; }}
QWidget[kind="top-bar"] {{ background: {c.ground}; border: none; }}
"""
