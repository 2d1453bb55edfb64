"""Real operational pages and their specifications, converted to governed documents in a copy.

    python -m tests.corpus_pages CORPUS OUT

writes a Sphinx project to OUT that keeps the paths of the corpus. No text of the corpus is kept
here: an edit names a file and a line, and a hash of the line tells whether the corpus has changed.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

NOVA = "nova/doc/source/admin"
SPECS = "nova-specs/specs"
APPS = "phalanx/docs/applications"
SEV = f"{SPECS}/train/implemented/amd-sev-libvirt-support"
OLD_SEV = f"{SPECS}/stein/approved/amd-sev-libvirt-support"
MULTIQUEUE = f"{SPECS}/liberty/implemented/libvirt-virtiomq"
MIGRATION = f"{SPECS}/queens/implemented/migration-allocations"
COUNTING = f"{SPECS}/train/implemented/count-quota-usage-from-placement"
USER_GUIDE = "gafaelfawr/docs/user-guide/quotas"

OPERATIONS: Mapping[str, str] = {
    f"{NOVA}/cells.rst": "environment-guide",
    f"{NOVA}/configuration/cross-cell-resize.rst": "deployment-guide",
    f"{NOVA}/networking.rst": "environment-guide",
    f"{NOVA}/pci-passthrough.rst": "environment-guide",
    f"{NOVA}/quotas.rst": "runbook",
    f"{NOVA}/scheduling.rst": "environment-guide",
    f"{NOVA}/sev.rst": "environment-guide",
    f"{NOVA}/troubleshooting/orphaned-allocations.rst": "recovery-procedure",
    f"{NOVA}/virtual-gpu.rst": "environment-guide",
    "nova/doc/source/opsguide/ops-monitoring.rst": "monitoring-playbook",
    "phalanx/docs/admin/troubleshooting.rst": "incident-guide",
    "phalanx/docs/admin/upgrade-windows.rst": "deployment-guide",
    f"{APPS}/gafaelfawr/add-scope.rst": "runbook",
    f"{APPS}/gafaelfawr/github-organizations.rst": "access-guidance",
    f"{APPS}/gafaelfawr/quotas.rst": "runbook",
    f"{APPS}/gafaelfawr/troubleshoot.rst": "incident-guide",
    f"{APPS}/gafaelfawr/values.md": "environment-guide",
    f"{APPS}/nublado/updating-recommended.rst": "runbook",
    f"{APPS}/nublado/values.md": "environment-guide",
    f"{APPS}/sasquatch/create-write-token.rst": "access-guidance",
    f"{APPS}/times-square/values.md": "environment-guide",
}
"""Operational pages and their classes."""

SPECIFICATIONS: Mapping[str, str] = {
    "dmtn-224/index.rst": "team-identity",
    "dmtn-225/index.rst": "team-identity",
    "dmtn-234/index.rst": "team-identity",
    "dmtn-235/index.rst": "team-identity",
    f"{USER_GUIDE}.rst": "team-gafaelfawr",
    f"{SPECS}/2024.1/implemented/libvirt-mdev-live-migrate.rst": "team-nova",
    f"{MULTIQUEUE}.rst": "team-nova",
    f"{MIGRATION}.rst": "team-nova",
    f"{OLD_SEV}.rst": "team-nova",
    f"{COUNTING}.rst": "team-nova",
    f"{SEV}.rst": "team-nova",
    f"{SPECS}/train/implemented/pre-filter-disabled-computes.rst": "team-nova",
    f"{SPECS}/ussuri/implemented/cross-cell-resize.rst": "team-nova",
    f"{SPECS}/zed/approved/pci-device-tracking-in-placement.rst": "team-nova",
    "sqr-055/index.rst": "team-identity",
    "sqr-056/index.rst": "team-releases",
}
"""Specification pages and their owners."""

INCLUDED = tuple(
    f"phalanx/applications/{name}/README.md" for name in ("gafaelfawr", "nublado", "times-square")
)
"""Files that the MyST pages include, and that are no pages themselves."""

HEADER = {"status": "Canonical", "version": "1.0", "last-reviewed": "2026-10-01"}
HEADER_OF: Mapping[str, Mapping[str, str]] = {
    f"{NOVA}/cells.rst": {"last-reviewed": "2025-03-01"},
    f"{NOVA}/sev.rst": {"version": "2.10"},
    f"{APPS}/gafaelfawr/values.md": {"version": "2.10"},
    f"{OLD_SEV}.rst": {"status": "Deprecated", "superseded-by": SEV},
    "sqr-056/index.rst": {"status": "Draft"},  # it calls itself descriptive, not prescriptive
}
"""Where a header differs from ``HEADER``."""

# Each edit below starts with "@@", line (from 1, before any edit), hash of that line and where:
# a block "before" or "after" it, the next "line" of its paragraph, or the "end" of it or its cell.

LABELS = f"""
=== dmtn-235/index.rst
@@ 174 fcd81425 before
.. _creating-new-scopes:
=== {SEV}.rst
@@ 435 69b1b67d before
.. _amd-sev-limitations:
=== {COUNTING}.rst
@@ 65 28b00af7 before
.. _count-usage-from-placement:
=== {SPECS}/2024.1/implemented/libvirt-mdev-live-migrate.rst
@@ 41 28b00af7 before
.. _mdev-live-migration:
=== {SPECS}/train/implemented/pre-filter-disabled-computes.rst
@@ 61 8a926b17 before
.. _disabled-trait-compute-changes:
=== {SPECS}/ussuri/implemented/cross-cell-resize.rst
@@ 408 69b1b67d before
.. _cross-cell-limitations:
=== {SPECS}/zed/approved/pci-device-tracking-in-placement.rst
@@ 208 fb41f654 before
.. _pci-devices-in-placement:
"""
"""Labels for sections of specifications; others have one already, or are named by their page."""

NOVA_EDITS = f"""
=== {NOVA}/cells.rst
@@ 992 9aa5e6e6 line
   The problem is stated in :canonical:`nova:{COUNTING}#problem-description`.
=== {NOVA}/configuration/cross-cell-resize.rst
@@ 224 1c3db2e5 after
  .. observed-deviation:: This page left open whether automatic confirmation works
     :id: DEV-0003
     :spec: nova:cross-cell-limitations
     :issue: LP-1000003
     :observed: 2026-06-01
     :severity: minor
     :state: resolved
     :resolved: 2026-11-02

     Read against the specification, the bullet above hedges what is stated there.
=== {NOVA}/networking.rst
@@ 283 a03c69e2 after
.. canonical-ref:: nova:{MULTIQUEUE}#problem-description
   :why: the limits of the feature are stated there
@@ 292 1a6d4c7c after
.. observed-deviation:: The list of limits above is shorter than the specified one
   :id: DEV-0002
   :spec: nova:{MULTIQUEUE}#problem-description
   :issue: LP-1000002
   :observed: 2026-09-14
   :severity: minor
   :state: open

   A comparison of both lists found limits that stand in the specification alone.
=== {NOVA}/pci-passthrough.rst
@@ 412 2f3c91c7 line
See :canonical:`how devices are modelled <nova:pci-devices-in-placement>`.
=== {NOVA}/quotas.rst
@@ 109 861ca57d line
(:canonical:`nova:count-usage-from-placement`)
=== {NOVA}/scheduling.rst
@@ 84 a4ef220b after
.. canonical-ref:: nova:disabled-trait-compute-changes
   :why: who sets the trait, and when
=== {NOVA}/sev.rst
@@ 46 79eee4d5 line
  The ways there are: :canonical:`nova:memory_reservation_solutions`.
@@ 57 4a4df6d8 after
  .. canonical-ref:: nova:{OLD_SEV}#proposed-change
     :why: the sizes of memory regions are listed only there
@@ 62 28e9b230 after
  .. canonical-ref:: nova:{SEV}#memory-locking-and-accounting
@@ 183 bcdd7e02 after
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
=== {NOVA}/troubleshooting/orphaned-allocations.rst
@@ 5 11d925ec after
.. canonical-ref:: nova:{MIGRATION}#proposed-change
   :why: who owns an allocation during a move
=== {NOVA}/virtual-gpu.rst
@@ 477 3afc5f6e after
   .. canonical-ref:: nova:mdev-live-migration
      :why: the procedure relies on that workflow
"""

PHALANX_EDITS = f"""
=== phalanx/docs/admin/troubleshooting.rst
@@ 37 0cfab9fc after
.. canonical-ref:: identity:scopes
@@ 97 aeae222b after
.. observed-deviation:: Ids are kept in another store than the one named above
   :id: DEV-0005
   :spec: identity:uid-gid-assignment, identity:firestore
   :issue: ID-5
   :observed: 2026-08-03
   :severity: major
   :state: open

   Both specifications name the same database, this page another product.

   .. workaround::

      Look ids up in the specified database.
=== phalanx/docs/admin/upgrade-windows.rst
@@ 16 0482f27e end
 It is :canonical:`releases:sqr-056/index#process`.
@@ 28 2773d189 after
.. observed-deviation:: The sequence of environments is followed but not specified
   :id: DEV-0004
   :spec: releases:sqr-056/index#process
   :issue: REL-4
   :observed: 2026-10-20
   :severity: minor
   :state: open

   The order above was read off recent roll-outs.
=== {APPS}/gafaelfawr/add-scope.rst
@@ 12 0b4e4d7c end
 They are :canonical:`these cautions <identity:creating-new-scopes>`.
=== {APPS}/gafaelfawr/github-organizations.rst
@@ 8 32d13a47 after
.. canonical-ref:: identity:github
=== {APPS}/gafaelfawr/quotas.rst
@@ 19 4bebd516 after
.. observed-deviation:: The specifications give quotas two intervals
   :id: DEV-0006
   :spec: identity:rate-limiting, gafaelfawr:{USER_GUIDE}#api-quotas
   :issue: ID-6, GAF-6
   :observed: 2026-11-10
   :severity: critical
   :state: open

   The interval above is that of one specification, the other one has a shorter one.
@@ 184 d9372aca after
.. canonical-ref:: identity:dmtn-234/index#quota-calculation
   :why: how overrides and groups add up
=== {APPS}/gafaelfawr/troubleshoot.rst
@@ 47 d04576ab after
.. canonical-ref:: comanage:enrollment-flow
=== {APPS}/nublado/updating-recommended.rst
@@ 15 ddc7d1d7 after
.. canonical-ref:: releases:sqr-056/index#the-recommended-container
   :why: how a version gets approved
=== {APPS}/sasquatch/create-write-token.rst
@@ 24 e2a0b9dc end
 The rule is :canonical:`identity:dmtn-225/index#username`.
"""

MYST_EDITS = """
=== phalanx/applications/gafaelfawr/README.md
@@ 37 1972bf5f end
 See {canonical}`identity:firestore`.
@@ 39 84310ab6 end
 See {canonical}`identity:scopes`.
=== phalanx/docs/applications/gafaelfawr/values.md
@@ 6 00c29e8c after
```{canonical-ref} identity:creating-new-scopes
:why: scopes are configured here
```

```{workaround}
:deviation: DEV-0006

Give quotas that hold for either interval.
```
=== phalanx/docs/applications/nublado/values.md
@@ 6 c158ff97 after
```{canonical-ref} releases:sqr-056/index#the-recommended-container
```
=== phalanx/docs/applications/times-square/values.md
@@ 6 96b2c712 line
Scopes are among {canonical}`identity:dmtn-235/index#current-scopes`.
@@ 12 f1b90184 after
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
"""

CONFIG = r"""
governed = ["nova/**", "phalanx/docs/**"]

[owners]
team-gafaelfawr = { title = "Authorization service" }
team-identity = { title = "Identity management" }
team-nova = { title = "Compute specifications" }
team-nova-ops = { title = "Compute operations" }
team-platform-ops = { title = "Platform operations" }
team-releases = { title = "Releases" }

[trackers]
gafaelfawr-issues = { pattern = 'GAF-(?P<number>\d+)' }
identity-issues = { pattern = 'ID-(?P<number>\d+)', url = "https://tracker.example/id/{number}" }
nova-bugs = { pattern = 'LP-(?P<number>\d+)', url = "https://bugs.example/nova/{number}" }
release-issues = { pattern = 'REL-(?P<number>\d+)' }

[domains]
comanage = { owner = "team-identity", tracker = "identity-issues", paths = ["sqr-055/**"] }
gafaelfawr = { owner = "team-gafaelfawr", tracker = "gafaelfawr-issues", paths = ["gafaelfawr/**"] }
identity = { owner = "team-identity", tracker = "identity-issues", paths = ["dmtn-*/**"] }
nova = { owner = "team-nova", tracker = "nova-bugs", paths = ["nova-specs/**"] }
releases = { owner = "team-releases", tracker = "release-issues", paths = ["sqr-056/**"] }

[rules]
section_missing = "off"  # real pages were not written for our classes
"""

CONF = """
import runpy

phalanx, nova = (
    runpy.run_path(CORPUS + "/conf/" + name + "/conf.py")  # makes corpus_stubs importable
    for name in ("phalanx", "nova")
)
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
exclude_patterns = ["phalanx/applications/**"]
"""

REPORTS = {
    "index.rst": "Pages\n=====\n\n.. toctree::\n   :glob:\n\n   **\n",
    "reports/matrix.rst": "Matrix\n======\n\n.. traceability-matrix::\n",
    "reports/register.rst": "Register\n========\n\n.. deviation-register::\n",
}


class Edit(NamedTuple):
    """Text of ours to insert at a line whose hash must be ``digest``."""

    line: int
    digest: str
    where: str
    text: str


def convert(corpus: Path, out: Path) -> None:
    """Write the converted copy to ``out``. Raises ValueError where the corpus has changed."""
    edits = parse_edits(LABELS + NOVA_EDITS + PHALANX_EDITS + MYST_EDITS)
    for path in (*OPERATIONS, *SPECIFICATIONS, *INCLUDED):
        lines = (corpus / path).read_text(encoding="utf-8").splitlines()
        converted = list(_edited(path, lines, edits[path]))
        if path not in INCLUDED:
            at = _after_licence(converted)
            converted[at:at] = _header(path, is_followed=converted[at].startswith(":"))
        _write(out / path, "\n".join(converted) + "\n")
    _write(out / "conf.py", f"CORPUS = {corpus.resolve().as_posix()!r}\n{CONF}")
    _write(out / "opsdocs.toml", CONFIG)
    for path, text in REPORTS.items():
        _write(out / path, text)


def parse_edits(text: str) -> Mapping[str, Sequence[Edit]]:
    """The edits by path, in order; no edits for paths that are not named."""
    edits: dict[str, list[Edit]] = defaultdict(list)
    for part in re.split(r"^=== ", text, flags=re.MULTILINE)[1:]:
        path, _, rest = part.partition("\n")
        for edit in re.split(r"^@@ ", rest, flags=re.MULTILINE)[1:]:
            head, _, body = edit.partition("\n")
            line, digest, where = head.split()
            edits[path].append(Edit(int(line), digest, where, body.rstrip()))
    return edits


def line_digest(line: str) -> str:
    """The hash that tells whether a line is still the one that an edit was written for."""
    return hashlib.sha256(line.strip().encode()).hexdigest()[:8]


def _edited(path: str, lines: Sequence[str], edits: Sequence[Edit]) -> Iterator[str]:
    done = 0
    for edit in edits:
        line = lines[edit.line - 1]
        if line_digest(line) != edit.digest:
            raise ValueError(f"{path}:{edit.line} has {line_digest(line)}, not {edit.digest}")
        yield from lines[done : edit.line - 1]
        yield from _applied(line, edit)
        done = edit.line
    yield from lines[done:]


def _applied(line: str, edit: Edit) -> Sequence[str]:
    block = edit.text.split("\n")
    if edit.where == "before":
        return (*block, "", line)
    if edit.where == "after":
        return (line, "", *block, "")
    if edit.where == "line":
        return (line, *block)
    cell = line.removesuffix(" |")
    return (cell + edit.text + line[len(cell) :],)


def _after_licence(lines: Sequence[str]) -> int:
    """Index of the line where a header goes: the first one, or the first after a comment."""
    if lines[0] != "..":
        return 0
    return next(i for i, line in enumerate(lines) if i and line and not line.startswith(" "))


def _header(path: str, is_followed: bool) -> Sequence[str]:
    """Front matter, or docinfo, in one with the page's own where that follows."""
    if path in OPERATIONS:
        owner = "team-nova-ops" if path.startswith("nova/") else "team-platform-ops"
        fields = {"class": OPERATIONS[path], "owner": owner}
    else:
        fields = {"class": "specification", "owner": SPECIFICATIONS[path]}
    fields = {**fields, **HEADER, **HEADER_OF.get(path, {})}
    if path.endswith(".md"):
        return ["---", *(f"{name}: {text}" for name, text in fields.items()), "---", ""]
    docinfo = [f":{name}: {text}" for name, text in fields.items()]
    return docinfo if is_followed else [*docinfo, ""]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
