"""Loads a register of 5,000 rows in Chromium slowed down, beside the same rows as a plain table.

    python benchmarks/register_page.py [--rounds 5]

The plain table has the same rows, words and links and no script. Loading lasts until the page
answers: two frames after its load event. Prints medians in seconds, what one key in the filter
takes, and the weight of page, styles and scripts, gzipped.
"""

import argparse
import gzip
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from workload import main as write_workload

ROWS = 5000
SLOWED = 4
REGISTER = "Register\n========\n\n.. deviation-register::\n"
ANSWERS = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))"
KEY = """
() => new Promise(done => {
  const table = document.querySelector("table.opsdocs-report").__needstable;
  const start = performance.now();
  table.query = "case 49";
  table.update();
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
})
"""


def loading(browser: Browser, page: Path, key: bool = False) -> tuple[float, float]:
    """Seconds until a page answers, and milliseconds that one change of the filter takes."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    context.new_cdp_session(tab).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    start = time.perf_counter()
    tab.goto(page.as_uri(), wait_until="load", timeout=120_000)
    tab.evaluate(ANSWERS)
    seconds = time.perf_counter() - start
    pressed = tab.evaluate(KEY) if key else 0.0
    context.close()
    return seconds, pressed


def plain(page: str) -> str:
    """The page with its table as a writer would have it: without our classes, data and scripts."""
    page = re.sub(r"<script[^>]*(opsdocs|needstable)[^>]*></script>", "", page)
    page = re.sub(r"<link[^>]*opsdocs[^>]*>", "", page)
    page = re.sub(r'<table class="opsdocs-report[^>]*>', '<table border="1">', page)
    return re.sub(r"<tr [^>]*>", "<tr>", page)


def weight(files: list[Path]) -> float:
    """Kilobytes of files, each gzipped."""
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in files) / 1000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        write_workload(work, ROWS)
        (work / "ours/register.rst").write_text(REGISTER)
        out = work / "out"
        command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", work / "ours", out]
        subprocess.run([*map(str, command)], check=True)
        page = out / "register.html"
        (out / "plain.html").write_text(plain(page.read_text()))
        ours, other, keys = [], [], []
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            for _ in range(rounds):
                seconds, pressed = loading(browser, page, key=True)
                ours.append(seconds)
                keys.append(pressed)
                other.append(loading(browser, out / "plain.html")[0])
            browser.close()
        ratio = statistics.median(a / b for a, b in zip(ours, other, strict=True))
        static = out / "_static"
        sheet, *tables = (
            static / f"opsdocs{name}" for name in (".css", "-tables.css", "-tables.js")
        )
        print(
            f"load until it answers, slowed {SLOWED} times: {statistics.median(ours):.2f} s, "
            f"plain {statistics.median(other):.2f} s, ratio {ratio:.2f}"
        )
        print(f"one key in the filter: {statistics.median(keys):.0f} ms")
        print(
            f"gzipped: page {weight([page]):.1f} kB, needstable.js "
            f"{weight([static / 'needstable.js']):.1f} kB, "
            f"ours for tables {weight(tables):.1f} kB, for every page {weight([sheet]):.1f} kB"
        )


if __name__ == "__main__":
    main()
