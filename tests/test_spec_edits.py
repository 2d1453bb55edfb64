"""Real specifications edited in real ways: what becomes suspect on the real pages that depend on them.

The 21 labelled references of the corpus (those through stale paths included) become canonical
references on the operational pages that they stand on, and one more to a section with a table. The
specifications are two projects of their own, known to the operational one from their indexes. Each
edit starts from the specifications as they are.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from sphinxext_opsdocs.canonical.index_file import INDEX_FORMAT, CanonicalIndex
from sphinxext_opsdocs.cli import main
from sphinxext_opsdocs.config.schema import INDEX_FILE
from sphinxext_opsdocs.ext.input_files import read_inputs
from sphinxext_opsdocs.facts.file import FACTS_FORMAT
from sphinxext_opsdocs.findings.finding import Finding
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules import RULES
from sphinxext_opsdocs.rules.engine.check import check
from tests.project import Project

pytestmark = pytest.mark.slow

ADMIN = "nova/doc/source/admin"
APPS = "phalanx/docs/applications"
SEV = "train/implemented/amd-sev-libvirt-support"
PREFILTER = "train/implemented/pre-filter-disabled-computes"
MULTIQUEUE = "liberty/implemented/libvirt-virtiomq"
PCI = "zed/approved/pci-device-tracking-in-placement"
RESIZE = "ussuri/implemented/cross-cell-resize"
MIGRATION = "queens/implemented/migration-allocations"
MDEV = "2024.1/implemented/libvirt-mdev-live-migrate"
COUNTING = "train/implemented/count-quota-usage-from-placement"
POLICY = "victoria/implemented/use-pcpu-vcpu-in-one-instance"
TABLE = (f"{ADMIN}/cpu-topologies", 20, f"nova:{POLICY}#instance-cpu-policy-matrix")
BASE = "https://specs.example/nova/"
PROSE_OFF = "\n".join(f'{rule.name} = "off"' for rule in RULES if rule.judges_prose)
CONFIG = f"""
[owners.team-ops]
[domains.nova]
index = "../../nova/out/html/{INDEX_FILE}"
base_url = "{BASE}"
default_status = "Canonical"
[domains.identity]
index = "../../identity/out/html/{INDEX_FILE}"
default_status = "Canonical"
[rules]
{PROSE_OFF}
markup_broken = "off"  # real pages have roles of extensions that are not loaded here
"""
SPEC_CONFIG = '[domains.own]\npaths = ["**"]\n'
HEADER = {
    "class": "note",
    "owner": "team-ops",
    "status": "Canonical",
    "version": "1.0",
    "last-reviewed": "2026-11-01",
}


class World(NamedTuple):
    """The three projects, and the operational documents as read once."""

    specifications: Mapping[str, Project]
    operations: Project
    facts: Path

    def findings(self) -> tuple[Finding, ...]:
        """Those of the operational pages against the indexes as they are now."""
        facts, config = FACTS_FORMAT.load(self.facts)
        srcdir = self.operations.srcdir
        inputs = read_inputs(config, srcdir, srcdir, facts.redirects)
        graph = TraceabilityGraph(facts.documents, config, inputs)
        return check(graph, date(2026, 11, 23), facts.owners).findings


def name_of(index: CanonicalIndex, docname: str, title: str, line: int) -> str:
    """``page#anchor`` of the section of that title which starts nearest to a line."""
    (page,) = (page for page in index.pages if page.docname == docname)
    entries = [entry for entry in page.sections if entry.title == title]
    return f"{docname}#{min(entries, key=lambda entry: abs(entry.line - line)).anchors[0]}"


def references(
    corpus: Path, nova: CanonicalIndex, identity: CanonicalIndex
) -> list[tuple[str, int, str]]:
    """Page, line and target of each labelled reference; a stale link stays stale."""
    old_names = {new: old for old, new in nova.redirects.items()}
    found: list[tuple[str, int, str]] = []
    with (corpus / "labels/canonical_refs_shared.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            page, at = row["ops_file"].rpartition(".")[0], int(row["ops_line"])
            line, title = int(row["canonical_line"]), row["canonical_section"]
            docname = row["canonical_file"].removesuffix(".rst").removeprefix("nova-specs/specs/")
            if not row["canonical_file"].startswith("nova-specs/"):
                found.append((page, at, f"identity:{name_of(identity, docname, title, line)}"))
                continue
            name = name_of(nova, docname, title, line)
            if "memory_reservation_solutions" in row["why"]:
                found.append((page, at, "nova:memory_reservation_solutions"))
            elif "stale" in row["why"] or "moved" in row["why"]:
                old = name.replace(docname, old_names[docname]).replace("#", ".html#")
                found.append((page, at, BASE + old))
            else:
                found.append((page, at, f"nova:{name}"))
    return [*found, TABLE]


def converted(path: Path, targets: Mapping[str, int]) -> str:
    """The real page with a header, and each reference before the block it was labelled at."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for target, line in sorted(targets.items(), key=lambda item: -item[1]):
        at = min(line, len(lines)) - 1
        while at and (lines[at - 1].strip() or not re.match(r"\w", lines[at])):
            at -= 1
        lines[at:at] = [f".. canonical-ref:: {target}", ""]
    header = [f":{name}: {text}" for name, text in HEADER.items()]
    return "\n".join([*header, "", *lines]) + "\n"


def make_specifications(corpus: Path, folder: Path) -> dict[str, Project]:
    nova = Project(folder / "nova", config=SPEC_CONFIG)
    source = corpus / "nova-specs/specs"
    for page in (SEV, PREFILTER, MULTIQUEUE, PCI, RESIZE, MIGRATION, MDEV, COUNTING, POLICY,
                 "stein/approved/amd-sev-libvirt-support"):  # fmt: skip
        nova.write({f"{page}.rst": (source / f"{page}.rst").read_text(encoding="utf-8")})
    for path in source.rglob("redirects"):
        nova.write({path.relative_to(source).as_posix(): path.read_text(encoding="utf-8")})
    identity = Project(folder / "identity", config=SPEC_CONFIG)
    for page in ("dmtn-224", "dmtn-225", "dmtn-234", "dmtn-235", "sqr-055", "sqr-056"):
        text = (corpus / page / "index.rst").read_text(encoding="utf-8")
        identity.write({f"{page}/index.rst": text})
        (identity.srcdir / f"{page}/table1.html").write_text("<table></table>")
    return {"nova": nova, "identity": identity}


@pytest.fixture(scope="module")
def world(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Everything built, and every reference pinned by ``opsdocs accept``."""
    folder = tmp_path_factory.mktemp("edits")
    specifications = make_specifications(corpus, folder)
    indexes = {
        key: INDEX_FORMAT.load(project.build().outdir / INDEX_FILE)
        for key, project in specifications.items()
    }
    operations = Project(folder / "operations", config=CONFIG)
    targets: dict[str, dict[str, int]] = {}
    for page, line, target in references(corpus, indexes["nova"], indexes["identity"]):
        targets.setdefault(page, {})[target] = line
    for page, found in targets.items():
        operations.write({f"{page}.rst": converted(corpus / f"{page}.rst", found)})
    toml = operations.srcdir / "opsdocs.toml"
    toml.write_text(toml.read_text() + "[classes.note]\nrequired_sections = []\n")
    facts = operations.build().outdir / "opsdocs.json"
    options = ("-s", str(facts), "-c", str(operations.srcdir), "--by", "Jo")
    for page in targets:
        done = CliRunner().invoke(main, ["accept", page, *options], input="y\nread\ny\ny\n")
        assert done.exit_code == 0, done.output
    return World(specifications, operations, facts)


Edit = Callable[[str], str]


def replaced(old: str, new: str) -> Edit:
    """An edit of words that stand once."""

    def edit(text: str) -> str:
        pattern = re.compile(r"\s+".join(map(re.escape, old.split())))
        assert len(pattern.findall(text)) == 1, (old, len(pattern.findall(text)))
        return pattern.sub(lambda _match: new, text)

    return edit


def paragraphs_joined(text: str) -> str:
    """Every paragraph of plain prose and every list item on one line."""
    blocks = []
    for block in text.split("\n\n"):
        lines = block.split("\n")
        indents = {len(line) - len(line.lstrip()) for line in lines[1:]}
        is_item = bool(re.match(r"\s*(?:[-*#]|\d+\.)\s", lines[0]))
        is_prose = all(re.match(r"\s*[\w`*\"(<-]", line) for line in lines)
        marked = any(re.search(r"::$|^\s*\.\. |[=~^\"-]{3}|^\s*:\w", line) for line in lines)
        own = len(lines[0]) - len(lines[0].lstrip())
        same = indents <= {own + 2} if is_item else indents <= {own}
        nested = any(re.match(r"\s*(?:[-*#]|\d+\.)\s", line) for line in lines[1:])
        plain = is_prose and same and own < 4 and not marked and not nested
        blocks.append(lines[0] + "".join(" " + x.strip() for x in lines[1:]) if plain else block)
    return "\n\n".join(blocks)


def joined_to_myst(text: str) -> str:
    """The page in MyST: titles, lists, inline code, links and comments, which is all it has."""
    text = re.sub(r"^={3,}\n(.+)\n={3,}$", r"# \1", text, count=1, flags=re.MULTILINE)
    text = re.sub(r"^(.+)\n={3,}$", r"## \1", text, flags=re.MULTILINE)
    text = re.sub(r"^(.+)\n-{3,}$", r"### \1", text, flags=re.MULTILINE)
    text = re.sub(r"``(.+?)``", r"`\1`", text)
    text = re.sub(r"`([^`<]+)\s<([^>]+)>`_", r"[\1](\2)", text)
    return re.sub(r"^\.\.\n((?: .*\n|\n)+)", "", text, count=1)


class Case(NamedTuple):
    """An edit of one page, and the rule that fires on each operational page because of it."""

    name: str
    page: str
    edit: Edit
    expected: Mapping[str, str] = {}


def suspect(*pages: str) -> dict[str, str]:
    return dict.fromkeys(pages, "canonical_suspect")


def each(*edits: Edit) -> Edit:
    """All edits, one after the other."""

    def edit(text: str) -> str:
        for one in edits:
            text = one(text)
        return text

    return edit


SEV_PAGE, NETWORKING = f"{ADMIN}/sev", f"{ADMIN}/networking"
SCHEDULING, VGPU = f"{ADMIN}/scheduling", f"{ADMIN}/virtual-gpu"
PASSTHROUGH, CROSS_CELL = f"{ADMIN}/pci-passthrough", f"{ADMIN}/configuration/cross-cell-resize"
ORPHANED, QUOTAS = f"{ADMIN}/troubleshooting/orphaned-allocations", f"{ADMIN}/quotas"
CELLS = f"{ADMIN}/cells"
TROUBLE, WINDOWS = "phalanx/docs/admin/troubleshooting", "phalanx/docs/admin/upgrade-windows"
SCOPE, GITHUB = f"{APPS}/gafaelfawr/add-scope", f"{APPS}/gafaelfawr/github-organizations"
LIMITING, ENROLL = f"{APPS}/gafaelfawr/quotas", f"{APPS}/gafaelfawr/troubleshoot"
TOKEN, RECOMMENDED = f"{APPS}/sasquatch/create-write-token", f"{APPS}/nublado/updating-recommended"

PAGES = (SEV, PREFILTER, PCI, RESIZE, MIGRATION, MDEV, COUNTING, POLICY, "dmtn-234/index",
         "dmtn-225/index", "sqr-056/index")  # fmt: skip
LISTS = tuple(page for page in PAGES if page != "dmtn-225/index")
REFORMATTED = [
    Case(f"{name}: {page}", page, edit)
    for name, pages, edit in (
        ("paragraphs on one line", PAGES, paragraphs_joined),
        ("other bullets", LISTS, lambda text: re.sub(r"^(\s*)[-*] (?=\S)", r"\1+ ", text, flags=re.MULTILINE)),
        ("Windows line ends", PAGES, lambda text: text.replace("\n", "\r\n")),
        ("comments and blank lines", PAGES, lambda text: re.sub(
            r"\n\n(?=[A-Z][a-z]+ [a-z]+)", "\n\n.. to do\n\n\n", text)),
        ("numbers of lists", (PREFILTER, RESIZE), lambda text: re.sub(
            r"^\d+\. (?=\S)", "#. ", text, flags=re.MULTILINE)),
    )
    for page in pages
]  # fmt: skip
REFORMATTED += [
    Case("other underlines", SEV, lambda text: re.sub(r"^~{3,}$", lambda m: "^" * len(m[0]), text, flags=re.MULTILINE)),
    Case("link targets at the end", PREFILTER, each(
        replaced(".. _request filter: https://opendev.org/openstack/nova/src/tag/19.0.0/nova/scheduler/request_filter.py", ""),
        lambda text: text + "\n.. _request filter: https://opendev.org/openstack/nova/src/tag/19.0.0/nova/scheduler/request_filter.py\n")),
    Case("literal block named", COUNTING, replaced("For example (pseudo-code): ::", "For example (pseudo-code):\n\n.. code-block:: python")),
    Case("emphasis dropped", SEV, replaced("*may* occasionally occur", "may occasionally occur")),
    Case("text around the pinned section", SEV, replaced("but may be added to this policy later", "and is not planned")),
]  # fmt: skip

CHANGED = [
    Case("a limitation is lifted", SEV, replaced("cannot yet be live-migrated", "can be live-migrated"), suspect(SEV_PAGE)),
    Case("inline code", SEV, replaced("VMs cannot be ``virtio-blk``", "VMs cannot be ``virtio-scsi``"), suspect(SEV_PAGE)),
    Case("a number", SEV, replaced("maximum of 15 SEV guests", "maximum of 16 SEV guests"), suspect(SEV_PAGE)),
    Case("a link target", SEV, replaced("Documentation/vm/unevictable-lru.txt", "Documentation/mm/unevictable-lru.txt"), suspect(SEV_PAGE)),
    Case("a list item goes", SEV, replaced("- SEV-encrypted VMs cannot contain directly accessible host devices (PCI passthrough). So for example mdev vGPU support will not currently work. However technologies based on vhost-user should work fine.", ""), suspect(SEV_PAGE)),
    Case("a command line option", SEV, replaced("Whilst ``-realtime mlock=on``", "Whilst ``-overcommit mem-lock=on``"), suspect(SEV_PAGE)),
    Case("a trait is renamed below the section", PREFILTER, replaced("generically add/remove the ``COMPUTE_STATUS_DISABLED`` trait", "generically add/remove the ``COMPUTE_STATUS_DOWN`` trait"), suspect(SCHEDULING)),
    Case("an item of a list", PREFILTER, replaced("older disabled computes during the upgrade", "older disabled computes after the upgrade"), suspect(SCHEDULING)),
    Case("a footnote", PREFILTER, lambda text: re.sub(r"(\.\. \[1\] )\S+", r"\1https://other.example/", text, count=1), suspect(SCHEDULING)),
    Case("a limit", MULTIQUEUE, replaced("limited to ~200 MSI vectors", "limited to ~400 MSI vectors"), suspect(NETWORKING)),
    Case("a size", MULTIQUEUE, replaced("consumes 64 KB of kernel", "consumes 128 KB of kernel"), suspect(NETWORKING)),
    Case("the order of a list", MULTIQUEUE, each(replaced("- Traffic packets are relatively large. - The guest is active", "- The guest is active")), suspect(NETWORKING)),
    Case("a subsection's text", MULTIQUEUE, replaced("Guest instance users may benefit", "Guest instance users will benefit"), suspect(NETWORKING)),
    Case("a subsection's title", MULTIQUEUE, lambda text: text.replace("Use Cases\n---------", "Who benefits\n------------"), suspect(NETWORKING)),
    Case("a subsection is added", MULTIQUEUE, lambda text: text.replace("Project Priority\n----------------", "Risks\n-----\nNone known.\n\nProject Priority\n----------------"), suspect(NETWORKING)),
    Case("a name pattern", PCI, replaced("the same format of ``DDDD:BB:AA.FF``", "the same format of ``DDDD_BB_AA_FF``"), suspect(PASSTHROUGH)),
    Case("a note becomes a warning", PCI, lambda text: text.replace(".. note::\n\n  The pGPU", ".. warning::\n\n  The pGPU"), suspect(PASSTHROUGH)),
    Case("a negation", RESIZE, replaced("will not support cross-cell resizes because", "might not support cross-cell resizes because"), suspect(CROSS_CELL)),
    Case("who owns what", MIGRATION, replaced("instance own one and the migration own the other", "instance own both"), suspect(ORPHANED)),
    Case("a far subsection", MIGRATION, replaced("No direct API impact", "The API gains a field"), suspect(ORPHANED)),
    Case("a method's name", MDEV, replaced("driver's ``post_claim_migrate_data()`` will first", "driver's ``claim_migrate_data()`` will first"), suspect(VGPU)),
    Case("a literal block", COUNTING, replaced("if CONF.quota.count_usage_from_placement:", "if not CONF.quota.count_usage_from_placement:"), suspect(QUOTAS)),
    Case("a default", COUNTING, replaced("config option which defaults to False", "config option which defaults to True"), suspect(QUOTAS)),
    Case("another section of the same page", COUNTING, replaced("It could spare Operators the trouble", "It spares Operators the trouble"), suspect(CELLS)),
    Case("a table cell", POLICY, replaced("| MIXED     | dedicated | mixed     | conflict  | mixed     |", "| MIXED     | dedicated | mixed     | mixed     | mixed     |"), suspect(TABLE[0])),
    Case("a table row", POLICY, replaced("+ +-----------+-----------+-----------+-----------+-----------+ | | SHARED    | dedicated | conflict  | shared    | shared    |", ""), suspect(TABLE[0])),
    Case("a weekday", "sqr-056/index", replaced("Typically 1st Wednesday of every month", "Typically 2nd Wednesday of every month"), suspect(WINDOWS)),
    Case("a host's name", "sqr-056/index", replaced("developer services cluster (roundtable.lsst.cloud", "developer services cluster (square.lsst.cloud"), suspect(WINDOWS)),
    Case("a number in words", "dmtn-235/index", replaced("there exist two users who", "there exist three users who"), suspect(SCOPE)),
    Case("a role's target", "dmtn-234/index", replaced("See :ref:`groups` for more details. For a list of the scopes", "See :ref:`token-auth` for more details. For a list of the scopes"), suspect(TROUBLE)),
    Case("an interval", "dmtn-224/index", replaced("using 15-minute fixed windows", "using one-minute fixed windows"), suspect(LIMITING)),
    Case("a constraint", "dmtn-225/index", replaced("Must be at least two characters long", "Must be at least three characters long"), suspect(TOKEN)),
    Case("a regular expression in a footnote", "dmtn-225/index", lambda text: text.replace("expression: ``^[a-z0-9]", "expression: ``^[a-z]", 1), suspect(TOKEN)),
    Case("a range", "dmtn-225/index", replaced("at least 31-bit UIDs and GIDs", "at least 32-bit UIDs and GIDs"), suspect(TROUBLE)),
    Case("a label of a button", "sqr-055/index", replaced("Set :guilabel:`Confirmation Redirect URL` to", "Set :guilabel:`Redirect URL` to"), suspect(ENROLL)),
    Case("a step goes", "sqr-055/index", replaced('#. Change "Email Confirmation Mode" to ``review`` and save', ""), suspect(ENROLL)),
    Case("a meeting", "sqr-056/index", replaced("brought to the weekly RSP operations meeting", "brought to the monthly RSP operations meeting"), suspect(RECOMMENDED)),
    Case("the title, under an automatic anchor", RESIZE, lambda text: text.replace("Limitations\n-----------\n\n1. The `_poll", "Known limits\n------------\n\n1. The `_poll"), {CROSS_CELL: "canonical_moved"}),
    Case("the section is gone", RESIZE, lambda text: re.sub(r"^Limitations\n-{3,}\n(?:.*\n)*?(?=^Known issues)", "", text, flags=re.MULTILINE), {CROSS_CELL: "canonical_unresolved"}),
]  # fmt: skip


def applied(world: World, case: Case) -> tuple[Project, dict[Path, str]]:
    """Make an edit; returns what the files of the project were before."""
    key = "nova" if "/implemented/" in case.page or "/approved/" in case.page else "identity"
    project = world.specifications[key]
    path = project.srcdir / f"{case.page}.rst"
    before = path.read_text(encoding="utf-8")
    after = case.edit(before)
    assert after != before
    path.write_bytes(after.encode())
    return project, {path: before}


def restored(project: Project, files: Mapping[Path, str]) -> None:
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    project.build()


def drift(findings: tuple[Finding, ...]) -> dict[str, str]:
    """What changed against the pinned state, by operational page."""
    rules = ("canonical_suspect", "canonical_unresolved", "canonical_moved", "canonical_unpinned")
    return {f.docname: f.rule for f in findings if f.rule in rules}


@pytest.fixture(scope="module")
def baseline(world: World) -> Mapping[str, str]:
    """What the pinned references have before any edit: the stale links are moved, no more."""
    return drift(world.findings())


def test_stale_links_are_followed_and_all_are_pinned(
    world: World, baseline: Mapping[str, str]
) -> None:
    findings = world.findings()
    assert {f.rule for f in findings} == {"canonical_moved"}
    assert set(baseline) == {SEV_PAGE, SCHEDULING, VGPU}
    facts, _ = FACTS_FORMAT.load(world.facts)
    assert sum(len(page.references) for page in facts.documents) == 22


@pytest.mark.parametrize("case", REFORMATTED, ids=lambda case: case.name)
def test_reformatting_raises_nothing(world: World, baseline: Mapping[str, str], case: Case) -> None:
    project, files = applied(world, case)
    try:
        project.build()
        assert drift(world.findings()) == baseline
    finally:
        restored(project, files)


@pytest.mark.parametrize("case", CHANGED, ids=lambda case: case.name)
def test_change_of_meaning_is_told_on_the_pages_that_depend(
    world: World, baseline: Mapping[str, str], case: Case
) -> None:
    project, files = applied(world, case)
    try:
        project.build()
        found = {
            f.docname: f.rule
            for f in world.findings()
            if (f.docname, f.rule) not in baseline.items()
        }
        assert found == dict(case.expected)
    finally:
        restored(project, files)


def test_page_rewritten_in_myst_raises_nothing(world: World, baseline: Mapping[str, str]) -> None:
    project = world.specifications["nova"]
    path = project.srcdir / f"{MULTIQUEUE}.rst"
    text = path.read_text(encoding="utf-8")
    try:
        path.unlink()
        path.with_suffix(".md").write_text(joined_to_myst(text), encoding="utf-8")
        project.build()
        assert drift(world.findings()) == baseline
    finally:
        path.with_suffix(".md").unlink()
        restored(project, {path: text})


def test_section_that_moved_to_another_page_is_followed(world: World) -> None:
    project = world.specifications["nova"]
    path, other = project.srcdir / f"{RESIZE}.rst", project.srcdir / f"{MDEV}.rst"
    before = {path: path.read_text(encoding="utf-8"), other: other.read_text(encoding="utf-8")}
    section = re.search(
        r"^Limitations\n-{3,}\n(?:.*\n)*?(?=^Known issues)", before[path], re.MULTILINE
    )
    assert section
    try:
        path.write_text(before[path].replace(section[0], ""), encoding="utf-8")
        other.write_text(
            f"{before[other].rstrip()}\n\nAbout resizes\n=============\n\n{section[0]}",
            encoding="utf-8",
        )
        project.build()
        (finding,) = (f for f in world.findings() if f.docname == CROSS_CELL)
        assert finding.rule == "canonical_moved"
        assert f'write "nova:{MDEV}#limitations"' in finding.message
    finally:
        restored(project, before)


def test_page_that_moved_is_followed_through_its_redirect(world: World) -> None:
    project = world.specifications["nova"]
    path, redirects = project.srcdir / f"{PCI}.rst", project.srcdir / "zed/redirects"
    text, lines = (
        path.read_text(encoding="utf-8"),
        redirects.read_text(encoding="utf-8") if redirects.exists() else "",
    )
    new = project.srcdir / "zed/implemented/pci-device-tracking-in-placement.rst"
    try:
        path.unlink()
        new.parent.mkdir(exist_ok=True)
        new.write_text(text, encoding="utf-8")
        name = "pci-device-tracking-in-placement.rst"
        redirects.write_text(f"{lines}approved/{name} ../implemented/{name}\n", encoding="utf-8")
        project.build()
        (finding,) = (f for f in world.findings() if f.docname == PASSTHROUGH)
        assert finding.rule == "canonical_moved"
        assert 'write "nova:zed/implemented/' in finding.message
    finally:
        new.unlink()
        restored(project, {path: text, redirects: lines})
