"""What the documentation shows is what its script draws."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
from PIL import Image

from tests.browser.browser import SCHEMES
from tests.commands import ROOT
from tests.docs.changed import SAMPLES, SHOWN, type_sample
from tests.docs.doc_pages import doc_pages

DOCS = ROOT / "docs"


def drawn_names() -> set[str]:
    """The pictures that the script of the documentation draws."""
    script = runpy.run_path(str(DOCS / "draw_pictures.py"))
    names = ("CHANGED", "DEBT", "GERMAN", "FLEET", "FINDINGS")
    further = (*map(script.__getitem__, names), *script["TUTORIALS"])
    return set(script["EXAMPLE"]).union(*further)


def shown_names(folder: Path) -> set[str]:
    """The pictures that its pages show."""
    pages = "".join(page.read_text(encoding="utf-8") for page in doc_pages(folder))
    return set(re.findall(r"^ *`{3,}\{picture\} (\S+)$", pages, re.MULTILINE))


def test_every_picture_is_drawn_and_shown_in_each_scheme(tmp_path: Path) -> None:
    files = {path.name for path in Path(DOCS, "_static").glob("*.png")}
    assert files == {f"{name}-{scheme}.png" for name in drawn_names() for scheme in SCHEMES}
    assert shown_names(tmp_path) == drawn_names()


def test_a_picture_is_no_blank() -> None:
    for path in Path(DOCS, "_static").glob("*.png"):
        with Image.open(path) as image:
            assert len(image.convert("RGB").getcolors(1 << 24) or ()) > 8, path.name


@pytest.mark.parametrize("name", SAMPLES)
def test_commands_print_what_the_documentation_shows(name: str, tmp_path: Path) -> None:
    shown = (SHOWN / f"{name}.txt").read_text(encoding="utf-8")
    assert type_sample(name, tmp_path) == shown, "run docs/draw_pictures.py"


def test_every_sample_is_shown(tmp_path: Path) -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in doc_pages(tmp_path))
    shown = set(re.findall(r"_static/([\w-]+)\.txt", pages))
    assert shown == set(SAMPLES) == {path.stem for path in SHOWN.glob("*.txt")}
