"""Words for people: extraction, compilation, and what must hold of ``i18n/*.ts``.

Used by ``dev.py i18n``, by the gate and by the tests. CONTRIBUTING.md tells how words are made.
Standard library only.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from xml.etree import ElementTree as ET

CATALOGUES = {"zh_CN": ["-no-obsolete"], "en": ["-no-obsolete", "-pluralonly"]}
"""Language → how lupdate treats it. English is the source: only its plurals are written down."""

FORMS = {"zh_CN": 1, "en": 2}
"""How many plural forms Qt asks for in a language."""

FIELD = re.compile(r"%n|%L?\d|\{[^{}]*\}")
"""What stands in a sentence for a value."""


def catalogue(root: Path, language: str) -> Path:
    """The file of a language."""
    return root / "i18n" / f"kbean_{language}.ts"


def extract(root: Path, python: str, folder: Path | None = None) -> None:
    """Bring the catalogues up to date with the window's sources, in ``i18n/`` or in ``folder``."""
    sources = sorted(str(path.relative_to(root)) for path in (root / "app/desktop").rglob("*.py"))
    for language, words in CATALOGUES.items():
        target = (folder or root / "i18n") / f"kbean_{language}.ts"
        command = [_tool(python, "pyside6-lupdate"), *sources, *words, "-silent"]
        command += ["-locations", "none", "-source-language", "en", "-target-language", language]
        subprocess.run([*command, "-ts", str(target)], cwd=root, check=True)


def compile_all(root: Path, python: str) -> None:
    """Make the ``.qm`` files that the window loads, where they are older than their sources."""
    for language in CATALOGUES:
        source = catalogue(root, language)
        target = source.with_suffix(".qm")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        command = [_tool(python, "pyside6-lrelease"), "-silent", str(source), "-qm", str(target)]
        subprocess.run(command, check=True)


def faults(root: Path) -> list[str]:
    """What is incomplete or does not fit in the catalogues; nothing when all is well."""
    found: list[str] = []
    for language in CATALOGUES:
        path = catalogue(root, language)
        for context in ET.parse(path).getroot().iter("context"):
            name = context.findtext("name", "")
            for message in context.iter("message"):
                found += [f"{path.name}: {name}: {fault}" for fault in _faults(message, language)]
    return found


def _faults(message: ET.Element, language: str) -> list[str]:
    source = message.findtext("source", "")
    translation = message.find("translation")
    quoted = repr(source[:60])
    if translation is None or translation.get("type") is not None:
        return [f"{quoted} is not translated"]
    numerus = message.get("numerus") == "yes"
    forms = [form.text or "" for form in translation.iter("numerusform")] if numerus else None
    texts = forms if forms is not None else [translation.text or ""]
    found = []
    if forms is not None and len(forms) != FORMS[language]:
        found.append(f"{quoted} has {len(forms)} plural forms instead of {FORMS[language]}")
    wanted = sorted(set(FIELD.findall(source)))
    for text in texts:
        fields = sorted(set(FIELD.findall(text)))
        # "one payment" may say its number in words; every other field must be there.
        missing_only_the_count = numerus and set(wanted) - set(fields) == {"%n"} and len(texts) > 1
        if not text.strip():
            found.append(f"{quoted} has an empty translation")
        elif fields != wanted and not missing_only_the_count:
            found.append(f"{quoted} has fields {wanted}, its translation {fields}")
        elif (
            source[:1].isspace() != text[:1].isspace()
            or source[-1:].isspace() != text[-1:].isspace()
        ):
            found.append(f"{quoted} and its translation differ in the space around them")
    return found


def stale(root: Path, python: str) -> list[str]:
    """The catalogues that extraction would change (design/2: extraction leaves no difference)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for language in CATALOGUES:
            shutil.copy(catalogue(root, language), folder)
        extract(root, python, folder)
        return [
            path.name
            for path in sorted(folder.iterdir())
            if path.read_bytes() != (root / "i18n" / path.name).read_bytes()
        ]


def _tool(python: str, name: str) -> str:
    folder = Path(python).parent
    return str(folder / (f"{name}.exe" if Path(python).suffix == ".exe" else name))
