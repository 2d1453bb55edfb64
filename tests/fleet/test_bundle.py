"""Bundles: what a build writes, what is left out, and what is refused."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from sphinxext_opsdocs.canonical.section import CanonicalPage
from sphinxext_opsdocs.config.schema import BUNDLE_FILE, INDEX_FILE
from sphinxext_opsdocs.fleet.bundle import read_bundle, read_manifest
from sphinxext_opsdocs.fleet.check_repository import check_repository
from sphinxext_opsdocs.fleet.member import Member
from sphinxext_opsdocs.fleet.rows import DeviationRow, FindingRow, UncheckedRow
from sphinxext_opsdocs.storage import UnreadableError
from tests.commands import git, run
from tests.fleet.fleet import Fleet, platform_page
from tests.fleet.zips import contents, packed, repacked
from tests.pages import RUNBOOKS

EXAMPLES = Path(__file__).parents[2] / "examples"
DAY = date(2026, 11, 23)


@pytest.mark.parametrize("name", ["acme", "faults"])
def test_a_fleet_of_one_finds_what_the_check_finds(name: str, tmp_path: Path) -> None:
    source = shutil.copytree(EXAMPLES / name, tmp_path / "docs")
    bundle = tmp_path / BUNDLE_FILE
    assert run("bundle", source, "-o", bundle).exit_code == 0
    rows = list(check_repository(Member(name, bundle.read_bytes()), {}, DAY))
    found = sorted(
        (row.rule, row.fingerprint, row.message, row.severity, row.path, row.line)
        for row in rows
        if isinstance(row, FindingRow)
    )
    printed = json.loads(run("check", source, "-f", "json", "--today", str(DAY)).stdout)
    assert found == sorted(
        (
            each["rule"],
            each["fingerprint"],
            each["message"],
            each["severity"],
            each["place"]["path"],
            each["place"]["line"],
        )
        for each in printed["findings"]
    )


def test_a_fleet_of_one_registers_what_the_report_does(tmp_path: Path) -> None:
    source = shutil.copytree(EXAMPLES / "acme", tmp_path / "docs")
    bundle = tmp_path / BUNDLE_FILE
    run("bundle", source, "-o", bundle)
    rows = list(check_repository(Member("acme", bundle.read_bytes()), {}, DAY))
    register = json.loads(run("report", "register", source, "-f", "json").stdout)
    deviations = sorted((row.deviation, row.state) for row in rows if isinstance(row, DeviationRow))
    assert deviations == sorted((row["Deviation"], row["State"]) for row in register)


def test_the_command_and_the_build_write_the_same(company: Fleet, tmp_path: Path) -> None:
    orders = company.members["orders"]
    assert run("bundle", orders.project.srcdir, "-o", tmp_path / "a.zip").exit_code == 0
    built = contents((orders.site / BUNDLE_FILE).read_bytes())
    written = contents((tmp_path / "a.zip").read_bytes())
    assert built == written
    assert set(built) == {
        "manifest.json", "opsdocs.json", "inputs.json", INDEX_FILE, "sources.jsonl",
        "sketches.json",
    }  # fmt: skip
    source = orders.project.srcdir / "opsdocs-sources/sources.jsonl"
    assert built["sources.jsonl"] == source.read_bytes()
    assert built[INDEX_FILE] == (orders.site / INDEX_FILE).read_bytes()


def test_a_build_without_the_option_removes_it(company: Fleet) -> None:
    orders = company.members["orders"]
    text = (orders.project.srcdir / "opsdocs.toml").read_text()
    orders.write({"opsdocs.toml": text.replace("bundle = true", "bundle = false")})
    orders.build()
    assert not (orders.site / BUNDLE_FILE).exists()


def test_without_text_no_word_of_a_page_is_in_it(company: Fleet) -> None:
    orders = company.members["orders"]
    text = (orders.project.srcdir / "opsdocs.toml").read_text()
    orders.write({"opsdocs.toml": f"bundle_text = false\n{text}"})
    orders.build()
    data = (orders.site / BUNDLE_FILE).read_bytes()
    everything = b"".join(contents(data).values())
    assert b"gateway answered" not in everything
    bundle = read_bundle(data)
    assert not bundle.manifest.has_text
    for pages in (bundle.index.pages if bundle.index else (), _source_pages(data)):
        assert pages
        assert not any(entry.words for page in pages for entry in page.sections)
        assert all(entry.digest for page in pages for entry in page.sections)
    rows = list(check_repository(Member("orders", data), {}, DAY))
    unchecked = {row.rule for row in rows if isinstance(row, UncheckedRow)}
    assert {"normative_statement", "copied_canonical", "quote_drifted"} <= unchecked
    assert "canonical_unresolved" not in unchecked
    found = [row for row in rows if isinstance(row, FindingRow)]
    assert [row.rule for row in found if row.rule in unchecked] == []


def _source_pages(data: bytes) -> list[CanonicalPage]:
    return [page for source in read_bundle(data).inputs.sources for page in source.pages]


def test_the_manifest_names_no_credential(company: Fleet, tmp_path: Path) -> None:
    orders = company.members["orders"]
    folder = orders.project.srcdir
    git(folder, "init", "-q", "-b", "main")
    git(folder, "remote", "add", "origin", "https://oauth2:secret@git.example/acme/orders.git")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    run("bundle", orders.project.srcdir, "-o", tmp_path / "a.zip")
    manifest = read_manifest((tmp_path / "a.zip").read_bytes())
    assert manifest.repository == "https://git.example/acme/orders.git"
    assert manifest.commit == git(folder, "rev-parse", "HEAD").strip()
    orders.project.append("index.rst", "\nMore.\n")
    run("bundle", orders.project.srcdir, "-o", tmp_path / "b.zip")
    assert read_manifest((tmp_path / "b.zip").read_bytes()).commit.endswith("-dirty")


def _bomb(data: bytes) -> bytes:
    """A file of zeros that says it is small."""
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in contents(data).items():
            archive.writestr(name, b"0" * 200_000_000 if name == "opsdocs.json" else text)
    return bomb.getvalue()


def _twice(data: bytes) -> bytes:
    file = io.BytesIO(data)
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning):
        archive.writestr("opsdocs.json", b"{}")
    return file.getvalue()


def _encrypted(data: bytes) -> bytes:
    """With the bit set that says so (APPNOTE, 4.4.4)."""
    place = data.index(b"PK\x01\x02")
    return data[: place + 8] + b"\x01" + data[place + 9 :]


def _deep(data: bytes) -> bytes:
    facts = contents(data)["opsdocs.json"]
    return repacked(
        data,
        {"opsdocs.json": facts.replace(b'"config": {', b'"config": {"a": ' + b"[" * 100_000, 1)},
    )


def _without(name: str) -> Callable[[bytes], bytes]:
    def make(data: bytes) -> bytes:
        return packed({each: text for each, text in contents(data).items() if each != name})

    return make


def _manifest(**changed: object) -> Callable[[bytes], bytes]:
    def make(data: bytes) -> bytes:
        manifest = json.loads(contents(data)["manifest.json"]) | changed
        return repacked(data, {"manifest.json": json.dumps(manifest).encode()})

    return make


def _lzma(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        for name, text in contents(data).items():
            archive.writestr(name, text)
    return buffer.getvalue()


def _huge_manifest(data: bytes) -> bytes:
    return _manifest(base_url="https://" + "a" * 2_000_000)(data)


def _with_day(day: str) -> Callable[[bytes], bytes]:
    def make(data: bytes) -> bytes:
        facts = json.loads(contents(data)["opsdocs.json"])
        next(d for page in facts["documents"] for d in page.get("deviations", ()))["observed"] = day
        return repacked(data, {"opsdocs.json": json.dumps(facts).encode()})

    return make


REFUSED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "a page of an error": (lambda _: b"<html>", "is not a bundle: File is not a zip file"),
    "cut off": (lambda data: data[:-200], "is not a bundle: File is not a zip file"),
    "bytes changed": (
        lambda data: (
            data.replace(b'"format"', b'"formaT"', 1) if b'"format"' in data else data[:99]
        ),
        "is not a bundle",
    ),
    "bomb": (_bomb, "has more than"),
    "a file twice": (_twice, "contains a file twice"),
    "encrypted": (_encrypted, "is not a bundle: File 'manifest.json' is encrypted"),
    "nested deeply": (_deep, "nested too deeply"),
    "no manifest": (_without("manifest.json"), 'contains no "manifest.json"'),
    "no facts": (_without("opsdocs.json"), 'lacks "opsdocs.json"'),
    "another file than the manifest says": (
        lambda data: repacked(data, {"opsdocs.json": b"{}"}, is_consistent=False),
        "is not the file that its manifest names",
    ),
    "newer": (_manifest(format=2), "has format 2; this version reads format 1"),
    "older facts": (
        lambda data: repacked(data, {"opsdocs.json": b'{"format": 8}'}),
        "has format 8; this version reads format 9",
    ),
    "huge by its own words": (
        _manifest(files={"opsdocs.json": {"size": 10**12, "sha256": "0" * 64}}),
        "unpacks to more than",
    ),
    "negative size": (
        _manifest(files={"opsdocs.json": {"size": -5, "sha256": "0" * 64}}),
        "Expected `int` >= 0",
    ),
    "packed otherwise": (_lzma, "is packed in a way that no bundle is"),
    "a huge manifest": (_huge_manifest, "has more than 1,048,576 bytes"),
    "a day without hyphens": (_with_day("20260101"), "must be a date"),
    "a day of a week": (_with_day("2026-W01-1"), "must be a date"),
    "no date": (_manifest(built="yesterday"), 'has "yesterday" as the time of its build'),
    "a folder above": (
        _manifest(files={"../opsdocs.json": {"size": 5, "sha256": "0" * 64}}),
        'contains no "opsdocs.json"',
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_refused(company: Fleet, kind: str) -> None:
    data = (company.members["orders"].site / BUNDLE_FILE).read_bytes()
    make, message = REFUSED[kind]
    with pytest.raises(UnreadableError) as error:
        read_bundle(make(data))
    assert message in str(error.value)


ODD_VALUES = {
    "a character 0": {"title": "a\u0000b"},
    "the name of that character": {"title": r"The parser fails on \u0000"},
    "quotes": {"title": "it's \"; DROP TABLE pages; --"},
    "a number too large": {"line": 2**40},
}


@pytest.mark.parametrize("kind", ODD_VALUES)
def test_values_of_one_repository_hurt_no_other(company: Fleet, kind: str) -> None:
    path = company.members["orders"].site / BUNDLE_FILE
    facts = json.loads(contents(path.read_bytes())["opsdocs.json"])
    deviation = next(d for page in facts["documents"] for d in page.get("deviations", ()))
    values = ODD_VALUES[kind]
    if "title" in values:
        deviation["title"] = values["title"]
    else:
        deviation["place"]["line"] = values["line"]
    path.write_bytes(repacked(path.read_bytes(), {"opsdocs.json": json.dumps(facts).encode()}))
    done = company.refresh()
    rows = {row["repository"]: row["title"] for row in company.rows("register")}
    assert rows["billing"] == "Throttled clients get 503"
    if "title" in values:
        assert done.faults == ()
        assert rows["orders"] == str(values["title"]).replace("\u0000", "")
    else:
        ((name, fault),) = done.faults
        assert name == "orders"
        assert "Expected `int` <= 2147483647" in fault


def test_a_page_that_sphinx_cannot_read_is_in_the_bundle(company: Fleet) -> None:
    platform = company.members["platform"]
    platform.write({"specs/nodes.rst": platform_page()})
    (platform.project.srcdir / "specs/broken.rst").write_bytes(b"\xff\xfe\xfa")
    run("bundle", platform.project.srcdir, "-o", platform.site / BUNDLE_FILE)
    company.refresh()
    (row,) = company.rows("scorecard", repository="platform")
    assert row["errors"] == 1


def test_without_text_an_exception_is_not_unused(company: Fleet) -> None:
    orders = company.members["orders"]
    page = "Every client must use a token.\n"
    ignore = ".. opsdocs-ignore:: normative_statement, normative_keyword\n   :reason: quoted\n\n"
    orders.project.append("ops/drain.rst", f"\n{ignore}{page}")
    orders.build()
    company.refresh()
    sql = "SELECT rule FROM findings WHERE repository = 'orders' AND rule = 'ignore_unused'"
    assert company.query(sql) == []
    text = (orders.project.srcdir / "opsdocs.toml").read_text()
    orders.write({"opsdocs.toml": f"bundle_text = false\n{text}"})
    orders.build()
    company.refresh()
    assert company.query(sql) == []


def test_a_published_index_without_text_is_no_other_index(company: Fleet) -> None:
    platform = company.members["platform"]
    text = (platform.project.srcdir / "opsdocs.toml").read_text()
    platform.write({"opsdocs.toml": f"bundle_text = false\n{text}"})
    platform.build()
    company.refresh()
    assert company.rules() == {}
    sql = "SELECT DISTINCT rule FROM unchecked WHERE repository = 'orders' ORDER BY rule"
    rules = [rule for (rule,) in company.query(sql)]
    assert rules == ["copied_canonical", "quote_drifted", "restated_value", "term_redefined"]


def test_a_parallel_build_gives_the_same_bundle(company: Fleet) -> None:
    orders = company.members["orders"]
    pages = {f"ops/more-{number}.rst": RUNBOOKS["rst"][1] for number in range(8)}
    orders.write(
        {name: text.replace("DEV-0007", f"DEV-1{name[9]}") for name, text in pages.items()}
    )
    orders.build()
    alone = contents((orders.site / BUNDLE_FILE).read_bytes())
    orders.build(fresh=True, jobs=2)
    assert contents((orders.site / BUNDLE_FILE).read_bytes()) == alone


def test_a_removed_page_is_gone_from_it(company: Fleet) -> None:
    orders = company.members["orders"]
    orders.project.remove("ops/drain.rst")
    orders.build()
    bundle = read_bundle((orders.site / BUNDLE_FILE).read_bytes())
    assert "ops/drain" not in bundle.facts.pages
    assert "ops/drain" not in bundle.inputs.urls
    assert [each for each in bundle.sketches.passages if each.page == "ops/drain"] == []
