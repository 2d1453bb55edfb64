"""Real pages that were converted to governed documents, against what was counted by hand.

The lists below were made from the rows of ``canonical_refs_shared.csv`` and the edits of
``corpus_pages``, not from a build.
"""

from __future__ import annotations

import csv
import html
import re
import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from sphinxext_opsdocs.config.parser import parse_config, read_toml
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.nodes import CanonicalEdge
from sphinxext_opsdocs.reports.table_reports import make_table
from sphinxext_opsdocs.rules import RULES_BY_NAME
from tests.conftest import TODAY
from tests.corpus_pages import INCLUDED, OPERATIONS, SPECIFICATIONS, convert
from tests.project import Build, Project

NOVA = "nova/doc/source/admin"
SPECS = "nova-specs/specs"
ADMIN = "phalanx/docs/admin"
APPS = "phalanx/docs/applications"
USER_GUIDE = "gafaelfawr:gafaelfawr/docs/user-guide/quotas"

MATRIX = {
    (f"{NOVA}/cells", f"nova:{SPECS}/train/implemented/count-quota-usage-from-placement#problem-description"),
    (f"{NOVA}/configuration/cross-cell-resize", "nova:cross-cell-limitations"),
    (f"{NOVA}/networking", f"nova:{SPECS}/liberty/implemented/libvirt-virtiomq#problem-description"),
    (f"{NOVA}/pci-passthrough", "nova:pci-devices-in-placement"),
    (f"{NOVA}/quotas", "nova:count-usage-from-placement"),
    (f"{NOVA}/scheduling", "nova:disabled-trait-compute-changes"),
    (f"{NOVA}/sev", "nova:amd-sev-limitations"),
    (f"{NOVA}/sev", f"nova:{SPECS}/train/implemented/amd-sev-libvirt-support#memory-locking-and-accounting"),
    (f"{NOVA}/sev", f"nova:{SPECS}/stein/approved/amd-sev-libvirt-support#proposed-change"),
    (f"{NOVA}/troubleshooting/orphaned-allocations", f"nova:{SPECS}/queens/implemented/migration-allocations#proposed-change"),
    (f"{NOVA}/virtual-gpu", "nova:mdev-live-migration"),
    (f"{ADMIN}/troubleshooting", "identity:firestore"),
    (f"{ADMIN}/troubleshooting", "identity:scopes"),
    (f"{ADMIN}/troubleshooting", "identity:uid-gid-assignment"),
    (f"{ADMIN}/upgrade-windows", "releases:sqr-056/index#process"),
    (f"{APPS}/gafaelfawr/add-scope", "identity:creating-new-scopes"),
    (f"{APPS}/gafaelfawr/github-organizations", "identity:github"),
    (f"{APPS}/gafaelfawr/quotas", "identity:dmtn-234/index#quota-calculation"),
    (f"{APPS}/gafaelfawr/quotas", "identity:rate-limiting"),
    (f"{APPS}/gafaelfawr/quotas", f"{USER_GUIDE}#api-quotas"),
    (f"{APPS}/gafaelfawr/troubleshoot", "comanage:enrollment-flow"),
    (f"{APPS}/gafaelfawr/values", "identity:creating-new-scopes"),
    (f"{APPS}/gafaelfawr/values", "identity:firestore"),
    (f"{APPS}/gafaelfawr/values", "identity:scopes"),
    (f"{APPS}/nublado/updating-recommended", "releases:sqr-056/index#the-recommended-container"),
    (f"{APPS}/nublado/values", "releases:sqr-056/index#the-recommended-container"),
    (f"{APPS}/sasquatch/create-write-token", "identity:dmtn-225/index#username"),
    (f"{APPS}/times-square/values", "identity:dmtn-235/index#current-scopes"),
    ("nova/doc/source/opsguide/ops-monitoring", "none"),
}  # fmt: skip
"""28 dependencies on 25 sections, and the one page that depends on none."""

LABELS_WITHOUT_REFERENCE = {"comanage": 2, "gafaelfawr": 1, "identity": 39}
"""By domain, the labels right above a section title that no page refers to.

identity: 29 labels of dmtn-224 less 3 that are referred to, 3 of dmtn-225 less 1, 11 of dmtn-234
less 1, 1 of dmtn-235. The other domains are left out: they have targets in the text of sections.
"""

REGISTER = [
    ("DEV-0006", "critical", "open", "13", f"identity:rate-limiting, {USER_GUIDE}#api-quotas", f"{APPS}/gafaelfawr/quotas"),
    ("DEV-0005", "major", "open", "112", "identity:uid-gid-assignment, identity:firestore", f"{ADMIN}/troubleshooting"),
    ("DEV-0001", "major", "open", "49", "nova:amd-sev-limitations", f"{NOVA}/sev"),
    ("DEV-0002", "minor", "open", "70", f"nova:{SPECS}/liberty/implemented/libvirt-virtiomq#problem-description", f"{NOVA}/networking"),
    ("DEV-0004", "minor", "open", "34", "releases:sqr-056/index#process", f"{ADMIN}/upgrade-windows"),
    ("DEV-0007", "minor", "open", "7", "identity:dmtn-235/index#current-scopes", f"{APPS}/times-square/values"),
    ("DEV-0003", "minor", "resolved", "", "nova:cross-cell-limitations", f"{NOVA}/configuration/cross-cell-resize"),
]  # fmt: skip
"""Deviation, severity, state, age, sections, page."""
REGISTER_COLUMNS = (0, 2, 3, 5, 6, 9)
ISSUES = {
    "DEV-0001": "LP-1000001",
    "DEV-0002": "LP-1000002",
    "DEV-0003": "LP-1000003",
    "DEV-0004": "REL-4",
    "DEV-0005": "ID-5",
    "DEV-0006": "ID-6, GAF-6",
    "DEV-0007": "ID-7",
}

WORKAROUNDS = {
    (f"{NOVA}/sev", "DEV-0001", True),
    (f"{ADMIN}/troubleshooting", "DEV-0005", True),
    (f"{APPS}/times-square/values", "DEV-0007", True),
    (f"{APPS}/gafaelfawr/values", "DEV-0006", False),
}
"""Page, deviation, and whether it stands in the deviation or names it."""

FINDINGS = [
    ("canonical_missing", "warning", "nova/doc/source/opsguide/ops-monitoring"),
    # the earlier specification of SEV is Deprecated
    ("canonical_not_live", "warning", f"{NOVA}/sev"),
    # SQR-056 is a Draft: a reference and a deviation here, a reference on each page after
    ("canonical_not_live", "warning", f"{ADMIN}/upgrade-windows"),
    ("canonical_not_live", "warning", f"{ADMIN}/upgrade-windows"),
    ("canonical_not_live", "warning", f"{APPS}/nublado/updating-recommended"),
    ("canonical_not_live", "warning", f"{APPS}/nublado/values"),
    # DEV-0005 is major and open for 112 days
    ("deviation_overdue", "warning", f"{ADMIN}/troubleshooting"),
    # and nobody has seen it since
    ("deviation_unconfirmed", "warning", f"{ADMIN}/troubleshooting"),
    # what the excerpts refer to is not all there: links, and files to include
    ("markup_broken", "warning", "gafaelfawr/docs/user-guide/quotas"),
    ("markup_broken", "warning", "gafaelfawr/docs/user-guide/quotas"),
    ("markup_broken", "warning", "phalanx/docs/applications/sasquatch/create-write-token"),
    ("markup_broken", "warning", "sqr-056/index"),
    # last reviewed 2025-03-01
    ("review_overdue", "warning", f"{NOVA}/cells"),
]

CLASSES = {
    "access-guidance": 2,
    "deployment-guide": 2,
    "environment-guide": 9,
    "incident-guide": 2,
    "monitoring-playbook": 1,
    "recovery-procedure": 1,
    "runbook": 4,
    "specification": 16,
}

LONGEST_BLOCK = 20
"""A reference stands at most that many lines below the line that the label file names."""


class Converted(NamedTuple):
    """The converted project as it was built."""

    srcdir: Path
    build: Build
    graph: TraceabilityGraph

    def rows(self, kind: str) -> list[list[str]]:
        """The cells of a report, as text."""
        today = date(2026, 11, 23)
        table = make_table(kind, self.graph, today, {})
        return [["".join(part.text for part in cell) for cell in row.cells] for row in table.rows]

    def line(self, path: str, line: int) -> str:
        """A line of a copied file, counted from 1; empty after its end."""
        lines = (self.srcdir / path).read_text(encoding="utf-8").splitlines()
        return lines[line - 1] if line <= len(lines) else ""


@pytest.fixture(scope="module")
def converted(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Converted:
    """The converted pages, built once."""
    project = Project(tmp_path_factory.mktemp("corpus"))
    convert(corpus, project.srcdir)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", TODAY)
        patch.syspath_prepend(corpus / "conf")  # conf.py does so too, and this one is undone
        build = project.build()
    config = parse_config(read_toml(project.srcdir / "opsdocs.toml"))
    graph = TraceabilityGraph(build.documents.values(), config)
    return Converted(project.srcdir, build, graph)


def matrix_pairs(rows: list[list[str]]) -> set[tuple[str, str]]:
    """Document and canonical section, for all rows that have a document."""
    return {
        (document, row[0]) for row in rows if row[3] != "none" for document in row[3].split(", ")
    }


def register_rows(rows: list[list[str]]) -> list[tuple[str, ...]]:
    """The columns of the register that were written down by hand."""
    return [tuple(row[column] for column in REGISTER_COLUMNS) for row in rows]


def html_rows(text: str) -> list[list[str]]:
    """The cells of all body rows of the tables of a page, as text."""
    rows = [
        re.findall(r"<td.*?>(.*?)</td>", row, re.DOTALL)
        for row in re.findall(r"<tr.*?</tr>", text, re.DOTALL)
    ]
    return [
        [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in row]
        for row in rows
        if row
    ]


def in_included_file(edge: CanonicalEdge) -> bool:
    """Whether a reference was added to a file that a page includes, told by its target."""
    return edge.docname == f"{APPS}/gafaelfawr/values" and edge.resolution.target in (
        "identity:firestore",
        "identity:scopes",
    )


def test_matrix_of_real_pages_is_right_by_hand_count(converted: Converted) -> None:
    assert matrix_pairs(converted.rows("matrix")) == MATRIX
    assert len(MATRIX) == 29


def test_matrix_shows_the_labels_that_nothing_refers_to(converted: Converted) -> None:
    holes = Counter(
        row[0].partition(":")[0] for row in converted.rows("matrix") if row[3] == "none"
    )
    assert {
        domain: holes[domain] for domain in LABELS_WITHOUT_REFERENCE
    } == LABELS_WITHOUT_REFERENCE


def test_matrix_shows_the_deviations_of_each_section(converted: Converted) -> None:
    found = {row[0]: (row[4], row[5]) for row in converted.rows("matrix") if row[4] or row[5]}
    expected = {
        section: (number, "") if state == "open" else ("", number)
        for number, _, state, _, sections, _ in REGISTER
        for section in sections.split(", ")
    }
    assert found == expected
    assert len(found) == 9


def test_register_of_real_pages_is_right_by_hand_count(converted: Converted) -> None:
    rows = converted.rows("register")
    assert register_rows(rows) == REGISTER
    assert {row[0]: row[7] for row in rows} == ISSUES


def test_inventory_counts_the_classes_of_real_pages(converted: Converted) -> None:
    rows = converted.rows("inventory")
    assert Counter(row[1] for row in rows) == CLASSES
    assert sorted(row[0] for row in rows if row[4] == "2.10") == [
        "AMD SEV (Secure Encrypted Virtualization)",
        "Gafaelfawr Helm values reference",
    ]


def test_workarounds_of_real_pages_belong_to_their_deviations(converted: Converted) -> None:
    found = {
        (docname, workaround.deviation, workaround.is_nested)
        for docname, facts in converted.build.documents.items()
        for workaround in facts.workarounds
    }
    assert found == WORKAROUNDS


def test_real_pages_give_the_expected_findings_and_no_error(converted: Converted) -> None:
    found = sorted(
        (f.rule, f.severity, f.docname)
        for f in converted.build.findings
        if not RULES_BY_NAME[f.rule].judges_prose  # benchmarks/accuracy.py judges these
    )
    assert found == sorted(FINDINGS)


def test_every_dependency_of_the_label_file_is_a_reference(
    converted: Converted, corpus: Path
) -> None:
    labels = corpus / "labels" / "canonical_refs_shared.csv"
    with labels.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 21
    for row in rows:
        original = (corpus / row["ops_file"]).read_text(encoding="utf-8").splitlines()
        labelled = original[int(row["ops_line"]) - 1]
        copied = (converted.srcdir / row["ops_file"]).read_text(encoding="utf-8").splitlines()
        at = next(i for i, line in enumerate(copied, 1) if line.startswith(labelled))
        edges = [
            edge
            for edge in converted.graph.edges_by_document[row["ops_file"].removesuffix(".rst")]
            if 0 <= edge.place.line - at <= LONGEST_BLOCK
        ]
        sections = {
            (f"{edge.resolution.section.docname}.rst", edge.resolution.section.title)
            for edge in edges
            if edge.resolution.section
        }
        assert (row["canonical_file"], row["canonical_section"]) in sections, row


def test_references_of_real_pages_are_placed_where_their_text_stands(converted: Converted) -> None:
    edges = [edge for edge in converted.graph.edges if not in_included_file(edge)]
    wrong = [
        (edge.docname, edge.place, edge.resolution.target)
        for edge in edges
        if edge.resolution.target not in converted.line(edge.place.path, edge.place.line)
    ]
    assert wrong == []
    assert len(edges) == 14 + 17  # on pages of nova and of phalanx


def test_reference_in_an_included_table_is_placed_where_its_text_stands(
    converted: Converted,
) -> None:
    edges = [edge for edge in converted.graph.edges if in_included_file(edge)]
    assert len(edges) == 2
    for edge in edges:
        assert edge.place.path == INCLUDED[0]
        assert edge.resolution.target in converted.line(edge.place.path, edge.place.line)


def test_deviations_of_real_pages_are_placed_where_they_start(converted: Converted) -> None:
    for node in converted.graph.deviations:
        place = node.deviation.place
        assert re.search(
            rf"(observed-deviation::|{{observed-deviation}}) {node.deviation.title}$",
            converted.line(place.path, place.line),
        )


def test_headers_of_real_pages_are_placed_where_they_stand(converted: Converted) -> None:
    for document in converted.graph.governed:
        for name, place in document.header.given.items():
            assert converted.line(place.path, place.line).lstrip(":").startswith(f"{name}: ")


def test_report_pages_of_real_pages_show_what_the_tables_hold(converted: Converted) -> None:
    register = converted.build.text("reports/register.html")
    rows = {row[0].split()[0]: row for row in html_rows(register)}
    assert list(rows) == [number for number, *_ in REGISTER]
    for number, severity, state, age, sections, page in REGISTER:
        assert f'href="../{page}.html#{number}"' in register
        assert rows[number][1].split()[0] == severity
        assert (state == "resolved") == ("resolved" in rows[number][1])
        assert not age or rows[number][2].startswith(f"{age} of ")
        assert all(section in rows[number][3] for section in sections.split(", "))
    matrix = converted.build.text("reports/matrix.html").partition("<tbody>")[2]
    matrix = matrix.partition("</tbody>")[0]  # a menu has links too
    for page, count in Counter(page for page, _ in MATRIX).items():
        assert matrix.count(f'href="../{page}.html"') == count


def test_conversion_refuses_a_corpus_that_has_changed(corpus: Path, tmp_path: Path) -> None:
    for path in (*OPERATIONS, *SPECIFICATIONS, *INCLUDED):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(corpus / path, tmp_path / path)
    changed = tmp_path / NOVA / "sev.rst"
    changed.write_text("A new line.\n" + changed.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(ValueError, match=rf"{NOVA}/sev\.rst:46 has \w+, not \w+"):
        convert(tmp_path, tmp_path / "out")
