"""Files and values from outside: gzip, lone surrogates, links, and messages on thousands of names."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sphinxext_opsdocs.canonical.index_file import INDEX_FORMAT, dump_index
from sphinxext_opsdocs.canonical.section import CanonicalEntry, CanonicalPage
from sphinxext_opsdocs.config.did_you_mean import LISTED
from sphinxext_opsdocs.ext.facts_build import build_facts
from sphinxext_opsdocs.ext.facts_subprocess import Request
from sphinxext_opsdocs.ext.on_build_finished import facts_of
from sphinxext_opsdocs.facts.file import FACTS_FORMAT
from sphinxext_opsdocs.storage import UnreadableError, unpack
from tests.commands import run
from tests.project import CONFIG, SPEC_PAGE, Project, rst_page

REFERENCE = rst_page(".. canonical-ref:: nova:rate-limits\n   :why: the drain relies on it\n")
NOVA = '[domains.nova]\nindex = "{0}"\n'


def index(count: int = 1) -> bytes:
    """A canonical index whose pages all have the label ``rate-limits``."""
    entry = CanonicalEntry("Rate limits", ("rate-limits",), "rate-limits", words="Text.")
    pages = (
        CanonicalPage(f"p{n}", "Limits", f"p{n}.html", status="Canonical", sections=(entry,))
        for n in range(count)
    )
    return dump_index("specs", "1.0", "", {}, pages)


# gzip


def zeros(data: bytes) -> bytes:
    return data + b"\0" * 512


def in_members(data: bytes) -> bytes:
    """The same content in members of ten bytes, as parallel packers write them."""
    text = gzip.decompress(data)
    parts = (text[start : start + 10] for start in range(0, len(text), 10))
    return b"".join(gzip.compress(part) for part in parts)


@pytest.mark.parametrize("change", [in_members, zeros])
def test_all_members_of_a_gzip_file_are_read(
    project: Project, change: Callable[[bytes], bytes]
) -> None:
    project.write({"opsdocs.toml": CONFIG + NOVA.format("specs.gz"), "ops/page.rst": REFERENCE})
    (project.srcdir / "specs.gz").write_bytes(change(index()))
    assert project.build("dummy").of("canonical_unresolved") == []
    assert project.build("dummy").of("input_unreadable") == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: data + gzip.compress(b'{"format": 1}'), "is not a canonical index"),
        (lambda data: data + b"more", "is not a gzip file"),
        (lambda data: zeros(data) + b"more", "is not a gzip file"),
        (lambda data: data + gzip.compress(b"x")[:8], "is cut off"),
        (lambda data: data[:-3], "is cut off"),
        (lambda data: data[:-8] + b"\0" * 8, "is not a gzip file"),
    ],
    ids=["second index", "text", "zeros and text", "cut member", "cut", "checksum"],
)
def test_what_follows_a_gzip_member_is_not_passed_over(
    project: Project, change: Callable[[bytes], bytes], message: str
) -> None:
    project.write({"opsdocs.toml": CONFIG + NOVA.format("specs.gz"), "ops/page.rst": REFERENCE})
    (project.srcdir / "specs.gz").write_bytes(change(index()))
    (finding,) = project.build("dummy").of("input_unreadable")
    assert finding.message.startswith('"specs.gz" cannot be read: ')
    assert message in finding.message


def test_members_count_towards_one_limit() -> None:
    member = gzip.compress(b" " * 1000)
    assert unpack(member * 10, 10_000) == b" " * 10_000
    with pytest.raises(UnreadableError, match="unpacks to more than 10,000 bytes"):
        unpack(member * 11, 10_000)


@pytest.mark.parametrize(
    ("change", "message"),
    [(lambda data: data[:-6], "is cut off"), (lambda data: data + b"more", "further data")],
)
def test_inventory_is_read_whole_or_not_at_all(
    project: Project, change: Callable[[bytes], bytes], message: str
) -> None:
    head = b"# Sphinx inventory version 2\n# Project: x\n# Version: 1\n# The remainder of this file is compressed using zlib.\n"
    body = zlib.compress(b"rate-limits std:label -1 limits.html#$ Rate limits\n")
    (project.srcdir / "objects.inv").write_bytes(head + change(body))
    config = f'{CONFIG}[domains.nova]\ninventory = "objects.inv"\n'
    project.write({"opsdocs.toml": config, "ops/page.rst": REFERENCE})
    (finding,) = project.build("dummy").of("input_unreadable")
    assert message in finding.message


# Lone surrogates


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        (
            "opsdocs_owners = {'team-x': {'title': 'a\\udc80b'}}",
            'owners.team-x.title = "a\\udc80b"',
        ),
        ("opsdocs_owners = {'team\\ud800': {}}", "owners.team\\ud800: the key"),
        ("opsdocs_governed = ['ops/\\udc80']", 'governed = "ops/\\udc80"'),
        ("opsdocs_language = '\\udfff'", 'language = "\\udfff"'),
        ("opsdocs_trackers = {'t': {'pattern': '\\ud800'}}", "trackers.t.pattern"),
    ],
)
def test_lone_surrogate_in_a_setting_is_one_message(
    project: Project, setting: str, message: str
) -> None:
    conf = project.srcdir / "conf.py"
    conf.write_text(f"{conf.read_text()}{setting}\n")
    for command in ("check", "sync"):
        result = run(command, project.srcdir)
        assert result.exit_code == 2
        assert message in result.output
        assert "must not contain a lone surrogate" in result.output


def _facts(app: Any, ops_domain: Any) -> bytes:
    ops_domain.owners = ()
    return facts_of(app, ops_domain)


@pytest.mark.parametrize(
    "setting",
    ["project = 'a\\udc80b'", "release = '\\ud800'", "html_baseurl = 'https://x.example/\\udc80/'"],
)
def test_lone_surrogate_in_another_value_crashes_no_output(
    project: Project, setting: str, tmp_path: Path
) -> None:
    conf = project.srcdir / "conf.py"
    conf.write_text(f"{conf.read_text()}{setting}\n")
    project.write({"specs/api/limits.rst": SPEC_PAGE, "ops/page.rst": rst_page("Text.")})
    # of a builder without pages: Sphinx cannot write such a name into html
    request = Request(project.srcdir, project.srcdir, {}, "1")
    facts, _ = FACTS_FORMAT.parse(build_facts(request, _facts, sys.stderr))
    assert len(facts.documents) == 2
    for kind in ("text", "json", "sarif", "github", "gitlab", "junit", "rdjson"):
        result = run("check", project.srcdir, "-f", kind, "-o", tmp_path / kind)
        assert result.exit_code == 1, result.output
    # Sphinx itself cannot compute the digest of such a configuration for its html builders
    result = run("index", project.srcdir, "-o", tmp_path / "index.gz")
    assert result.exit_code == 3
    assert "the builder html cannot start: UnicodeEncodeError" in result.output


def test_lone_surrogate_in_the_name_of_a_project_crashes_no_index() -> None:
    data = dump_index("a\udc80b", "\ud800", "https://x.example/\udfff/", {"\ud800": "x"}, [])
    assert INDEX_FORMAT.parse(unpack(data)).project == "a?b"


# Links


def test_linked_file_is_shown_under_the_name_that_the_team_gave_it(
    project: Project, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    for name in ("opsdocs.lock", "opsdocs-issues.json", "opsdocs-baseline.json", "specs.json"):
        (kept / name).write_text("{")
        (project.srcdir / name).symlink_to(kept / name)
    project.write({"opsdocs.toml": CONFIG + NOVA.format("specs.json"), "ops/page.rst": REFERENCE})
    found = project.build("dummy").of("input_unreadable")
    assert {finding.place.path for finding in found} == {
        "opsdocs.lock", "opsdocs-issues.json", "opsdocs-baseline.json", "specs.json"
    }  # fmt: skip
    assert not any("kept" in finding.message for finding in found)


def test_linked_folder_of_conf_py_changes_no_path(project: Project, tmp_path: Path) -> None:
    (project.srcdir / "opsdocs.lock").write_text("{")
    (tmp_path / "link").symlink_to(project.srcdir)
    result = run("check", project.srcdir, "-c", tmp_path / "link", "-f", "json")
    assert '"path":"opsdocs.lock"' in result.stdout


def test_link_to_a_file_elsewhere_is_copied(project: Project, tmp_path: Path) -> None:
    (tmp_path / "specs.gz").write_bytes(index())
    (project.srcdir / "specs.gz").symlink_to(tmp_path / "specs.gz")
    project.write({"opsdocs.toml": NOVA.format("specs.gz")})
    assert run("sync", project.srcdir).output.startswith("nova index: fetched")


# Thousands of names


def test_message_lists_a_few_of_thousands_of_candidates(project: Project) -> None:
    (project.srcdir / "specs.gz").write_bytes(index(3000))
    project.write({"opsdocs.toml": CONFIG + NOVA.format("specs.gz"), "ops/page.rst": REFERENCE})
    (finding,) = project.build("dummy").of("canonical_ambiguous")
    assert finding.message.endswith("or one of 2994 more")
    assert len(finding.message) < 400
    assert len(finding.related) <= LISTED
    result = run("impact", "nova:rate-limits", "-s", project.srcdir)
    assert result.exit_code == 2
    assert f"and {3000 - LISTED:,} more" in result.output
    assert len(result.output) < 500


def test_message_lists_a_few_of_thousands_of_spec_domains(project: Project) -> None:
    config = io.StringIO()
    for number in range(3000):
        config.write(f'[domains.d{number}]\nbase_url = "https://d{number}.example/"\n')
    page = (
        ".. canonical-ref:: x:y\n   :why: z\n\n.. canonical-ref:: https://x.example/\n   :why: z\n"
    )
    project.write({"opsdocs.toml": config.getvalue(), "ops/page.rst": rst_page(page)})
    found = project.build("dummy").of("canonical_unresolved")
    assert len(found) == 2
    assert all(len(finding.message) < 600 for finding in found)


def test_message_lists_a_few_of_many_trackers(project: Project) -> None:
    trackers = "".join(f"[trackers.t{n}]\npattern = 'OPS-\\d+'\n" for n in range(300))
    deviation = (
        ".. observed-deviation:: Throttled clients get 503\n   :id: DEV-1\n   :spec: api:rate-limits\n"
        "   :issue: OPS-1\n   :observed: 2026-10-30\n   :severity: major\n   :state: open\n\n   Seen.\n"
    )
    project.write({"opsdocs.toml": CONFIG + trackers, "ops/page.rst": rst_page(deviation)})
    (finding,) = project.build("dummy").of("deviation_issue_unknown")
    assert f"and {300 - LISTED} more" in finding.message
