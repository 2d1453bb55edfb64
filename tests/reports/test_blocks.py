"""What pages show of themselves: header, deviation, dependents, graphs and suspect references."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from tests.commands import run
from tests.project import SPEC_PAGE, Project, md_page, rst_page

BUILDERS = {"html": "ops/page.html", "text": "ops/page.txt", "latex": "test.tex", "man": "t.1"}
HEADER = {"class": "runbook", "owner": "team-orders", "version": "1.0"}
DEVIATION = """
.. observed-deviation:: Clients get 503 during {number}
   :id: DEV-{number}
   :spec: api:rate-limits
   :issue: API-{number}
   :observed: 2026-10-30
   :severity: {severity}
   :state: {state}

   The gateway answered 503.

   .. workaround::

      Raise the grace period.
"""


def deviation(number: int, severity: str = "major", state: str = "open") -> str:
    return DEVIATION.format(number=number, severity=severity, state=state)


def written(project: Project, page: str, builder: str = "html", **pages: str) -> str:
    """A page as a builder writes it, without tags and with single blanks."""
    project.write({"specs/api/limits.rst": SPEC_PAGE, "ops/page.rst": page, **pages})
    build = project.build(builder, man_pages=[("index", "t", "t", "t", 1)])
    text = build.text(BUILDERS[builder])
    if builder == "html":
        text = unescape(re.sub(r"<[^>]+>", "", text.partition("<h1")[2]))
    return " ".join(text.replace("\\sphinxhyphen{}", "-").replace("\\-", "-").split())


@pytest.mark.parametrize("builder", BUILDERS)
def test_open_deviations_are_named_before_the_first_step(project: Project, builder: str) -> None:
    body = "First step.\n" + deviation(1, "minor") + deviation(2) + deviation(3, state="resolved")
    text = written(project, rst_page(body), builder)
    head, _, steps = text.partition("First step.")
    assert "Known to be off: read before you start" in head
    assert head.index("DEV-2") < head.index("DEV-1")
    assert "DEV-3" not in head
    assert "open since 2026-10-30" in head
    assert "workaround" in head
    assert "24 of 90 days" in steps
    assert "24 of 180 days" in steps


def test_header_names_five_deviations_and_counts_the_others(project: Project) -> None:
    text = written(project, rst_page("First.\n" + "".join(map(deviation, range(1, 9)))), "text")
    head = text.partition("First.")[0]
    assert "DEV-5" in head
    assert "DEV-6" not in head
    assert "and 3 more on this page" in head


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (
            {"status": "Draft"},
            "Draft: nobody has agreed to this page yet Before you follow it, ask Orders team",
        ),
        (
            {"status": "Deprecated", "superseded-by": "ops/other", "remove-after": "2027-02-01"},
            "It is to be removed after 2027-02-01. Use this page instead: Other",
        ),
        (
            {"status": "Archived", "superseded-by": "none", "retired-because": "Switched off."},
            "Archived: do not follow these steps Switched off. Nothing takes its place.",
        ),
    ],
)
@pytest.mark.parametrize("builder", ["html", "text"])
def test_page_that_is_not_to_be_followed_says_so_first(
    project: Project, header: dict[str, str], wanted: str, builder: str
) -> None:
    page = rst_page("First step.", header={**HEADER, **header})
    text = written(project, page, builder, **{"ops/other.rst": rst_page("Text.", "Other")})
    assert wanted in text.partition("First step.")[0].replace("**", "")


def test_review_is_overdue_in_words(project: Project) -> None:
    header = {**HEADER, "status": "Canonical", "last-reviewed": "2025-01-15"}
    text = written(project, rst_page("Text.", header=header))
    assert "reviewed 22 months ago, overdue since 2025-07-14" in text


def test_severities_of_a_team_look_as_bad_as_they_are(project: Project) -> None:
    project.append("opsdocs.toml", "[deviations.age_limits]\nsev1 = 10\nsev2 = 20\nsev3 = 200\n")
    written(project, rst_page(deviation(1, "sev1") + deviation(2, "sev3")))
    page = project.build().text("ops/page.html")
    assert '<span class="opsdocs-badge opsdocs-critical">sev1</span>' in page
    assert '<span class="opsdocs-badge opsdocs-minor">sev3</span>' in page
    assert "past its limit" in page


def test_section_links_the_pages_that_refer_to_it(project: Project) -> None:
    project.append("conf.py", "opsdocs_show_dependents = True\n")
    written(project, rst_page(deviation(1)))
    page = project.build().text("specs/api/limits.html")
    assert "1 page refers to this section, 1 deviation is open against it." in page
    assert 'href="../../ops/page.html' in page
    assert 'href="../../ops/page.html#DEV-1">DEV-1</a>' in page


@pytest.mark.parametrize("make", [rst_page, md_page])
def test_suspect_reference_shows_both_sides(project: Project, make: object) -> None:
    suffix, role = (
        ("md", "{canonical}`api:rate-limits`")
        if make is md_page
        else ("rst", ":canonical:`api:rate-limits`")
    )
    body = f"Wait as long as {role} says."
    report = "Suspects\n========\n\n.. suspect-references::\n"
    project.write({"specs/api/limits.rst": SPEC_PAGE, "suspects.rst": report})
    project.write({f"ops/page.{suffix}": make(body)})  # type: ignore[operator]
    build = project.build()
    assert "None." in build.text("suspects.html")
    words = ("ops/page", "api:rate-limits", "--reason", "read", "--by", "Jo", "--yes")
    assert run("accept", *words, "-s", project.srcdir).exit_code == 0
    changed = SPEC_PAGE.replace("What a throttled", "All that a throttled")
    project.write({"specs/api/limits.rst": changed})
    build = project.build()
    shown = build.text("suspects.html")
    assert "<del>What</del> <ins>All that</ins>" in shown
    assert "Wait as long as" in shown
    page = build.text("ops/page.html")
    assert "Specifications changed after this page was compared with them" in page
    assert 'href="../suspects.html">See both sides</a>' in page
    text = project.build("text").text("suspects.txt")
    assert "[-What-] {+All that+}" in text
    data = run("report", "suspects", project.srcdir, "-f", "csv").stdout
    assert "[-What-] {+All that+}" in data


def graph(option: str, value: str) -> str:
    return f"Graph\n=====\n\n.. traceability-graph::\n   :{option}: {value}\n"


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("page", "ops/page"),
        ("deviation", "DEV-1"),
        ("section", "api:rate-limits"),
        ("spec-domain", "api"),
    ],
)
def test_graph_of_every_subject(project: Project, option: str, value: str) -> None:
    written(project, rst_page(deviation(1)), **{"graph.rst": graph(option, value)})
    page = project.build().text("graph.html")
    picture, _, listed = page.partition("<svg")[2].partition("</svg>\n<ul")
    for name in ("DEV-1", "API-1", "Rate limits", "Page"):
        assert name in picture
        assert name in listed or name == "Page"
    assert picture.count("<path") == 3
    assert "* Limits" in project.build("text").text("graph.txt")


def test_no_two_boxes_overlap_and_the_rest_is_counted(project: Project) -> None:
    body = "".join(map(deviation, range(1, 60)))
    written(project, rst_page(body), **{"graph.rst": graph("spec-domain", "api")})
    page = project.build().text("graph.html")
    boxes = re.findall(r'<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"', page)
    assert len(boxes) == 40
    corners = sorted((int(x), int(y)) for x, y, _, _ in boxes)
    width, height = int(boxes[0][2]), int(boxes[0][3])
    for left, top in corners:
        for x, y in corners:
            assert (x, y) == (left, top) or abs(x - left) >= width or abs(y - top) >= height
    assert "The picture shows the nearest 40; 80 more are in the list." in page
    assert page.count('#DEV-59"') == 1


def test_graph_needs_one_subject_that_exists(project: Project) -> None:
    two = graph("page", "this") + "   :section: api:rate-limits\n"
    project.write({"specs/api/limits.rst": SPEC_PAGE, "a.rst": two, "b.rst": graph("page", "no")})
    build = project.build()
    assert "exactly one of :page:, :deviation:, :section:, :spec-domain: must say" in build.warnings
    (finding,) = build.of("graph_subject_unknown")
    assert finding.message == 'no page "no" has a header or markup of opsdocs'
    assert (finding.place.path, finding.place.line) == ("b.rst", 5)
    assert "no page &quot;no&quot; has a header" in build.text("b.html")


def test_graph_is_drawn_again_when_what_it_shows_changes(project: Project) -> None:
    written(project, rst_page(deviation(1)), **{"graph.rst": graph("section", "api:rate-limits")})
    assert "DEV-2" not in project.build().text("graph.html")
    project.write({"ops/page.rst": rst_page(deviation(1) + deviation(2))})
    assert "DEV-2" in project.build().text("graph.html")


REGISTER = "Register\n========\n\n.. deviation-register::\n   :columns: {}\n   :sort: {}\n"


def test_register_has_the_columns_and_order_that_a_page_asks_for(project: Project) -> None:
    body = deviation(1, "minor") + deviation(2)
    pages = {"register.rst": REGISTER.format("deviation, observed", "-deviation")}
    written(project, rst_page(body), **pages)
    page = project.build().text("register.html").partition("<table")[2]
    assert re.findall(r'<th scope="col"[^>]*>([^<]*)', page) == ["Deviation", "Since"]
    assert page.index("DEV-2") < page.index("DEV-1")
    options = ("--filter", "columns=deviation,severity", "--filter", "sort=severity")
    data = run("report", "register", project.srcdir, "-f", "csv", *options).stdout
    assert data.splitlines() == ["Deviation,Severity", "DEV-2,major", "DEV-1,minor"]
    wrong = run("report", "register", project.srcdir, "--filter", "sort=age2")
    assert 'filter "sort" must be' in wrong.output


def test_files_of_other_builders_have_no_assets(project: Project) -> None:
    project.write({"plain.rst": "Plain\n=====\n"})
    written(project, rst_page(deviation(1)))
    build = project.build()
    assert "opsdocs" not in build.text("plain.html")
    assert "opsdocs.css?v=" in build.text("ops/page.html")
    assert "opsdocs-tables" not in build.text("ops/page.html")


# Odd input


def built(project: Project, builder: str = "html", **pages: str) -> str:
    """The warnings of a build of odd pages, which must not stop it."""
    project.append("conf.py", "opsdocs_show_dependents = True\n")
    project.write({"specs/api/limits.rst": SPEC_PAGE, **pages})
    return project.build(builder).warnings


def test_deviation_without_id_or_values_stops_nothing(project: Project) -> None:
    bare = (
        "\n.. observed-deviation:: Bare\n   :spec: api:rate-limits\n   :state: open\n\n   Text.\n"
    )
    report = "R\n=\n\n.. deviation-register::\n\n.. governance-dashboard::\n"
    warnings = built(project, **{"ops/page.rst": rst_page(bare), "r.rst": report})
    assert 'missing option "id"' in warnings
    assert "Bare" in project.build().text("r.html")


def test_dates_and_intervals_out_of_this_world_stop_nothing(project: Project) -> None:
    far = {**HEADER, "status": "Canonical", "last-reviewed": "9999-12-31"}
    long = {**HEADER, "status": "Canonical", "review-interval": "20000 years"}
    body = deviation(1).replace("2026-10-30", "2030-01-02")
    pages = {"ops/a.rst": rst_page("Text.", header=far), "ops/page.rst": rst_page(body)}
    built(project, **pages, **{"ops/b.rst": rst_page("Text.", header=long)})
    build = project.build()
    assert "reviewed 9999-12-31" in build.text("ops/a.html")
    assert 'width="-' not in build.text("ops/page.html")


def test_hidden_deviation_is_not_announced(project: Project) -> None:
    hidden = ".. only:: internal\n\n" + re.sub(r"(?m)^", "   ", deviation(1)) + "\nText.\n"
    built(project, **{"ops/page.rst": rst_page(hidden)})
    assert "DEV-1" not in project.build().text("ops/page.html")


def test_workaround_in_a_hidden_section_is_not_linked(project: Project) -> None:
    alone = "\n.. workaround::\n   :deviation: DEV-1\n\n   Do.\n"
    bare = re.sub(r"(?s)\n   .. workaround::.*", "", deviation(1))
    section = "\nFix\n---\n" + alone
    pages = {"ops/page.rst": rst_page(bare), "ops/fix.rst": rst_page(section, "Fixes")}
    built(project, **pages)
    assert 'href="fix.html#fix"' in project.build().text("ops/page.html")
    hidden = "\n.. only:: internal\n\n" + re.sub(r"(?m)^", "   ", section)
    project.write({"ops/fix.rst": rst_page(hidden, "Fixes")})
    assert "fix.html#fix" not in project.build().text("ops/page.html")


def test_pin_of_another_format_is_no_change_of_the_specification(project: Project) -> None:
    report = "S\n=\n\n.. suspect-references::\n"
    pages = {"ops/page.rst": rst_page(":canonical:`api:rate-limits`"), "s.rst": report}
    built(project, **pages)
    words = ("ops/page", "api:rate-limits", "--reason", "read", "--by", "Jo", "--yes")
    assert run("accept", *words, "-s", project.srcdir).exit_code == 0
    lock = project.srcdir / "opsdocs.lock"
    lock.write_text(lock.read_text().replace("w1:", "w0:"))
    build = project.build()
    assert build.of("canonical_suspect")
    assert "Specifications changed" not in build.text("ops/page.html")
    assert "None." in build.text("s.html")


def test_links_of_latex_lead_to_the_page_that_has_the_label(project: Project) -> None:
    report = "R\n=\n\n.. deviation-register::\n"
    index = (project.srcdir / "index.rst").read_text()
    project.write({"index.rst": index + deviation(7), "r.rst": report})
    built(project, "latex", **{"ops/page.rst": rst_page(deviation(1))})
    text = project.build("latex").text("test.tex")
    labels = set(re.findall(r"\\label\{\\detokenize\{([^}]*)\}\}", text))
    links = set(re.findall(r"\\hyperref\[\\detokenize\{([^}]*)\}\]", text))
    assert any(link.endswith(":DEV-7") for link in links)
    assert {link for link in links if "DEV" in link} <= labels


def test_book_has_no_script_and_every_row(project: Project) -> None:
    body = "".join(map(deviation, range(1, 60)))
    report = "R\n=\n\n.. deviation-register::\n\n.. traceability-graph::\n   :spec-domain: api\n"
    built(project, "epub", **{"ops/page.rst": rst_page(body), "r.rst": report})
    text = project.build("epub").text("r.xhtml")
    assert "opsdocs-waits" not in text
    assert "<svg" not in text
    assert "DEV-59" in text


def test_graph_joins_records_and_refuses_content(project: Project) -> None:
    include = "\n.. include:: part.txt\n"
    wrong = graph("section", "api:rate-limits") + "\n   Content.\n"
    pages = {"ops/a.rst": rst_page(include, "A"), "ops/b.rst": rst_page(include, "B")}
    warnings = built(project, **pages, **{"ops/part.txt": deviation(1), "g.rst": wrong})
    assert "content is not allowed; an option says what the graph is of" in warnings
    listed = project.build().text("g.html").partition("</svg>")[2]
    assert listed.count(">DEV-1</a>") == 1


def test_switches_are_of_rows_in_every_language(project: Project) -> None:
    pages = {"ops/page.rst": rst_page(deviation(1, "critical") + deviation(2, state="resolved"))}
    built(project, **pages, **{"r.rst": "R\n=\n\n.. deviation-register::\n"})
    german = project.build(language="de", opsdocs_language="en").text("r.html")
    assert "kritisch" in german
    rows = re.findall(r'<tr[^>]*data-tags="([^"]*)"', german)
    chips = re.search(r'data-opsdocs-chips="([^"]*)"', german)
    assert chips
    titles = [title for title, _ in json.loads(unescape(chips[1]))]
    shown = [{titles[int(number)] for number in row.split()} for row in rows]
    assert {"Offen", "kritisch"} <= shown[0]
    assert "Offen" not in shown[1]


def test_days_to_resolve_are_sorted_as_numbers(project: Project) -> None:
    def resolved(number: int, day: int) -> str:
        text = deviation(number, state="resolved").replace("2026-10-30", "2026-11-01")
        return text.replace(":state: resolved", f":state: resolved\n   :resolved: 2026-11-{day:02}")

    built(project, **{"ops/page.rst": rst_page(resolved(1, 11) + resolved(2, 10))})
    options = ("--filter", "columns=deviation,days-to-resolve", "--filter", "sort=days-to-resolve")
    data = run("report", "register", project.srcdir, "-f", "csv", *options).stdout
    assert data.splitlines()[1:] == ["DEV-2,9", "DEV-1,10"]


def test_linkcheck_looks_at_issues(project: Project) -> None:
    built(project, **{"ops/page.rst": rst_page(deviation(1))})
    found = project.build("linkcheck", linkcheck_ignore=[".*"]).text("output.json")
    link = re.search(r'<dt>Issue</dt><dd><a href="([^"]+)"', project.build().text("ops/page.html"))
    assert link
    assert unescape(link[1]) in found


@pytest.mark.parametrize("builder", ["dirhtml", "singlehtml", "epub", "texinfo", "man", "gettext"])
def test_every_builder_takes_every_directive(project: Project, builder: str) -> None:
    report = "R\n=\n\n.. governance-dashboard::\n\n.. suspect-references::\n\n" + "".join(
        f".. traceability-graph::\n   :{option}: {value}\n\n"
        for option, value in (("page", "ops/page"), ("deviation", "DEV-1"), ("spec-domain", "api"))
    )
    warnings = built(project, builder, **{"ops/page.rst": rst_page(deviation(1)), "r.rst": report})
    assert not [line for line in warnings.splitlines() if "ERROR" in line or "r.rst" in line]
