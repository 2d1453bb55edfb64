"""Real operational pages and their specifications, converted to governed documents in a copy.

    python -m tests.corpus_pages CORPUS OUT

writes a Sphinx project to OUT that keeps the paths of the corpus. No text of the corpus is kept
here: an edit names file and line, and a hash of the line tells whether the corpus has changed.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

NOVA = "nova/doc/source/admin"
GUIDE = "nova/doc/source/opsguide"
SPECS = "nova-specs/specs"
PHALANX = "phalanx/docs"
CHARTS = "phalanx/applications"
SEV = f"{SPECS}/train/implemented/amd-sev-libvirt-support"
OLD_SEV = f"{SPECS}/stein/approved/amd-sev-libvirt-support"
MULTIQUEUE = f"{SPECS}/liberty/implemented/libvirt-virtiomq"
MIGRATION = f"{SPECS}/queens/implemented/migration-allocations"
COUNTING = f"{SPECS}/train/implemented/count-quota-usage-from-placement"
USER_GUIDE = "gafaelfawr/docs/user-guide/quotas"


class Page(NamedTuple):
    """A page to copy, and its governed header."""

    path: str
    document_class: str
    owner: str
    status: str = "Canonical"
    version: str = "1.0"
    reviewed: str = "2026-10-01"
    superseded_by: str = ""


class Edit(NamedTuple):
    """Text of ours at a line (from 1, before any edit) whose hash must be ``digest``.

    A block goes ``before`` or ``after`` the line with blank lines around it, a ``line`` becomes
    the next line of the same paragraph, ``end`` goes to the end of the line or table cell.
    """

    path: str
    line: int
    digest: str
    where: Literal["before", "after", "line", "end"]
    text: str


OPERATIONS = (
    Page(f"{NOVA}/cells.rst", "environment-guide", "team-nova-ops", reviewed="2025-03-01"),
    Page(f"{NOVA}/configuration/cross-cell-resize.rst", "deployment-guide", "team-nova-ops"),
    Page(f"{NOVA}/networking.rst", "environment-guide", "team-nova-ops"),
    Page(f"{NOVA}/pci-passthrough.rst", "environment-guide", "team-nova-ops"),
    Page(f"{NOVA}/quotas.rst", "runbook", "team-nova-ops"),
    Page(f"{NOVA}/scheduling.rst", "environment-guide", "team-nova-ops"),
    Page(f"{NOVA}/sev.rst", "environment-guide", "team-nova-ops", version="2.10"),
    Page(f"{NOVA}/troubleshooting/orphaned-allocations.rst", "recovery-procedure", "team-nova-ops"),
    Page(f"{NOVA}/virtual-gpu.rst", "environment-guide", "team-nova-ops"),
    Page(f"{GUIDE}/ops-monitoring.rst", "monitoring-playbook", "team-nova-ops"),
    Page(f"{PHALANX}/admin/troubleshooting.rst", "incident-guide", "team-platform-ops"),
    Page(f"{PHALANX}/admin/upgrade-windows.rst", "deployment-guide", "team-platform-ops"),
    Page(f"{PHALANX}/applications/gafaelfawr/add-scope.rst", "runbook", "team-platform-ops"),
    Page(
        f"{PHALANX}/applications/gafaelfawr/github-organizations.rst",
        "access-guidance",
        "team-platform-ops",
    ),
    Page(f"{PHALANX}/applications/gafaelfawr/quotas.rst", "runbook", "team-platform-ops"),
    Page(
        f"{PHALANX}/applications/gafaelfawr/troubleshoot.rst", "incident-guide", "team-platform-ops"
    ),
    Page(
        f"{PHALANX}/applications/gafaelfawr/values.md",
        "environment-guide",
        "team-platform-ops",
        version="2.10",
    ),
    Page(
        f"{PHALANX}/applications/nublado/updating-recommended.rst", "runbook", "team-platform-ops"
    ),
    Page(f"{PHALANX}/applications/nublado/values.md", "environment-guide", "team-platform-ops"),
    Page(
        f"{PHALANX}/applications/sasquatch/create-write-token.rst",
        "access-guidance",
        "team-platform-ops",
    ),
    Page(
        f"{PHALANX}/applications/times-square/values.md", "environment-guide", "team-platform-ops"
    ),
)
"""The 21 operational pages: 18 in reStructuredText, 3 in MyST."""

SPECIFICATIONS = (
    Page("dmtn-224/index.rst", "specification", "team-identity"),
    Page("dmtn-225/index.rst", "specification", "team-identity"),
    Page("dmtn-234/index.rst", "specification", "team-identity"),
    Page("dmtn-235/index.rst", "specification", "team-identity"),
    Page(f"{USER_GUIDE}.rst", "specification", "team-gafaelfawr"),
    Page(f"{SPECS}/2024.1/implemented/libvirt-mdev-live-migrate.rst", "specification", "team-nova"),
    Page(f"{MULTIQUEUE}.rst", "specification", "team-nova"),
    Page(f"{MIGRATION}.rst", "specification", "team-nova"),
    Page(f"{OLD_SEV}.rst", "specification", "team-nova", "Deprecated", superseded_by=SEV),
    Page(f"{SEV}.rst", "specification", "team-nova"),
    Page(f"{COUNTING}.rst", "specification", "team-nova"),
    Page(
        f"{SPECS}/train/implemented/pre-filter-disabled-computes.rst", "specification", "team-nova"
    ),
    Page(f"{SPECS}/ussuri/implemented/cross-cell-resize.rst", "specification", "team-nova"),
    Page(
        f"{SPECS}/zed/approved/pci-device-tracking-in-placement.rst", "specification", "team-nova"
    ),
    Page("sqr-055/index.rst", "specification", "team-identity"),
    # it calls itself descriptive, not prescriptive
    Page("sqr-056/index.rst", "specification", "team-releases", "Draft"),
)
"""The 16 specification pages."""

INCLUDED = tuple(f"{CHARTS}/{name}/README.md" for name in ("gafaelfawr", "nublado", "times-square"))
"""Files that the MyST pages include; they are no pages themselves."""

LABELS = (
    Edit("dmtn-235/index.rst", 174, "fcd81425", "before", ".. _creating-new-scopes:"),
    Edit(f"{SEV}.rst", 435, "69b1b67d", "before", ".. _amd-sev-limitations:"),
    Edit(f"{COUNTING}.rst", 65, "28b00af7", "before", ".. _count-usage-from-placement:"),
    Edit(
        f"{SPECS}/2024.1/implemented/libvirt-mdev-live-migrate.rst",
        41,
        "28b00af7",
        "before",
        ".. _mdev-live-migration:",
    ),
    Edit(
        f"{SPECS}/train/implemented/pre-filter-disabled-computes.rst",
        61,
        "8a926b17",
        "before",
        ".. _disabled-trait-compute-changes:",
    ),
    Edit(
        f"{SPECS}/ussuri/implemented/cross-cell-resize.rst",
        408,
        "69b1b67d",
        "before",
        ".. _cross-cell-limitations:",
    ),
    Edit(
        f"{SPECS}/zed/approved/pci-device-tracking-in-placement.rst",
        208,
        "fb41f654",
        "before",
        ".. _pci-devices-in-placement:",
    ),
)
"""Labels for sections of specifications; other sections have one, or are named by their page."""

NOVA_EDITS = (
    Edit(
        f"{NOVA}/cells.rst",
        992,
        "9aa5e6e6",
        "line",
        f"   The problem is stated in :canonical:`nova:{COUNTING}#problem-description`.",
    ),
    Edit(
        f"{NOVA}/configuration/cross-cell-resize.rst",
        224,
        "1c3db2e5",
        "after",
        """\
          .. observed-deviation:: This page left open whether automatic confirmation works
             :id: DEV-0003
             :spec: nova:cross-cell-limitations
             :issue: LP-1000003
             :observed: 2026-06-01
             :severity: minor
             :state: resolved
             :resolved: 2026-11-02

             Read against the specification, the bullet above hedges what is stated there.
        """,
    ),
    Edit(
        f"{NOVA}/networking.rst",
        283,
        "a03c69e2",
        "after",
        f"""\
        .. canonical-ref:: nova:{MULTIQUEUE}#problem-description
           :why: the limits of the feature are stated there
        """,
    ),
    Edit(
        f"{NOVA}/networking.rst",
        292,
        "1a6d4c7c",
        "after",
        f"""\
        .. observed-deviation:: The list of limits above is shorter than the specified one
           :id: DEV-0002
           :spec: nova:{MULTIQUEUE}#problem-description
           :issue: LP-1000002
           :observed: 2026-09-14
           :severity: minor
           :state: open

           A comparison of both lists found limits that stand in the specification alone.
        """,
    ),
    Edit(
        f"{NOVA}/pci-passthrough.rst",
        412,
        "2f3c91c7",
        "line",
        "See :canonical:`how devices are modelled <nova:pci-devices-in-placement>`.",
    ),
    Edit(
        f"{NOVA}/quotas.rst",
        109,
        "861ca57d",
        "line",
        "(:canonical:`nova:count-usage-from-placement`)",
    ),
    Edit(
        f"{NOVA}/scheduling.rst",
        84,
        "a4ef220b",
        "after",
        """\
        .. canonical-ref:: nova:disabled-trait-compute-changes
           :why: who sets the trait, and when
        """,
    ),
    Edit(
        f"{NOVA}/sev.rst",
        46,
        "79eee4d5",
        "line",
        "  The ways there are: :canonical:`nova:memory_reservation_solutions`.",
    ),
    Edit(
        f"{NOVA}/sev.rst",
        57,
        "4a4df6d8",
        "after",
        f"""\
          .. canonical-ref:: nova:{OLD_SEV}#proposed-change
             :why: the sizes of memory regions are listed only there
        """,
    ),
    Edit(
        f"{NOVA}/sev.rst",
        62,
        "28e9b230",
        "after",
        f"""\
          .. canonical-ref:: nova:{SEV}#memory-locking-and-accounting
        """,
    ),
    Edit(
        f"{NOVA}/sev.rst",
        183,
        "bcdd7e02",
        "after",
        """\
          .. canonical-ref:: nova:amd-sev-limitations

          .. observed-deviation:: Encrypted guests boot from disks that the specification rules out
             :id: DEV-0001
             :spec: nova:amd-sev-limitations
             :issue: LP-1000001
             :observed: 2026-10-05
             :severity: major
             :state: open
             :where: the staging cluster

             A guest with the default disk bus was started and came up.

             .. workaround::

                Set the disk bus of every new image.
        """,
    ),
    Edit(
        f"{NOVA}/troubleshooting/orphaned-allocations.rst",
        5,
        "11d925ec",
        "after",
        f"""\
        .. canonical-ref:: nova:{MIGRATION}#proposed-change
           :why: who owns an allocation during a move
        """,
    ),
    Edit(
        f"{NOVA}/virtual-gpu.rst",
        477,
        "3afc5f6e",
        "after",
        """\
           .. canonical-ref:: nova:mdev-live-migration
              :why: the procedure relies on that workflow
        """,
    ),
)

PHALANX_EDITS = (
    Edit(
        f"{PHALANX}/admin/troubleshooting.rst",
        37,
        "0cfab9fc",
        "after",
        """\
        .. canonical-ref:: identity:scopes
        """,
    ),
    Edit(
        f"{PHALANX}/admin/troubleshooting.rst",
        97,
        "aeae222b",
        "after",
        """\
        .. observed-deviation:: Ids are kept in another store than the one named above
           :id: DEV-0005
           :spec: identity:uid-gid-assignment, identity:firestore
           :issue: ID-5
           :observed: 2026-08-03
           :severity: major
           :state: open

           Both specifications name the same database, this page another product.

           .. workaround::

              Look ids up with the specified database.
        """,
    ),
    Edit(
        f"{PHALANX}/admin/upgrade-windows.rst",
        16,
        "0482f27e",
        "end",
        " It is :canonical:`releases:sqr-056/index#process`.",
    ),
    Edit(
        f"{PHALANX}/admin/upgrade-windows.rst",
        28,
        "2773d189",
        "after",
        """\
        .. observed-deviation:: The sequence of environments is followed but not specified
           :id: DEV-0004
           :spec: releases:sqr-056/index#process
           :issue: REL-4
           :observed: 2026-10-20
           :severity: minor
           :state: open

           The order above was read off recent roll-outs.
        """,
    ),
    Edit(
        f"{PHALANX}/applications/gafaelfawr/add-scope.rst",
        12,
        "0b4e4d7c",
        "end",
        " They are :canonical:`these cautions <identity:creating-new-scopes>`.",
    ),
    Edit(
        f"{PHALANX}/applications/gafaelfawr/github-organizations.rst",
        8,
        "32d13a47",
        "after",
        """\
        .. canonical-ref:: identity:github
        """,
    ),
    Edit(
        f"{PHALANX}/applications/gafaelfawr/quotas.rst",
        19,
        "4bebd516",
        "after",
        f"""\
        .. observed-deviation:: Quotas reset after another interval than one specification says
           :id: DEV-0006
           :spec: identity:rate-limiting, gafaelfawr:{USER_GUIDE}#api-quotas
           :issue: ID-6, GAF-6
           :observed: 2026-11-10
           :severity: critical
           :state: open

           The specifications name two intervals; the headers of answers were not conclusive.
        """,
    ),
    Edit(
        f"{PHALANX}/applications/gafaelfawr/quotas.rst",
        184,
        "d9372aca",
        "after",
        """\
        .. canonical-ref:: identity:dmtn-234/index#quota-calculation
           :why: how overrides and groups add up
        """,
    ),
    Edit(
        f"{PHALANX}/applications/gafaelfawr/troubleshoot.rst",
        47,
        "d04576ab",
        "after",
        """\
        .. canonical-ref:: comanage:enrollment-flow
        """,
    ),
    Edit(
        f"{PHALANX}/applications/nublado/updating-recommended.rst",
        15,
        "ddc7d1d7",
        "after",
        """\
        .. canonical-ref:: releases:sqr-056/index#the-recommended-container
           :why: how a version gets approved
        """,
    ),
    Edit(
        f"{PHALANX}/applications/sasquatch/create-write-token.rst",
        24,
        "e2a0b9dc",
        "end",
        " The rule is :canonical:`identity:dmtn-225/index#username`.",
    ),
)

MYST_EDITS = (
    Edit(
        f"{PHALANX}/applications/gafaelfawr/values.md",
        6,
        "00c29e8c",
        "after",
        """\
        ```{canonical-ref} identity:creating-new-scopes
        :why: scopes are configured here
        ```

        ```{workaround}
        :deviation: DEV-0006

        Give quotas that hold for either interval.
        ```
        """,
    ),
    Edit(
        f"{CHARTS}/gafaelfawr/README.md",
        37,
        "1972bf5f",
        "end",
        " See {canonical}`identity:firestore`.",
    ),
    Edit(
        f"{CHARTS}/gafaelfawr/README.md",
        39,
        "84310ab6",
        "end",
        " See {canonical}`identity:scopes`.",
    ),
    Edit(
        f"{PHALANX}/applications/nublado/values.md",
        6,
        "c158ff97",
        "after",
        """\
        ```{canonical-ref} releases:sqr-056/index#the-recommended-container
        ```
        """,
    ),
    Edit(
        f"{PHALANX}/applications/times-square/values.md",
        6,
        "96b2c712",
        "end",
        "\nScopes are among {canonical}`identity:dmtn-235/index#current-scopes`.",
    ),
    Edit(
        f"{PHALANX}/applications/times-square/values.md",
        11,
        "cb3f91d5",
        "after",
        """\
        ````{observed-deviation} The API takes a scope that is specified for other things
        :id: DEV-0007
        :spec: identity:dmtn-235/index#current-scopes
        :issue: ID-7
        :observed: 2026-11-16
        :severity: minor
        :state: open

        The default of two values above is a scope whose definition does not name this API.

        ```{workaround}
        Set both values where fewer users shall have access.
        ```
        ````
        """,
    ),
)

CONFIG = """\
governed = ["nova/**", "phalanx/docs/**"]

[owners]
team-gafaelfawr = { title = "Authorization service" }
team-identity = { title = "Identity management" }
team-nova = { title = "Compute specifications" }
team-nova-ops = { title = "Compute operations" }
team-platform-ops = { title = "Platform operations" }
team-releases = { title = "Releases" }

[trackers]
gafaelfawr-issues = { pattern = 'GAF-(?P<number>\\d+)' }
identity-issues = { pattern = 'ID-(?P<number>\\d+)', url = "https://tracker.example/id/{number}" }
nova-bugs = { pattern = 'LP-(?P<number>\\d+)', url = "https://bugs.example/nova/{number}" }
release-issues = { pattern = 'REL-(?P<number>\\d+)' }

[domains]
comanage = { owner = "team-identity", tracker = "identity-issues", paths = ["sqr-055/**"] }
gafaelfawr = { owner = "team-gafaelfawr", tracker = "gafaelfawr-issues", paths = ["gafaelfawr/**"] }
identity = { owner = "team-identity", tracker = "identity-issues", paths = ["dmtn-*/**"] }
nova = { owner = "team-nova", tracker = "nova-bugs", paths = ["nova-specs/**"] }
releases = { owner = "team-releases", tracker = "release-issues", paths = ["sqr-056/**"] }

[rules]
section_missing = "off"  # real pages were not written for our classes
"""

CONF = """\
import runpy

CORPUS = {corpus!r}
phalanx = runpy.run_path(CORPUS + "/conf/phalanx/conf.py")  # both make corpus_stubs importable
nova = runpy.run_path(CORPUS + "/conf/nova/conf.py")
project = "converted pages of the corpus"
extensions = [*phalanx["extensions"], "sphinxext_opsdocs"]
html_theme = "basic"
html_copy_source = False
extlinks = phalanx["extlinks"]
corpus_stub_roles = [*phalanx["corpus_stub_roles"], *nova["corpus_stub_roles"]]
corpus_stub_roles += ["cite", "ldm", "lpm", "lse", "rtn"]
corpus_stub_drop = [*phalanx["corpus_stub_drop"], *nova["corpus_stub_drop"], "mermaid"]
corpus_stub_keep = [*phalanx["corpus_stub_keep"], "abstract"]
myst_enable_extensions = phalanx["myst_enable_extensions"]
rst_epilog = phalanx["rst_epilog"]
exclude_patterns = ["phalanx/applications/**"]
"""

REPORTS = {
    "index.rst": "Pages\n=====\n\n.. toctree::\n   :glob:\n\n   **\n",
    "reports/register.rst": "Register\n========\n\n.. deviation-register::\n",
    "reports/matrix.rst": "Matrix\n======\n\n.. traceability-matrix::\n",
}


def convert(corpus: Path, out: Path) -> None:
    """Write the converted copy to ``out``. Raises ValueError where the corpus has changed."""
    edits = (*LABELS, *NOVA_EDITS, *PHALANX_EDITS, *MYST_EDITS)
    pages = {page.path: page for page in (*OPERATIONS, *SPECIFICATIONS)}
    for path in (*pages, *INCLUDED):
        lines = (corpus / path).read_text(encoding="utf-8").splitlines()
        converted = list(_edited(lines, [edit for edit in edits if edit.path == path]))
        if path in pages:
            at = _start(converted)
            converted[at:at] = _header(pages[path], converted[at])
        _write(out / path, "\n".join(converted) + "\n")
    _write(out / "conf.py", CONF.format(corpus=corpus.resolve().as_posix()))
    _write(out / "opsdocs.toml", CONFIG)
    for path, text in REPORTS.items():
        _write(out / path, text)


def line_digest(line: str) -> str:
    """The hash that tells whether a line is still the one that an edit was written for."""
    return hashlib.sha256(line.strip().encode()).hexdigest()[:8]


def _edited(lines: Sequence[str], edits: Sequence[Edit]) -> Iterator[str]:
    by_line = {edit.line: edit for edit in edits}
    for number, line in enumerate(lines, 1):
        if not (edit := by_line.pop(number, None)):
            yield line
            continue
        if line_digest(line) != edit.digest:
            raise ValueError(f"{edit.path}:{number} is {line_digest(line)}, not {edit.digest}")
        yield from _applied(line, edit)
    if by_line:
        raise ValueError(f"{edits[0].path} ends before line {min(by_line)}")


def _applied(line: str, edit: Edit) -> Iterator[str]:
    if edit.where == "end":
        cell = line.removesuffix(" |")
        yield from f"{cell}{edit.text}{line[len(cell) :]}".split("\n")
    elif edit.where == "line":
        yield from (line, edit.text)
    elif edit.where == "before":
        yield from (edit.text, "", line)
    else:
        yield from (line, "", *_block(edit.text), "")


def _block(text: str) -> list[str]:
    """Lines of a block as written above, less the eight columns that the code is indented by."""
    return [line.removeprefix(" " * 8) for line in text.rstrip().split("\n")]


def _start(lines: Sequence[str]) -> int:
    """Index of the first line that is not part of a licence comment."""
    if lines[0] != "..":
        return 0
    return next(i for i, line in enumerate(lines) if i and line and not line.startswith(" "))


def _header(page: Page, following: str) -> list[str]:
    """Docinfo, one with the page's own fields where it has any, or front matter."""
    fields = {
        "class": page.document_class,
        "owner": page.owner,
        "status": page.status,
        "version": page.version,
        "last-reviewed": page.reviewed,
        **({"superseded-by": page.superseded_by} if page.superseded_by else {}),
    }
    if page.path.endswith(".md"):
        return ["---", *(f"{name}: {text}" for name, text in fields.items()), "---", ""]
    docinfo = [f":{name}: {text}" for name, text in fields.items()]
    return docinfo if following.startswith(":") else [*docinfo, ""]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
