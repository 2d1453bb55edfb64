"""Our components in six themes: contrast, axe, nothing cut, and what readers see first.

All pages in all schemes are a command of its own: python -m tests.browser.matrix
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.browser import DASHBOARD, PAGES, REGISTER, RUNBOOK, THEMES, opened
from tests.browser.matrix import look_at

FIRST_MENTION = {1280: 260, 360: 420}
"""Pixels from the top of a page in furo, by width of the screen."""
BELOW_TITLE = 120
"""Pixels below the end of the title, in every theme."""
FIRST_SENTENCE = 480
"""Pixels from the top of a page on a narrow screen, in furo."""
PLACES = """
() => {
  const header = document.querySelector(".opsdocs-header").parentElement;
  const title = header.parentElement.querySelector("h1").getBoundingClientRect();
  const top = node => node.getBoundingClientRect().top + scrollY;
  return {
    title: title.bottom + scrollY,
    mention: top(document.querySelector(".opsdocs-notice")),
    sentence: top(header.nextElementSibling),
  };
}
"""


@pytest.mark.parametrize("theme", THEMES)
def test_components_are_readable_in_every_theme(
    browser: Browser, example: Callable[[str], Path], theme: str
) -> None:
    pages = PAGES if theme == "furo" else (RUNBOOK, REGISTER, DASHBOARD)
    assert list(look_at(browser, example(theme), theme, pages, (1280, 360))) == []


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("theme", THEMES)
def test_open_deviation_is_mentioned_before_the_first_step(
    browser: Browser, example: Callable[[str], Path], theme: str, width: int
) -> None:
    with opened(browser, example(theme) / RUNBOOK, width) as page:
        places = page.evaluate(PLACES)
    assert places["mention"] - places["title"] <= BELOW_TITLE
    if theme == "furo":
        assert places["mention"] <= FIRST_MENTION[width]
        assert width == 1280 or places["sentence"] <= FIRST_SENTENCE


def test_a_fault_is_found(browser: Browser, example: Callable[[str], Path], tmp_path: Path) -> None:
    built = example("alabaster")
    page = built / "ops/runbooks/measured.html"
    faulty = "<style>.opsdocs-badge { color: #999; } td { white-space: nowrap !important; }</style>"
    page.write_text((built / RUNBOOK).read_text().replace("</head>", f"{faulty}</head>"))
    found = list(look_at(browser, built, "alabaster", ["ops/runbooks/measured.html"], (1280,)))
    assert any("contrast" in fault for fault in found)
    report = built / "reports/measured.html"
    report.write_text((built / REGISTER).read_text().replace("</head>", f"{faulty}</head>"))
    found = list(look_at(browser, built, "alabaster", ["reports/measured.html"], (1280,)))
    assert any("cut" in fault for fault in found)
