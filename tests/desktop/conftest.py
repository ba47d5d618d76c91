"""A sample wallet on a real vault, the stage that pictures are taken on, and calm windows."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.desktop import dialogs
from app.desktop.language import Language
from app.desktop.operations import operations, shutdown
from app.desktop.sample import PASSPHRASE, SampleSession, make_sample, sample_session
from app.desktop.shots_stage import Stage
from app.desktop.theme import Theme
from app.wallet.vault.vault import Passphrase


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile with some months in it; copy it before opening it."""
    folder = tmp_path_factory.mktemp("sample") / "profile"
    make_sample(folder)
    return folder


@pytest.fixture
def profile(sample_folder: Path, tmp_path: Path) -> Path:
    """A copy of the sample for one test."""
    return Path(shutil.copytree(sample_folder, tmp_path / "profile"))


@pytest.fixture(autouse=True, scope="module")
def collected_here() -> Iterator[None]:
    """Cyclic garbage ends on this thread, as in the application (app/desktop/collector.py).

    What was there before is left aside: after thousands of tests it is most of what there is.
    """
    gc.disable()
    gc.freeze()
    yield
    gc.collect()
    gc.unfreeze()
    gc.enable()


@contextmanager
def _calmed(qapp: QApplication) -> Iterator[QApplication]:
    qapp.setEffectEnabled(Qt.UIEffect.UI_General, False)
    theme, language = Theme(qapp, "light"), Language(qapp, "en")
    yield qapp
    shutdown()
    dialogs.reset()
    language.choose("en")
    theme.setParent(None)
    qapp.setEffectEnabled(Qt.UIEffect.UI_General, True)


@pytest.fixture
def calm(qapp: QApplication) -> Iterator[QApplication]:
    """A system that asks for less motion; English, light; nothing is left running."""
    with _calmed(qapp):
        yield qapp


@pytest.fixture
def language(calm: QApplication) -> Iterator[Language]:
    """The language of the windows of this test."""
    made = Language(calm, "en")
    yield made
    made.choose("en")


@pytest.fixture
def session(calm: QApplication, profile: Path) -> Iterator[SampleSession]:
    """An unlocked sample wallet."""
    made = sample_session(profile)
    operations().background.submit(made.unlock(Passphrase(PASSPHRASE))).result()
    yield made
    operations().background.submit(made.close()).result()


@pytest.fixture(scope="module")
def one_stage(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One stage for every scene of a module, as where the pictures are taken."""
    with _calmed(qapp):
        made = Stage(tmp_path_factory.mktemp("stage"))
        yield made
        made.close()


@pytest.fixture
def stage(one_stage: Stage) -> Iterator[Stage]:
    """The stage with its two sample wallets, taken down to the boards after each scene."""
    yield one_stage
    one_stage.clear()


@pytest.fixture
def shown(qtbot, calm: QApplication) -> Iterator[Callable[[QWidget], QWidget]]:
    """``shown(widget)``: in a window of 1280 × 800, taken down with everything it waits for."""
    made: list[QWidget] = []

    def show(widget: QWidget, width: int = 1280, height: int = 800) -> QWidget:
        widget.resize(width, height)
        widget.show()
        qtbot.waitExposed(widget)
        made.append(widget)
        return widget

    yield show
    for widget in made:
        widget.close()
        widget.deleteLater()
    calm.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
