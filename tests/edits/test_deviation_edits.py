"""Deviations that a command resolves or confirms in the writer's file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands import run
from tests.deviations import (
    AFTER,
    BEFORE,
    PAGES,
    built,
    deviation,
)
from tests.project import RUNBOOK_SECTIONS_RST, SPEC_PAGE, Project, rst_page


@pytest.mark.parametrize("suffix", PAGES)
def test_resolving_moves_a_deviation_into_the_history_of_its_page(
    project: Project, suffix: str
) -> None:
    name = f"ops/page.{suffix}"
    built(project, suffix, workaround=True)
    before = (project.srcdir / name).read_text()
    result = run("deviations", "resolve", "DEV-0007", "-s", project.srcdir, "--today", "2026-11-23")
    assert result.exit_code == 0, result.output
    after = (project.srcdir / name).read_text()
    assert "workaround" not in after
    assert "Resolved deviations" in after
    assert after.index("Escalation") < after.index("Resolved deviations") < after.index("DEV-0007")
    build = project.build("html")
    (found,) = build.documents["ops/page"].deviations
    assert (found.state, found.resolved) == ("resolved", "2026-11-23")
    assert not [r for r in build.rules if r.startswith(("deviation", "workaround", "input"))]
    assert not build.warnings or "opsdocs" in build.warnings
    kept = [line for line in before.splitlines() if line.strip()]
    lost = [line for line in kept if line not in after.splitlines()]
    assert all(
        "state" in text or "workaround" in text or "Raise" in text or not text.strip("`")
        for text in lost
    )
    assert run("deviations", "resolve", "DEV-0007", "-s", project.srcdir).exit_code == 2


@pytest.mark.parametrize("suffix", PAGES)
def test_next_resolved_deviation_joins_the_section(project: Project, suffix: str) -> None:
    one, two = deviation(suffix), deviation(suffix, id="DEV-0008")
    text = PAGES[suffix](BEFORE[suffix] + one + "\n" + two + AFTER[suffix])
    project.write({"specs/api/limits.rst": SPEC_PAGE, f"ops/page.{suffix}": text})
    for number in ("DEV-0007", "DEV-0008"):
        assert run("deviations", "resolve", number, "-s", project.srcdir).exit_code == 0
    after = (project.srcdir / f"ops/page.{suffix}").read_text()
    assert after.count("Resolved deviations") == 1
    build = project.build("html")
    assert {d.state for d in build.documents["ops/page"].deviations} == {"resolved"}
    assert after.index("DEV-0008") < after.index("DEV-0007")


def test_resolving_in_place_changes_two_lines(project: Project) -> None:
    built(project, "rst")
    before = (project.srcdir / "ops/page.rst").read_text()
    run("deviations", "resolve", "DEV-0007", "--in-place", "-s", project.srcdir)
    after = (project.srcdir / "ops/page.rst").read_text()
    expected = before.replace(
        "   :state: open\n", "   :state: resolved\n   :resolved: 2026-11-23\n"
    )
    assert after == expected


def test_windows_line_ends_are_kept(project: Project) -> None:
    built(project, "rst")
    path = project.srcdir / "ops/page.rst"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    run("deviations", "resolve", "DEV-0007", "-s", project.srcdir)
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n")


@pytest.mark.parametrize(
    ("number", "said"), [("DEV-0070", 'did you mean "DEV-0007"'), ("NONE-1", "no deviation")]
)
def test_unknown_deviation(project: Project, number: str, said: str) -> None:
    built(project, "rst")
    result = run("deviations", "resolve", number, "-s", project.srcdir)
    assert result.exit_code == 2
    assert said in result.output


@pytest.mark.parametrize("suffix", PAGES)
def test_confirming_says_when_where_and_how_it_was_seen_again(
    project: Project, suffix: str
) -> None:
    built(project, suffix, observed="2026-06-30", severity="minor")
    seen = ("--version", "4.7.1", "--evidence", "https://grafana.example/d/1?a=1,2")
    result = run("deviations", "confirm", "DEV-0007", *seen, "-s", project.srcdir)
    assert result.exit_code == 0, result.output
    build = project.build("html")
    (found,) = build.documents["ops/page"].deviations
    assert (found.last_observed, found.seen_in) == ("2026-11-23", "4.7.1")
    assert found.evidence == "https://grafana.example/d/1?a=1,2"
    assert not [rule for rule in build.rules if rule.startswith(("deviation", "input"))]
    text = build.text("ops/page.html")
    assert 'last 2026-11-23 in 4.7.1 (<a href="https://graf' in text


ODD_RST = {
    "note": ".. note::\n\n{inner}",
    "list": "1. Stop.\n\n{inner}\n2. Go on.\n",
    "label": ".. _dev-label:\n\n{block}\nSee :ref:`a title <dev-label>`.\n",
    "rst-class": ".. rst-class:: wide\n\n{block}\nText.\n",
    "shown history": "{block}\n::\n\n   Resolved deviations\n   -------------------\n",
    "aligned title": None,
}


ODD_MD = {
    "note": "````````{{note}}\n{block}````````\n",
    "eval-rst": "```````{{eval-rst}}\n{rst}```````\n",
    "no blank lines": "First.\n{block}Second.\n",
    "rule behind": "First.\n{block}---\n",
    "label": "(dev-label)=\n{block}\nSee {{ref}}`a title <dev-label>`.\n",
    "shown history": "{block}\n```text\n## Resolved deviations\n```\n",
    "fence in code": None,
    "open fence": "{block}\n```text\nThe end.\n",
    "yaml list": None,
    "yaml flow": None,
}


def odd_page(suffix: str, name: str) -> str:
    template = {"rst": ODD_RST, "md": ODD_MD}[suffix][name]
    block = deviation(suffix)
    inner = "".join(f"   {line}".rstrip() + "\n" for line in block.splitlines())
    if template:
        body = template.format(block=block, inner=inner, rst=deviation("rst"))
    elif name == "aligned title":
        title = ".. observed-deviation:: Throttled clients"
        body = block.replace(f"{title} get 503", f"{title}\n{' ' * 24}get 503")
    elif name == "fence in code":
        body = block.replace("answered 503.", "answered 503:\n\n    ````\n\nAnd so on.")
    else:
        options = block[block.index(":id:") : block.index("\n\nThe gateway")]
        pairs = [line[1:].split(": ", 1) for line in options.splitlines()]
        if name == "yaml flow":
            made = "{" + ", ".join(f'{key}: "{text}"' for key, text in pairs) + "}"
        else:
            lines = [f"{k}:\n- {v}" if k == "spec" else f"{k}: {v}" for k, v in pairs]
            made = "\n".join(["# a comment", *lines[:2], "", *lines[2:]])
        body = block.replace(options, f"---\n{made}\n---")
    return PAGES[suffix](BEFORE[suffix] + body)


@pytest.mark.parametrize(
    ("suffix", "name"),
    [*(("rst", name) for name in ODD_RST), *(("md", name) for name in ODD_MD)],
)
@pytest.mark.parametrize("command", ["resolve", "confirm"])
def test_edit_of_an_odd_page_is_right_or_refused(
    project: Project, suffix: str, name: str, command: str
) -> None:
    """Whatever stands around it: no text, label, section or option of others is touched."""
    file = project.srcdir / f"ops/page.{suffix}"
    project.write({"specs/api/limits.rst": SPEC_PAGE, f"ops/page.{suffix}": odd_page(suffix, name)})
    before, text = project.build("dummy"), file.read_text()
    (old,) = before.documents["ops/page"].deviations
    evidence = ("--evidence", 'log "503": it\'s #1 \\new:') if command == "confirm" else ()
    result = run("deviations", command, "DEV-0007", *evidence, "-s", project.srcdir)
    if result.exit_code:
        assert result.exit_code == 2
        assert "cannot be edited safely" in result.output
        assert file.read_text() == text
        return
    after = project.build("dummy")
    (new,) = after.documents["ops/page"].deviations
    assert (new.title, new.observed, new.severity) == (old.title, old.observed, old.severity)
    assert [value.text for value in new.specs] == ["api:rate-limits"]
    if command == "resolve":
        assert (new.state, new.resolved) == ("resolved", "2026-11-23")
    else:
        assert new.evidence == 'log "503": it\'s #1 \\new:'
    assert set(after.rules) <= {*before.rules}
    titles = [s.title for s in before.documents["ops/page"].sections]
    left = [s.title for s in after.documents["ops/page"].sections]
    assert [title for title in left if title != "Resolved deviations"] == titles


SHOWN = {
    "rst": "Shown so::\n\n      .. workaround::\n\n         Wait.\n",
    "md": "~~~text\n:::{workaround}\nWait.\n:::\n~~~\n",
}


@pytest.mark.parametrize("suffix", PAGES)
def test_workaround_that_is_only_shown_stays(project: Project, suffix: str) -> None:
    inner = SHOWN[suffix]
    if suffix == "rst":
        inner = f"   {inner}"
    block = deviation(suffix)
    last = block.rstrip().rpartition("\n")
    body = f"{block.rstrip()}\n\n{inner}" if suffix == "rst" else f"{last[0]}\n{inner}{last[2]}\n"
    text = PAGES[suffix](BEFORE[suffix] + body)
    project.write({"specs/api/limits.rst": SPEC_PAGE, f"ops/page.{suffix}": text})
    result = run("deviations", "resolve", "DEV-0007", "-s", project.srcdir)
    assert result.exit_code == 0, result.output
    changed = (project.srcdir / f"ops/page.{suffix}").read_text()
    assert "state: resolved" in changed
    assert changed.count("workaround") == 1
    assert "Wait." in changed


def test_edit_in_an_included_file_finds_the_right_deviation(project: Project) -> None:
    inc = deviation("rst", id="DEV-0008") + "\n" + deviation("rst")
    start = deviation("rst", id="DEV-0008").count("\n") + 1
    page_text = rst_page(f".. include:: /inc.txt\n   :start-line: {start}\n")
    project.write({"specs/api/limits.rst": SPEC_PAGE, "inc.txt": inc, "ops/page.rst": page_text})
    result = run("deviations", "resolve", "DEV-0007", "-s", project.srcdir)
    changed = (project.srcdir / "inc.txt").read_text()
    first, second = changed.split("DEV-0007") if "DEV-0007" in changed else (changed, "")
    assert "state: open" in first
    assert result.exit_code in (0, 2)
    assert ("state: resolved" in second) == (result.exit_code == 0)


def test_edit_keeps_mode_and_link_of_a_file(project: Project) -> None:
    built(project, "rst")
    file = project.srcdir / "ops/page.rst"
    target = project.srcdir.parent / "kept.rst"
    file.rename(target)
    file.symlink_to(target)
    target.chmod(0o664)
    assert run("deviations", "confirm", "DEV-0007", "-s", project.srcdir).exit_code == 0
    assert file.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o664
    assert "last-observed: 2026-11-23" in target.read_text()


def test_sections_of_a_runbook_are_not_disturbed(project: Project) -> None:
    text = rst_page(RUNBOOK_SECTIONS_RST + deviation("rst"))
    project.write({"specs/api/limits.rst": SPEC_PAGE, "ops/page.rst": text})
    assert run("deviations", "resolve", "DEV-0007", "-s", project.srcdir).exit_code == 0
    build = project.build("html")
    assert not build.of("section_missing")
    assert [s.title for s in build.documents["ops/page"].sections][-1] == "Resolved deviations"


@pytest.mark.parametrize("suffix", PAGES)
def test_workarounds_on_other_pages_are_listed(project: Project, suffix: str) -> None:
    built(project, suffix, workaround=True)
    elsewhere = {
        "rst": ".. workaround::\n   :deviation: DEV-0007\n\n   Restart it.\n",
        "md": "```{workaround}\n:deviation: DEV-0007\n\nRestart it.\n```\n",
    }[suffix]
    project.write({f"ops/other.{suffix}": PAGES[suffix](elsewhere)})
    result = run("deviations", "resolve", "DEV-0007", "-s", project.srcdir)
    assert result.exit_code == 0, result.output
    listed = [line for line in result.output.splitlines() if line.endswith("is left; remove it")]
    (place,) = (line.partition(": ")[0] for line in listed)
    path, line = place.rsplit(":", 1)
    assert "workaround" in Path(path).read_text().splitlines()[int(line) - 1]
    assert project.build("dummy").of("workaround_outlived")
