"""The language of the window: loaded from the catalogues, changed while everything is open."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTranslator
from PySide6.QtWidgets import QApplication

LanguageChoice = Literal["zh-CN", "en"]
LANGUAGES: tuple[LanguageChoice, ...] = ("zh-CN", "en")
_QT_NAMES = {"zh-CN": "zh_CN", "en": "en"}


def of_system() -> LanguageChoice:
    """The language of the machine: Chinese where it speaks Chinese, English everywhere else."""
    chinese = QLocale.system().language() == QLocale.Language.Chinese
    return "zh-CN" if chinese else "en"


def catalogue_folder() -> Path:
    """Where the compiled catalogues lie: the repository's ``i18n`` first, then the package's."""
    package = Path(__file__).resolve().parent.parent
    beside = package.parent / "i18n"
    return beside if beside.is_dir() else package / "_data" / "i18n"


class Language(QObject):
    """Installs the catalogues of one language into an application.

    Every widget gets ``LanguageChange`` from Qt when the choice changes, and says its words anew.
    """

    def __init__(self, app: QApplication, choice: str | None = None) -> None:
        """Load a language at once; None or an unknown one is the system's."""
        super().__init__(app)
        self._app = app
        self._translators: list[QTranslator] = []
        wanted = choice if choice in LANGUAGES else of_system()
        self._choice: LanguageChoice = wanted
        self._load(wanted)

    @property
    def choice(self) -> LanguageChoice:
        """The language in force."""
        return self._choice

    def choose(self, choice: LanguageChoice) -> None:
        """Speak another language from now on."""
        if choice == self._choice:
            return
        self._choice = choice
        self._load(choice)

    def _load(self, choice: LanguageChoice) -> None:
        for translator in self._translators:
            self._app.removeTranslator(translator)
        self._translators.clear()
        # Before the translators: widgets format dates and amounts while they say their words.
        QLocale.setDefault(locale_of(choice))
        name = _QT_NAMES[choice]
        qt_words = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        for file, folder in (
            (f"qtbase_{name}", qt_words),
            (f"kbean_{name}", str(catalogue_folder())),
        ):
            translator = QTranslator(self)
            if translator.load(file, folder):
                self._app.installTranslator(translator)
                self._translators.append(translator)


def locale_of(choice: LanguageChoice) -> QLocale:
    """The locale for dates and figures."""
    if choice == "zh-CN":
        return QLocale(QLocale.Language.Chinese, QLocale.Country.China)
    return QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom)
