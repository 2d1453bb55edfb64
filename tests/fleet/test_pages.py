"""Reports of a fleet on pages, in both syntaxes and every builder."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from sphinxext_opsdocs.config.schema import BUNDLE_FILE
from tests.commands import run
from tests.fleet.fleet import DAY, SAME_ISSUE, Fleet, another_page, late_answers
from tests.fleet.zips import contents, repacked
from tests.project import Build, Project

RST = """
Fleet
=====

.. fleet-totals::

.. fleet-scorecard::
   :repository: orders

.. fleet-findings::
   :owner: team-orders

.. fleet-register::
   :limit: 1

.. fleet-matrix::
   :domain: platform

.. fleet-impact::
   :section: node-drain

.. fleet-trend::

.. fleet-repositories::
"""
MYST = """
# Fleet

```{fleet-totals}
```

```{fleet-scorecard}
:repository: orders
```

```{fleet-findings}
:owner: team-orders
```

```{fleet-register}
:limit: 1
```

```{fleet-matrix}
:domain: platform
```

```{fleet-impact}
:section: node-drain
```

```{fleet-trend}
```

```{fleet-repositories}
```
"""


@pytest.fixture
def watched(company: Fleet) -> Fleet:
    for name in ("orders", "billing"):
        company.members[name].write(
            {"ops/more.rst": another_page(late_answers("DEV-0031", SAME_ISSUE))}
        )
        company.members[name].build()
    company.refresh("2026-11-22")
    company.refresh()
    return company


def _project(fleet: Fleet, name: str, text: str) -> Project:
    project = Project(fleet.root / "site", config="")
    project.write({name: text})
    # fleet.toml and its state are beside conf.py
    for path in ("fleet.toml", "fleet"):
        target = project.srcdir / path
        if not target.exists():
            target.symlink_to(fleet.folder / path)
    return project


PAGES = {"rst": ("page.rst", RST), "myst": ("page.md", MYST)}


@pytest.mark.parametrize("syntax", PAGES)
def test_html(watched: Fleet, syntax: str) -> None:
    build = _project(watched, *PAGES[syntax]).build()
    assert (build.warnings, build.rules) == ("", [])
    text = build.text("page.html")
    assert text.count(f"3 of 3 repositories read, {DAY}") == 8
    for part in (
        'href="https://docs.example/billing/ops/drain.html#DEV-0007"',
        'href="https://docs.example/platform/specs/nodes.html#draining"',
        'href="https://tracker.example/issues/777"',
        "and so does one of",
        "opsdocs-fleet-register",
        "3 more rows:",
    ):
        assert part in text, part
    (data,) = build.outdir.glob("_downloads/*/register.csv")
    with data.open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 4
    assert list(build.outdir.glob("_downloads/*/register.parquet"))


@pytest.mark.parametrize("builder", ["text", "man", "latex", "epub", "singlehtml", "dirhtml"])
@pytest.mark.parametrize("syntax", PAGES)
def test_other_builders(watched: Fleet, syntax: str, builder: str) -> None:
    project = _project(watched, *PAGES[syntax])
    project.append("conf.py", 'man_pages = [("index", "fleet", "Fleet", "", 1)]\nversion = "1"\n')
    project.append("conf.py", 'copyright = "2026, Acme"\nepub_exclude_files = [".buildinfo"]\n')
    build = project.build(builder)
    assert build.rules == []
    written = b"".join(
        path.read_bytes() for path in build.outdir.rglob("*") if path.suffix in SUFFIXES
    )
    assert b"Throttled clients get 503" in written.replace(b"\\-", b"-")


SUFFIXES = (".txt", ".1", ".tex", ".xhtml", ".html")


def test_a_page_is_written_again_after_a_refresh_alone(watched: Fleet) -> None:
    project = _project(watched, *PAGES["rst"])
    project.build()
    before = _read_pages(project.build())
    assert before == 0
    watched.refresh("2026-11-24")
    build = project.build()
    assert "2026-11-24" in build.text("page.html")
    assert "1 changed" in build.status


def _read_pages(build: Build) -> int:
    return 0 if "0 added, 0 changed" in build.status or "no targets" in build.status else 1


def test_parallel(watched: Fleet) -> None:
    project = _project(watched, *PAGES["rst"])
    project.write({f"more-{number}.rst": RST for number in range(8)})
    alone = project.build(fresh=True).text("more-3.html")
    assert project.build(fresh=True, jobs=2).text("more-3.html") == alone


FAULTS = {
    ".. fleet-register::\n   :owners: a\n": 'unknown option "owners"',
    ".. fleet-register::\n   :limit: all\n": 'limit must be a number, not "all"',
    ".. fleet-impact::\n": "it needs the option section",
    ".. fleet-impact::\n   :section: gone\n": 'no repository publishes a section "gone"',
    ".. fleet-trend::\n\n   Text.\n": "content is not allowed",
}


@pytest.mark.parametrize("markup", FAULTS)
def test_a_fault_is_a_finding(watched: Fleet, markup: str) -> None:
    project = _project(watched, "page.rst", f"Fleet\n=====\n\n{markup}\n.. fleet-totals::\n")
    build = project.build()
    (finding,) = build.findings
    assert FAULTS[markup] in finding.message
    assert finding.place.path == "page.rst"
    assert f"3 of 3 repositories read, {DAY}" in build.text("page.html")


def test_before_the_first_refresh(tmp_path: Path) -> None:
    project = Project(tmp_path, config="")
    project.write({"page.rst": "Fleet\n=====\n\n.. fleet-totals::\n", "fleet.toml": ""})
    (finding,) = project.build().findings
    assert 'run "opsdocs fleet refresh"' in finding.message


def test_an_audience_of_a_page(watched: Fleet) -> None:
    watched.details = {"billing": 'audience = "finance"\n'}
    watched.refresh()
    text = "Fleet\n=====\n\n.. fleet-register::\n   :audience: public\n"
    page = _project(watched, "page.rst", text).build().text("page.html")
    assert "orders" in page
    assert "billing" not in page


def test_pages_for_teams_and_specifications(watched: Fleet) -> None:
    project = _project(watched, "fleet.rst", RST)
    done = run("fleet", "pages", "-s", project.srcdir)
    assert done.exit_code == 0, done.output
    written = sorted(
        path.relative_to(project.srcdir).as_posix() for path in project.srcdir.glob("*/*.rst")
    )
    assert written == [
        "specifications/billing.rst",
        "specifications/index.rst",
        "specifications/orders.rst",
        "specifications/platform.rst",
        "teams/index.rst",
        "teams/team-api.rst",
        "teams/team-orders.rst",
    ]
    page = project.srcdir / "teams/team-orders.rst"
    page.write_text(page.read_text() + "\nWhat our team says.\n")
    assert "2 pages" not in run("fleet", "pages", "-s", project.srcdir).stderr
    assert page.read_text().endswith("What our team says.\n")
    build = project.build()
    assert (build.warnings, build.rules) == ("", [])
    assert "Throttled clients get 503" in build.text("teams/team-orders.html")


def test_a_bundle_writes_no_markup(watched: Fleet) -> None:
    path = watched.members["orders"].site / BUNDLE_FILE
    facts = json.loads(contents(path.read_bytes())["opsdocs.json"])
    header = next(page["header"] for page in facts["documents"] if page.get("header"))
    header["owners"] = ["x\n\n.. raw:: html\n\n   <script>", "a|b`c`", "index", "INDEX"]
    facts["base_url"] = "javascript:alert(1)//"
    path.write_bytes(repacked(path.read_bytes(), {"opsdocs.json": json.dumps(facts).encode()}))
    watched.refresh()
    project = _project(watched, "fleet.rst", RST)
    assert run("fleet", "pages", "-s", project.srcdir).exit_code == 0
    assert not any("script" in page.read_text() for page in project.srcdir.glob("teams/*.rst"))
    assert len(list(project.srcdir.glob("teams/*.rst"))) == 6
    build = project.build()
    assert build.warnings == ""
    assert "a|b`c`" in build.text("teams/a-b-c.html")
    assert "javascript:" not in build.text("fleet.html")


def test_data_of_a_fleet_that_begins_anew_are_new(watched: Fleet) -> None:
    text = "Fleet\n=====\n\n.. fleet-register::\n   :audience: public\n   :limit: 1\n"
    project = _project(watched, "page.rst", text)
    project.build()
    shutil.rmtree(watched.folder / "fleet/generations")
    shutil.rmtree(watched.folder / "fleet/bundles")
    (watched.folder / "fleet/CURRENT").unlink()
    (watched.folder / "fleet/state.jsonl").unlink()
    watched.details = {"orders": 'audience = "finance"\n'}
    watched.refresh("2026-11-22")
    watched.refresh()
    build = project.build()
    page = build.text("page.html")
    data = [path for path in build.outdir.glob("_downloads/*/*.csv") if path.parent.name in page]
    assert data
    for path in data:
        with path.open(newline="") as file:
            assert {row["repository"] for row in csv.DictReader(file)} == {"billing"}
