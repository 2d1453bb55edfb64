"""Tables of reports in Chromium: filter, switches, order, CSV, keyboard, paper, and no scripts."""

from __future__ import annotations

import functools
import http.server
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Browser, Page

from sphinxext_opsdocs.ext import block_filling, page_assets
from tests.browser.browser import ON_CALL, REGISTER, RUNBOOK, opened
from tests.project import SPEC_PAGE, Project, rst_page

POLICY = "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; font-src 'self'"


@pytest.fixture
def register(browser: Browser, example: Callable[[str], Path]) -> Iterator[Page]:
    """The register of the example, in furo."""
    with opened(browser, example("furo") / REGISTER, accept_downloads=True) as page:
        yield page


def ids(page: Page) -> list[str]:
    """The deviations of the rows that are shown."""
    return page.eval_on_selector_all(
        "table.opsdocs-register tbody tr",
        "rows => rows.filter(r => r.offsetParent).map(r => r.cells[0].textContent.slice(0, 8))",
    )


def test_filter_keeps_rows_as_you_type(register: Page) -> None:
    assert len(ids(register)) == 12
    register.fill(".needstable-search-input", "ledger")
    register.wait_for_timeout(300)
    assert ids(register) == ["DEV-0005"]
    register.fill(".needstable-search-input", "nothing has this")
    register.wait_for_timeout(300)
    assert ids(register) == []
    assert "No row matches" in register.inner_text(".needstable-info")


def test_switches_keep_rows_with_a_tag(register: Page) -> None:
    button = register.get_by_role("button", name="Open 9")
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    assert len(ids(register)) == 9
    button.click()
    assert len(ids(register)) == 12


def test_columns_are_ordered_by_their_values_not_their_words(register: Page) -> None:
    register.get_by_role("button", name="Sort by Severity").click()
    badges = register.eval_on_selector_all(
        "table.opsdocs-register td:nth-child(2)", "cells => cells.map(c => c.textContent)"
    )
    order = ["critical", "major", "minor"]
    still_open = [text for text in badges if "resolved" not in text]
    assert still_open == sorted(still_open, key=order.index)
    register.get_by_role("button", name="Sort by Age (days)").click()
    register.get_by_role("button", name="Sort by Age (days)").click()
    ages = register.eval_on_selector_all(
        "table.opsdocs-register td:nth-child(3)", "cells => cells.map(c => c.dataset.sort)"
    )
    known = [age for age in ages if age]
    assert known == sorted(known, reverse=True)


def test_csv_is_of_what_is_shown_and_runs_no_formula(register: Page, tmp_path: Path) -> None:
    register.evaluate("document.querySelector('tbody tr td').firstChild.textContent = '=1+1'")
    register.get_by_role("button", name="Open 9").click()
    with register.expect_download() as caught:
        register.get_by_role("button", name="CSV of what is shown").click()
    caught.value.save_as(tmp_path / "register.csv")
    lines = (tmp_path / "register.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 10
    assert lines[0].startswith("Deviation")
    assert any(line.startswith("'=1+1") for line in lines)


def test_every_control_is_reached_and_used_by_keyboard(register: Page) -> None:
    register.focus(".needstable-search-input")
    reached = []
    for _ in range(12):
        register.keyboard.press("Tab")
        reached.append(register.evaluate("document.activeElement.textContent.trim()"))
    for control in ("Open 9", "CSV of what is shown", "Deviation", "Severity", "Page"):
        assert control in reached
    register.get_by_role("button", name="Open 9").focus()
    register.keyboard.press("Space")
    assert len(ids(register)) == 9
    assert register.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_without_scripts_everything_is_there(
    browser: Browser, example: Callable[[str], Path]
) -> None:
    with opened(browser, example("furo") / REGISTER, java_script_enabled=False) as page:
        assert page.locator("table.opsdocs-register tbody tr").count() == 12
        assert page.locator(".needstable-controls").count() == 0
    with opened(browser, example("furo") / RUNBOOK, java_script_enabled=False) as page:
        text = page.inner_text("article")
    for wanted in (
        "Orders team (#orders-oncall)",
        "Known to be off",
        "24 of 90 days",
        "Workaround",
    ):
        assert wanted in text


def test_missing_script_leaves_a_plain_table(
    browser: Browser, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(block_filling, "table_script", lambda: None)
    monkeypatch.setattr(page_assets, "table_script", lambda: None)
    many = "".join(f".. canonical-ref:: api:gone{number}\n\n" for number in range(3))
    project.write({"specs/api/limits.rst": SPEC_PAGE, "ops/page.rst": rst_page(many)})
    project.write({"matrix.rst": "Matrix\n======\n\n.. traceability-matrix::\n"})
    build = project.build()
    assert "needstable" not in build.text("matrix.html")
    with opened(browser, build.outdir / "matrix.html") as page:
        assert page.locator("table.opsdocs-matrix tbody tr").count() > 1


@contextmanager
def served(folder: Path, policy: str) -> Iterator[str]:
    """A folder on this machine, with a policy on what its pages may do."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", policy)
            super().end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    handler = functools.partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_strict_policy_stops_nothing_of_ours(
    browser: Browser, example: Callable[[str], Path]
) -> None:
    with (
        served(example("alabaster"), POLICY) as site,
        opened(browser, f"{site}/{REGISTER}") as page,
    ):
        page.get_by_role("button", name="Open 9").click()
        assert len(ids(page)) == 9
        assert page.eval_on_selector(".opsdocs-badge", "n => getComputedStyle(n).borderRadius")
    source = (example("alabaster") / REGISTER).read_text(encoding="utf-8")
    table = source.partition('<div class="opsdocs-tables">')[2].partition("</div>")[0]
    assert "<table" in table
    assert not re.search(r"\sstyle=|<script", table)


def test_card_on_a_phone_names_its_values(browser: Browser, example: Callable[[str], Path]) -> None:
    with (
        served(example("alabaster"), POLICY) as site,
        opened(browser, f"{site}/{REGISTER}", 360) as page,
    ):
        shown = page.eval_on_selector_all(
            "table.opsdocs-report tbody tr:first-child td",
            "cells => cells.map(cell => getComputedStyle(cell, '::before').content)",
        )
    assert shown[1:] == [
        '"Severity: "',
        '"Age (days): "',
        '"Diverges from: "',
        '"Issues: "',
        '"Page: "',
    ]


def test_paper_has_every_row_and_column(
    browser: Browser, example: Callable[[str], Path], tmp_path: Path
) -> None:
    with opened(browser, example("furo") / REGISTER) as page:
        page.fill(".needstable-search-input", "")
        page.pdf(path=tmp_path / "register.pdf", format="A4")
    text = " ".join(
        " ".join(sheet.extract_text().split())
        for sheet in pypdf.PdfReader(tmp_path / "register.pdf").pages
    )
    for number in range(1, 13):
        assert f"DEV-{number:04}" in text
    for column in ("Deviation", "Severity", "Diverges from", "Issues", "Page"):
        assert column in text
    for wanted in ("API-1234", "Drain a gateway node", "of 90", "api:rate-limits"):
        assert wanted in text


def test_long_table_starts_on_the_first_sheet(
    browser: Browser, example: Callable[[str], Path], tmp_path: Path
) -> None:
    with opened(browser, example("furo") / ON_CALL) as page:
        page.pdf(path=tmp_path / "on-call.pdf", format="A4")
    sheets = [sheet.extract_text() for sheet in pypdf.PdfReader(tmp_path / "on-call.pdf").pages]
    assert len(sheets) > 1
    assert "CheckoutLatencyHigh" in sheets[0]


def test_right_to_left(browser: Browser, example: Callable[[str], Path]) -> None:
    for width in (1280, 360):
        with opened(browser, example("furo") / RUNBOOK, width) as page:
            page.evaluate("document.documentElement.dir = 'rtl'")
            found = page.eval_on_selector(
                ".opsdocs-notice",
                "n => [getComputedStyle(n).borderRightWidth, getComputedStyle(n).borderLeftWidth]",
            )
            assert found == ["4px", "0px"]
            overflow = "document.documentElement.scrollWidth - innerWidth"
            assert page.evaluate(overflow) <= 0


def test_what_we_use_of_the_table_script() -> None:
    script = page_assets.table_script()
    assert script is not None, "sphinx-needs has no table script: reports are plain tables"
    text = script.read_text(encoding="utf-8")
    for used in (
        'const HOOK_CLASS = "NEEDS_DATATABLES"',
        "data-needstable-labels",
        "data-needstable-page-size",
        "data-needstable-page-sizes",
        'getAttribute("data-sort")',
        'getAttribute("data-type")',
        "__needstable",
        "this.groups = ",
        "this.controls = ",
        "this.csvButton = ",
        "this.sizeSelect = ",
        "matrix()",
        "update()",
        "paint()",
    ):
        assert used in text, used
