"""Rendered pages in real Chromium: contrast, narrow screens, links, search, no JavaScript."""

from __future__ import annotations

import functools
import http.server
import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from html import unescape
from pathlib import Path

import pytest

from tests.commands import ROOT
from tests.conftest import skip

RUNBOOK = "ops/runbooks/drain-gateway.html"
REGISTER = "reports/register.html"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--allow-file-access-from-files",
    "--virtual-time-budget=6000",
    "--dump-dom",
]

MEASURE = """
<script>
function parse(c) {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = c;
  canvas.fillRect(0, 0, 1, 1);
  return Array.from(canvas.getImageData(0, 0, 1, 1).data);
}
function over(top, below) {
  const a = top[3] / 255;
  return [0, 1, 2].map(i => top[i] * a + below[i] * (1 - a)).concat([255]);
}
function background(node) {
  const layers = [];
  for (let n = node; n; n = n.parentElement) layers.push(parse(getComputedStyle(n).backgroundColor));
  return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 255]);
}
function luminance(c) {
  const [r, g, b] = c.slice(0, 3).map(v => v / 255).map(
    v => v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(node) {
  const bottom = background(node);
  const text = over(parse(getComputedStyle(node).color), bottom);
  const [a, b] = [luminance(text), luminance(bottom)].sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
}
window.addEventListener('load', () => {
  const theme = 'THEME';
  if (theme) document.body.dataset.theme = theme;
  setTimeout(() => {
    const found = {};
    for (const selector of SELECTORS) {
      const nodes = Array.from(document.querySelectorAll(selector));
      found[selector] = nodes.length ? Math.min(...nodes.map(contrast)) : null;
    }
    const root = document.documentElement;
    const target = document.querySelector(':target');
    const out = document.createElement('pre');
    out.id = 'measured';
    out.textContent = JSON.stringify({
      contrast: found,
      overflow: root.scrollWidth - root.clientWidth,
      width: root.clientWidth,
      target: target ? [target.id, target.getBoundingClientRect().height] : null,
    });
    document.body.appendChild(out);
  }, 500);
});
</script>
"""
SELECTORS = (
    ".opsdocs-header p",
    ".opsdocs-badge",
    ".opsdocs-layer",
    ".opsdocs-deviation > .admonition-title",
    ".opsdocs-deviation p",
    ".opsdocs-workaround > .admonition-title",
    "table.opsdocs-report td p",
    "table.opsdocs-report tr.opsdocs-hole td p",
)


@pytest.fixture(scope="module")
def chromium() -> str:
    """The browser."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        skip("chromium")
    return str(found)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of the example company."""
    out = tmp_path_factory.mktemp("pages") / "acme"
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", "examples/acme", out]
    subprocess.run([*map(str, command)], cwd=ROOT, check=True)
    return out


def dump(chromium: str, url: str, width: int = 1280) -> str:
    """The DOM of a page once its scripts have run."""
    with tempfile.TemporaryDirectory() as profile:
        command = [
            chromium,
            *FLAGS,
            f"--user-data-dir={profile}",
            f"--window-size={width},900",
            url,
        ]
        return subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=90
        ).stdout


def measured(
    chromium: str, page: Path, width: int = 1280, theme: str = "", anchor: str = ""
) -> dict:
    """What the script measures on a page that it is put into; Chromium takes no window narrower than 500."""
    script = MEASURE.replace("THEME", theme).replace("SELECTORS", json.dumps(SELECTORS))
    copy = page.with_name(f"measured-{page.name}")
    copy.write_text(page.read_text(encoding="utf-8").replace("</body>", f"{script}</body>"))
    text = dump(chromium, copy.as_uri() + anchor, width)
    found = re.search(r'<pre id="measured">(.*?)</pre>', text, re.DOTALL)
    assert found, text[-500:]
    result: dict = json.loads(unescape(found[1]))
    return result


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("page", [RUNBOOK, REGISTER, "reports/matrix.html"])
def test_text_has_contrast_in_light_and_dark(
    chromium: str, built: Path, page: str, theme: str
) -> None:
    found = measured(chromium, built / page, theme=theme)["contrast"]
    seen = {selector: ratio for selector, ratio in found.items() if ratio is not None}
    assert seen
    assert {selector: ratio for selector, ratio in seen.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("page", [RUNBOOK, REGISTER, "reports/matrix.html"])
def test_narrow_page_does_not_scroll_sideways(chromium: str, built: Path, page: str) -> None:
    result = measured(chromium, built / page, width=500)
    assert result["width"] <= 500
    assert result["overflow"] <= 0


def test_address_of_a_deviation_leads_to_it(chromium: str, built: Path) -> None:
    name, height = measured(chromium, built / RUNBOOK, anchor="#DEV-0001")["target"]
    assert name == "DEV-0001"
    assert height > 50


def test_every_link_of_the_reports_leads_to_an_element(built: Path) -> None:
    for report in ("register", "matrix", "inventory", "needs"):
        page = built / f"reports/{report}.html"
        body = page.read_text(encoding="utf-8").partition("<article")[2].partition("</article>")[0]
        links = re.findall(r'href="(\.\./[^"]+)"', body)
        assert len(links) > 10, report
        for link in links:
            file, _, anchor = link.partition("#")
            target = (page.parent / file).resolve()
            assert target.is_file(), link
            assert not anchor or f'id="{anchor}"' in target.read_text(encoding="utf-8"), link


def test_page_says_everything_without_scripts(built: Path) -> None:
    text = re.sub(r"<script.*?</script>", "", (built / RUNBOOK).read_text("utf-8"), flags=re.DOTALL)
    plain = unescape(re.sub(r"<[^>]+>", "", text))
    for wanted in ("Orders team (#orders-oncall)", "Observed deviation DEV-0001", "Workaround"):
        assert wanted in plain


def test_search_finds_a_deviation(chromium: str, built: Path) -> None:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    handler = functools.partial(Quiet, directory=str(built))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        text = dump(chromium, f"http://127.0.0.1:{server.server_port}/search.html?q=DEV-0004")
        server.shutdown()
    results = text.partition('class="search"')[2]
    assert "stuck-orders.html#DEV-0004" in results
