"""Our components in every theme, scheme and width, in real Chromium.

    python -m tests.browser.matrix [THEME ...]

prints a line for each fault, and how much was looked at. The suite runs a part of it.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Browser, Page

from tests.browser.browser import (
    ONE_SCHEME,
    OURS,
    PAGES,
    SCHEMES,
    THEMES,
    build_example,
    opened,
    running_browser,
    texts,
)

LEAST_CONTRAST = 4.5
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
RUN_AXE = """
([include, tags]) => axe.run(
  {include: include.map(each => [each])},
  {runOnly: {type: "tag", values: tags}},
).then(r => r.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.html.slice(0, 120)}`)))
"""
CUT = """
() => {
  const found = [];
  for (const cell of document.querySelectorAll("table.opsdocs-report td, table.opsdocs-report th")) {
    const box = cell.getBoundingClientRect();
    if (box.width && (box.right > innerWidth + 1 || cell.scrollWidth > cell.clientWidth + 2)) {
      found.push(cell.textContent.slice(0, 60));
    }
    for (let node = cell.parentElement; node && box.width; node = node.parentElement) {
      const style = getComputedStyle(node), outer = node.getBoundingClientRect();
      if (style.overflowX !== "visible" && box.right > outer.right + 1) {
        found.push("hidden: " + cell.textContent.slice(0, 60));
      }
    }
  }
  return found;
}
"""
SMALL = """
() => [...document.querySelectorAll(
  ".opsdocs-tables button, .opsdocs-tables input, .opsdocs-tables select, .opsdocs-dependents summary"
)].filter(n => n.offsetParent && (n.getBoundingClientRect().height < 24)).map(
  n => `${n.className}: ${n.getBoundingClientRect().height}`)
"""


def faults(page: Page, width: int) -> Iterator[str]:
    """What is wrong with our components on a page."""
    for text in texts(page):
        if text.contrast < LEAST_CONTRAST:
            yield f"contrast {text.contrast:.2f}: {text.what}"
    shown = [each for each in OURS if page.query_selector(each)]
    if shown:  # of none, axe would judge the whole page
        page.evaluate(AXE.read_text(encoding="utf-8"))
        yield from page.evaluate(RUN_AXE, [shown, list(STANDARDS)])
    if width >= 1280:
        yield from (f"cut: {cell}" for cell in page.evaluate(CUT))
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    wide = page.evaluate(OVERFLOWS, ",".join(OURS))
    if overflow > 0 and wide:
        yield f"scrolls sideways by {overflow}: {wide}"
    yield from (f"small target: {each}" for each in page.evaluate(SMALL))


OVERFLOWS = """
selectors => [...document.querySelectorAll(selectors)].filter(
  n => n.getBoundingClientRect().right > innerWidth + 1).map(n => n.className)
"""


def look_at(
    browser: Browser, built: Path, theme: str, pages: Sequence[str], widths: Sequence[int]
) -> Iterator[str]:
    """The faults of some pages of a theme, each with where it was seen."""
    for scheme in SCHEMES[:1] if theme in ONE_SCHEME else SCHEMES:
        for width in widths:
            for name in pages:
                with opened(browser, built / name, width, scheme) as page:
                    for fault in faults(page, width):
                        yield f"{theme} {scheme} {width} {name}: {fault}"


def main(themes: Sequence[str]) -> int:
    found: list[Any] = []
    with tempfile.TemporaryDirectory() as folder, running_browser() as browser:
        for theme in themes or THEMES:
            built = build_example(Path(folder, theme), theme)
            for fault in look_at(browser, built, theme, PAGES, (1280, 360)):
                print(fault, flush=True)
                found.append(fault)
    print(f"{len(found)} faults in {len(themes or THEMES)} themes, {len(PAGES)} pages each")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
