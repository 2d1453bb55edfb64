"""Real Chromium on built pages, and what can be measured there."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.commands import ROOT
from tests.conftest import skip

THEMES = (
    "furo",
    "pydata_sphinx_theme",
    "sphinx_book_theme",
    "sphinx_rtd_theme",
    "shibuya",
    "alabaster",
)
SCHEMES = ("light", "dark")
ONE_SCHEME = ("sphinx_rtd_theme", "alabaster")
"""Themes that know no dark scheme."""
RUNBOOK = "ops/runbooks/drain-gateway.html"
REGISTER = "reports/register.html"
ON_CALL = "reports/on-call.html"
DASHBOARD = "reports/dashboard.html"
PAGES = (
    RUNBOOK,
    REGISTER,
    ON_CALL,
    "reports/drills.html",
    "reports/alerts.html",
    "reports/matrix.html",
    "reports/inventory.html",
    "reports/impact.html",
    "reports/suspects.html",
    DASHBOARD,
    "ops/incidents/region-loss.html",
    "ops/runbooks/remove-gateway-node.html",
    "ops/runbooks/legacy-queue-replay.html",
    "specs/api/http-contract.html",
)
OURS = (
    ".opsdocs-header",
    ".opsdocs-deviation > .admonition-title",
    ".opsdocs-workaround > .admonition-title",
    "dl.opsdocs-facts",
    "dl.opsdocs-about",
    ".opsdocs-tables",
    ".opsdocs-dependents",
    ".opsdocs-change",
    ".opsdocs-canonical-ref",
    ".opsdocs-neighbourhood",
    ".opsdocs-dashboard",
)
"""Everything that we show."""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SCALE = 2
"""Pixels of the screen for one of the page: thin letters have a core of their own colour then."""

TEXTS = """
selectors => {
  const found = [];
  const add = (what, box) => {
    if (box.width >= 2 && box.height >= 4) {
      found.push({what, x: box.left + scrollX, y: box.top + scrollY, w: box.width, h: box.height});
    }
  };
  for (const root of document.querySelectorAll(selectors)) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode;
      if (!text.data.trim() || text.parentElement.closest(".opsdocs-words, option")) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      for (const box of range.getClientRects()) add(text.data.trim().slice(0, 40), box);
    }
    for (const node of [root, ...root.querySelectorAll("*")]) {
      const before = getComputedStyle(node, "::before").content;
      const first = node.firstChild;
      if (before === "none" || before === "normal" || before === '""' || !first) continue;
      // stands on a line of its own, and not to the left of the text
      if (first.nodeType === 1 && getComputedStyle(first).display === "block") continue;
      const range = document.createRange();
      range.selectNodeContents(first);
      const text = range.getClientRects()[0], box = node.getBoundingClientRect();
      const left = box.left + node.clientLeft + 1;
      if (text && text.left - left > 6 && text.top < box.top + box.height) {
        add(`${before} of ${node.className}`,
            {left, top: text.top, width: text.left - left, height: text.height});
      }
    }
  }
  return found;
}
"""


class Text(NamedTuple):
    """A run of text on a page, and the contrast of its pixels."""

    contrast: float
    what: str


def find_chromium() -> str:
    """The browser; skips the test without one."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        skip("chromium")
    return str(found)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        yield browser
        browser.close()


def build_example(
    out: Path,
    theme: str,
    builder: str = "html",
    source: Path = ROOT / "examples/acme",
    language: str = "en",
) -> Path:
    """The pages of the example company, or of a copy of it, in a theme and a language."""
    settings = ("-D", f"html_theme={theme}", "-D", f"language={language}")
    command = [sys.executable, "-m", "sphinx", "-q", "-b", builder, *settings, source, out]
    subprocess.run([*map(str, command)], cwd=ROOT, check=True)
    return out


@contextmanager
def opened(
    browser: Browser, path: Path | str, width: int = 1280, scheme: str = "light", **more: Any
) -> Iterator[Page]:
    """A page of a file, or of an address."""
    address = path.as_uri() if isinstance(path, Path) else path
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        device_scale_factor=SCALE,
        **more,
    )
    page = context.new_page()
    page.goto(address)
    page.evaluate("document.fonts.ready.then(() => true)")
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    yield page
    context.close()


def texts(page: Page) -> list[Text]:
    """Every run of our text with the contrast of its pixels against those around it."""
    found = page.evaluate(TEXTS, ",".join(OURS))
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    return [
        Text(contrast_of(picture, each), each["what"])
        for each in found
        if each["y"] * SCALE < picture.height
    ]


def contrast_of(picture: Image.Image, box: dict[str, Any]) -> float:
    """The contrast between the commonest colour of a box and the one that differs most from it."""
    edges = (box["x"], box["y"], box["x"] + box["w"], box["y"] + box["h"])
    cut = picture.crop(tuple(int(edge * SCALE) for edge in edges))  # type: ignore[arg-type]
    colors: Counter[tuple[int, int, int]] = Counter(cut.getdata())
    below = luminance(colors.most_common(1)[0][0])
    ratios = []
    for color in colors:
        high, low = sorted((luminance(color), below), reverse=True)
        ratios.append((high + 0.05) / (low + 0.05))
    return max(ratios)


def luminance(color: tuple[int, int, int]) -> float:
    """The relative luminance of WCAG 2.2."""

    def linear(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = map(linear, color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
