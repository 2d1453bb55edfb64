"""What a writer meant for the graph and a parser took for text is a finding, not silence."""

from __future__ import annotations

import pytest

from tests.pages import SPECIFICATION
from tests.project import HEADER, Project, md_page, rst_page

LOST_RST = {
    "no blank line before": "Text\n.. canonical-ref:: api:rate-limits\n",
    "single colon": ".. observed-deviation: T\n",
    "no space": "..observed-deviation:: T\n",
    "fence of MyST": "```{canonical-ref} api:rate-limits\n```\n",
    "role of MyST": "See {canonical}`api:rate-limits`.\n",
    "role without colon": "See canonical:`api:rate-limits`.\n",
    "role with space": "See :canonical: `api:rate-limits`.\n",
}
LOST_MD = {
    "colons without extension": ":::{canonical-ref} api:rate-limits\n:::\n",
    "colons and space": "::: {observed-deviation} T\n:::\n",
    "colons in a list": "- x\n  :::{workaround}\n  :::\n",
    "colons after text": "text\n:::{deviation-register}\n:::\n",
    "directive of reStructuredText": ".. observed-deviation:: T\n",
    "role of reStructuredText": "See :canonical:`api:rate-limits`.\n",
    "role with space": "See {canonical} `api:rate-limits`.\n",
    "spaces in braces": "See { canonical }`api:rate-limits`.\n",
    "no braces": "```observed-deviation T\n```\n",
    "no space after braces": "```{canonical-ref}api:rate-limits\n```\n",
    "fence in a fence of its length": (
        "```{note}\n```{canonical-ref} api:rate-limits\n```\n```\n\n{canonical}`api:gone`\n"
    ),
    "fence in ours of its length": (
        "```{observed-deviation} T\n:id: A-1\n\n```text\nx\n```\nMore.\n```\n"
    ),
}
CASES = [("rst", name) for name in LOST_RST] + [("md", name) for name in LOST_MD]


@pytest.mark.parametrize(("suffix", "name"), CASES)
@pytest.mark.parametrize("header", [HEADER, None], ids=["governed", "plain"])
def test_lost_markup_is_reported_where_it_stands(
    project: Project, suffix: str, name: str, header: dict[str, str] | None
) -> None:
    body = {"rst": LOST_RST, "md": LOST_MD}[suffix][name]
    make = {"rst": rst_page, "md": md_page}[suffix]
    text = make("Before.", header=header) + f"\n{body}"
    project.write({**SPECIFICATION, f"page.{suffix}": text})
    found = project.build("dummy").of("input_unreadable")
    assert found, project.build("dummy", fresh=True).warnings
    line = text.splitlines()[found[0].place.line - 1]
    assert any(word in line for word in ("canonical", "observed", "workaround", "register", "```"))


QUOTED = {
    "rst": (
        "Write ``:canonical:`x``` or ``.. canonical-ref:: x``.\n\n.. code-block:: rst\n\n"
        "   .. observed-deviation: x\n\nThe canonical: a word, and :ref:`search`.\n\n"
        "- canonical-ref is a directive\n"
    ),
    "md": (
        "Write `` {canonical}`x` `` or `:::{canonical-ref}`.\n\n````md\n```{canonical-ref} x\n```\n````\n\n"
        "These are canonical: `x`. ``` inline ``` too.\n"
    ),
}


@pytest.mark.parametrize("suffix", sorted(QUOTED))
def test_quoted_markup_is_no_fault_and_no_fact(project: Project, suffix: str) -> None:
    project.write({f"page.{suffix}": f"{'T' if suffix == 'rst' else '# T'}\n"
                   + ("=\n\n" if suffix == "rst" else "\n") + QUOTED[suffix]})  # fmt: skip
    build = project.build("dummy")
    assert build.rules == []
    assert build.documents == {}


def test_sound_bodies_with_fences_are_no_fault(project: Project) -> None:
    body = (
        "````{observed-deviation} T\n:id: A-1\n:spec: api:rate-limits\n:issue: API-1\n"
        ":observed: 2026-11-01\n:severity: minor\n:state: open\n\n``` foo ``` inline\n\n"
        "::: smiley\n\n```text\nx\n```\n````\n"
    )
    project.write({**SPECIFICATION, "ops/a.md": md_page(body)})
    assert project.build("dummy").of("input_unreadable") == []


STRAY = {
    "after the title": ("x.rst", "T\n=\n\n:class: runbook\n:owner: team-orders\n"),
    "indented": ("x.rst", "  :class: runbook\n  :owner: team-orders\n\nT\n=\n"),
    "blank first line": ("x.md", "\n---\nclass: runbook\nowner: team-orders\n---\n# T\n"),
    "comment first": ("x.md", "% licence\n\n---\nclass: runbook\nowner: o\n---\n# T\n"),
    "never closed": ("x.md", "---\nclass: runbook\nowner: team-orders\n\n# T\n"),
    "no yaml": ("x.md", "---\nclass: runbook\nowner: @org/team\n---\n# T\n"),
}


@pytest.mark.parametrize("name", sorted(STRAY))
@pytest.mark.parametrize("folder", ["ops", "other"])
def test_header_that_is_not_read_is_reported_once(project: Project, name: str, folder: str) -> None:
    file, text = STRAY[name]
    project.write({f"{folder}/{file}": text})
    (finding,) = project.build("dummy").findings
    assert finding.rule == ("header_missing" if folder == "ops" else "input_unreadable")
    assert "header" in finding.message


def test_ordinary_front_matter_and_fields_are_no_headers(project: Project) -> None:
    project.write(
        {
            "a.md": "---\ntocdepth: 2\nstatus: new\nversion: 1\n---\n# T\n\n---\n\nclass: x\n",
            "b.rst": ":orphan:\n:status: new\n\nT\n=\n\n:class: x\n:param: y\n",
        }
    )
    assert project.build("dummy").documents == {}


def test_values_of_a_header_are_those_that_were_typed(project: Project) -> None:
    fields = "class: runbook\nowner: yes\nstatus: Draft\nversion: 2.10\nlast-reviewed: 2026-11-02\n"
    fields += "alerts: [A, B]\nslo: 99.9\n"
    docinfo = "\n\n".join(f":{line}" for line in fields.splitlines())
    project.write(
        {
            "opsdocs.toml": '[classes.runbook]\nrequired_fields = ["class", "slo"]\n',
            "a.md": f"---\n{fields}---\n# T\n",
            "b.rst": f"{docinfo}\n\nT\n=\n",
        }
    )
    build = project.build("dummy")
    for name in ("a", "b"):
        header = build.documents[name].header
        assert header is not None
        assert (header.owners, header.version, header.alerts) == (("yes",), "2.10", ("A", "B"))
    assert build.of("header_field_missing") == build.of("header_value_invalid") == []


def test_windows_line_ends_and_a_byte_order_mark_are_read(project: Project) -> None:
    text = rst_page("Text.\n\n.. canonical-ref:: api:gone\n").replace("\n", "\r\n")
    for name in ("ops/a.rst", "ops/b.rst"):
        path = project.srcdir / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes((b"\xef\xbb\xbf" if name == "ops/b.rst" else b"") + text.encode())
    build = project.build("dummy")
    assert [f.place.line for f in build.of("canonical_unresolved")] == [12, 12]
    assert build.of("header_missing") == []


ARCHIVED = md_page("(oldlab)=\n## Section\n\nText.", header=HEADER | {"status": "Archived"})
LINKS = {
    "md": ("[y](../ops/old.md)", "[y](/ops/old.md)", "[y](old.md#section)", "[y](#oldlab)",
           "<project:old.md>", "<project:#oldlab>", "[y](oldlab)", "{any}`oldlab`", "{doc}`old`",
           "{ref}`oldlab`", "[y](old)"),
    "rst": (":doc:`old`", ":doc:`/ops/old`", ":ref:`oldlab`", ":any:`oldlab`", ":ref:`x <oldlab>`"),
}  # fmt: skip


@pytest.mark.parametrize(("suffix", "link"), [(s, link) for s in LINKS for link in LINKS[s]])
def test_every_way_to_link_an_archived_page_is_found(
    project: Project, suffix: str, link: str
) -> None:
    make = {"rst": rst_page, "md": md_page}[suffix]
    project.write({"ops/old.md": ARCHIVED, f"ops/m.{suffix}": make(f"See {link} for more.")})
    assert len(project.build("dummy").of("link_to_archived")) == 1


def test_contradictions_of_a_deviation_are_reported(project: Project) -> None:
    options = {
        "id": "A-1", "spec": "api:rate-limits", "issue": "API-1", "observed": "2026-11-05",
        "severity": "minor", "state": "open",
    }  # fmt: skip
    wrong = (
        {"resolved": "2026-11-10"},
        {"state": "resolved", "resolved": "2026-11-01"},
        {"last-observed": "2026-11-01"},
        {"issue": "TBD"},
    )
    for number, change in enumerate(wrong):
        given = options | {"id": f"A-{number}"} | change
        body = "\n.. observed-deviation:: T\n" + "".join(
            f"   :{k}: {v}\n" for k, v in given.items()
        )
        project.write({**SPECIFICATION, f"ops/p{number}.rst": rst_page("") + body})
    found = project.build("dummy").of("deviation_field_invalid")
    assert sorted(f.docname for f in found) == ["ops/p0", "ops/p1", "ops/p2", "ops/p3"]


def test_dates_that_are_still_to_come_hide_nothing(project: Project) -> None:
    project.write({"ops/a.rst": rst_page("", header=HEADER | {"last-reviewed": "2999-01-01"})})
    assert len(project.build("dummy").of("review_overdue")) == 1


def test_wrong_filter_of_a_report_is_reported(project: Project) -> None:
    project.write({"r.rst": "R\n=\n\n.. deviation-register::\n   :state: opne\n   :colour: red\n"})
    found = project.build("dummy").of("input_unreadable")
    assert [f.place.line for f in found] == [5, 6]
    assert '"opne"' in found[0].message
    assert "allowed" in found[1].message


def test_deviation_in_a_file_that_two_pages_include_is_one(project: Project) -> None:
    part = (
        ".. observed-deviation:: T\n   :id: A-1\n   :spec: api:rate-limits\n   :issue: API-1\n"
        "   :observed: 2026-11-01\n   :severity: minor\n   :state: open\n"
    )
    project.write({**SPECIFICATION, "part.txt": part})
    for name in "ab":
        project.write({f"ops/{name}.rst": rst_page("\n.. include:: /part.txt\n")})
    assert project.build("dummy").of("deviation_duplicate") == []


@pytest.mark.parametrize("suffix", ["rst", "md"])
def test_deviation_id_that_is_an_anchor_already_gets_another(project: Project, suffix: str) -> None:
    options = ("id: summary", "spec: api:rate-limits", "issue: API-1", "observed: 2026-11-01",
               "severity: minor", "state: open")  # fmt: skip
    body = {
        "rst": "Summary\n-------\n\n.. observed-deviation:: T\n"
        + "".join(f"   :{option}\n" for option in options),
        "md": "## Summary\n\n```{observed-deviation} T\n"
        + "".join(f":{option}\n" for option in options)
        + "```\n",
    }[suffix]
    make = {"rst": rst_page, "md": md_page}[suffix]
    project.write({**SPECIFICATION, f"ops/a.{suffix}": make(body)})
    text = project.build().text("ops/a.html")
    assert text.count('id="summary"') == 1
    assert 'id="summary-2"' in text


UNFILLED = {
    "version": "TBD",
    "reviewers": "Jo Doe, TODO",
    "scope": "todo: say what",
    "service": "???",
    "superseded-by": "WIP",
    "slo": "FIXME",
    "owner": "tbd",
}
FILLED = {"scope": "the TODO list service", "alerts": "N/A", "slo": "99.9 %, to be measured"}


@pytest.mark.parametrize("suffix", ["rst", "md"])
def test_no_value_of_a_header_may_be_left_to_fill_in(project: Project, suffix: str) -> None:
    make = {"rst": rst_page, "md": md_page}[suffix]
    project.write(
        {
            "opsdocs.toml": '[classes.service-page]\nrequired_fields = ["class", "slo"]\n',
            f"a.{suffix}": make("", header=HEADER | UNFILLED | {"class": "service-page"}),
            f"b.{suffix}": make("", header=HEADER | FILLED | {"class": "service-page"}),
        }
    )
    findings = project.build("dummy").of("header_value_invalid")
    text = (project.srcdir / f"a.{suffix}").read_text().splitlines()
    names = [text[f.place.line - 1].strip(":").partition(":")[0] for f in findings]
    assert sorted(names) == sorted(UNFILLED)
    assert {finding.docname for finding in findings} == {"a"}
    assert 'scope must be filled in, not "todo: say what"' in {f.message for f in findings}


def test_owner_to_fill_in_is_reported_once(project: Project) -> None:
    project.write({"ops/a.rst": rst_page("", header=HEADER | {"owner": "TODO", "class": "TODO"})})
    build = project.build("dummy")
    assert build.of("owner_unknown") == []
    found = sorted(f.message.partition(" ")[0] for f in build.of("header_value_invalid"))
    assert found == ["class", "owner"]


@pytest.mark.parametrize("suffix", ["rst", "md"])
def test_class_that_does_not_exist_is_quoted_as_typed(project: Project, suffix: str) -> None:
    page = {"rst": rst_page, "md": md_page}[suffix]
    project.write({f"ops/a.{suffix}": page("Text.", header=HEADER | {"class": "Run Book"})})
    project.write({f"ops/b.{suffix}": page("Text.", header=HEADER | {"class": "Runbook"})})
    (finding,) = project.build("dummy").of("header_value_invalid")
    assert finding.docname == "ops/a"
    assert finding.message.endswith('not "Run Book"')
