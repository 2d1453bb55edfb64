"""Whatever is written, nothing raises, and no page loses its findings to another."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sphinxext_opsdocs.config.parser import ConfigurationError, parse_config, read_toml
from sphinxext_opsdocs.facts.file import FACTS_FORMAT
from sphinxext_opsdocs.issues.reference import resolve_issue
from sphinxext_opsdocs.markup.fields import (
    YamlError,
    read_docinfo_fields,
    read_option_fields,
    read_yaml_fields,
)
from sphinxext_opsdocs.markup.header import (
    HEADER_FIELDS,
    parse_header,
    read_header_fields,
    stray_front_matter,
)
from sphinxext_opsdocs.markup.value_parsers import parse_date, parse_interval, split_list
from sphinxext_opsdocs.storage import UnreadableError
from tests.pages import RUNBOOKS, SPECIFICATION
from tests.project import CONFIG, Project, md_page, rst_page

lines = st.text(st.characters(codec="utf-8", categories=None), max_size=200) | st.sampled_from(
    ["---", ":class: runbook", "owner: @org/team", ":status:", "a: [b, {c: d}]", ""]
)
texts = st.lists(lines, max_size=12).map("\n".join)
fast = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@fast
@given(texts, st.booleans())
def test_header_parser_never_raises(text: str, is_myst: bool) -> None:
    try:
        fields = read_header_fields(text, is_myst)
    except YamlError as error:
        assert 0 <= error.line <= text.count("\n") + 2
        fields = []
    header, problems = parse_header(fields, "page.rst")
    assert all(problem.place.line >= 1 for problem in problems)
    assert set(header.given) <= {field.name for field in fields}
    stray_front_matter(text, "page.md")


@fast
@given(st.dictionaries(st.sampled_from(sorted(HEADER_FIELDS)), lines, max_size=8))
def test_both_syntaxes_read_the_same_header(values: dict[str, str]) -> None:
    plain = {name: " ".join(text.split()) for name, text in values.items()}
    plain = {name: text for name, text in plain.items() if text.isprintable() and text.isascii()}
    plain = {n: t for n, t in plain.items() if t and not set(t) & set("\\\"'") and t[0] != ":"}
    rst = "".join(f":{name}: {text}\n" for name, text in plain.items())
    md = "---\n" + "".join(f'{name}: "{text}"\n' for name, text in plain.items()) + "---\n"
    found = [
        parse_header(read_header_fields(text, kind), "p")[0]
        for text, kind in ((rst, False), (md, True))
    ]
    assert list(found[0].given) == list(found[1].given)
    for name in plain:
        attribute = HEADER_FIELDS[name][0]
        assert getattr(found[0], attribute) == getattr(found[1], attribute)


@fast
@given(texts)
def test_option_parser_takes_a_prefix_of_the_lines(text: str) -> None:
    given_lines = text.split("\n")
    fields, count = read_option_fields(given_lines)
    assert 0 <= count <= len(given_lines)
    assert all(0 <= field.line < count for field in fields)
    read_docinfo_fields(text)


@fast
@given(texts)
def test_values_are_read_or_refused(text: str) -> None:
    for parse in (parse_date, parse_interval):
        try:
            parse(text)
        except ValueError as error:
            assert str(error)
    assert all(split_list(text))
    try:
        read_yaml_fields(text)
    except YamlError as error:
        assert str(error)


tables = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYS = ("governed", "owners", "trackers", "domains", "rules", "classes", "deviations", "codeowners")


@fast
@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=8), tables, max_size=4))
def test_configuration_is_read_or_refused_with_its_key(value: dict) -> None:
    try:
        parse_config(value)
    except ConfigurationError as error:
        assert any(str(key) in str(error) for key in value)


@fast
@given(st.binary(max_size=400))
def test_configuration_file_is_read_or_refused(data: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "opsdocs.toml"
        path.write_bytes(data)
        try:
            read_toml(path)
        except ConfigurationError as error:
            assert "opsdocs.toml" in str(error)


@pytest.fixture(scope="module")
def facts_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    project = Project(tmp_path_factory.mktemp("facts"))
    path, text = RUNBOOKS["rst"]
    project.write({**SPECIFICATION, path: text})
    return (project.build().outdir / "opsdocs.json").read_bytes()


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_facts_reader_reads_or_refuses(
    facts_bytes: bytes, data: st.DataObject, tmp_path: Path
) -> None:
    start = data.draw(st.integers(0, len(facts_bytes)))
    end = data.draw(st.integers(start, len(facts_bytes)))
    path = tmp_path / "opsdocs.json"
    path.write_bytes(facts_bytes[:start] + data.draw(st.binary(max_size=20)) + facts_bytes[end:])
    try:
        FACTS_FORMAT.load(path)
    except UnreadableError as error:
        assert str(error)


@fast
@given(st.text(max_size=60))
def test_issue_ids_never_raise(text: str) -> None:
    import tomllib

    config = parse_config(tomllib.loads(CONFIG))
    issue = resolve_issue(config, text)
    assert issue.url.startswith("http") or not issue.url


HOSTILE = {
    "control characters": "\x01\x02\x1b[31m text",
    "one long line": "word " * 200_000,
    "right to left": "שלום ‮ مرحبا",
    "script": "<script>alert(1)</script>",
    "open directive": ".. observed-deviation::\n\n.. canonical-ref::\n\n.. workaround::\n",
    "open fence": "```{observed-deviation} Open\n:id: DEV-0001\n",
    "broken yaml options": "```{canonical-ref} api:x\n---\nwhy: [a\n---\n```\n",
    "deep nesting": "".join(f"{'  ' * n}- item\n\n" for n in range(40)),
    "repeated options": ".. observed-deviation:: T\n   :id: A-1\n   :id: A-2\n   :id: A-3\n",
}


@pytest.mark.parametrize("kind", sorted(HOSTILE))
@pytest.mark.parametrize("suffix", ["rst", "md"])
def test_hostile_page_never_hides_findings_of_another(
    project: Project, kind: str, suffix: str
) -> None:
    make = {"rst": rst_page, "md": md_page}[suffix]
    text = make("Text.") + f"\n{HOSTILE[kind]}\n"
    good = rst_page("Text.\n\n.. canonical-ref:: api:gone\n")
    project.write({**SPECIFICATION, f"ops/hostile.{suffix}": text, "ops/other.rst": good})
    build = project.build()
    assert [f.docname for f in build.of("canonical_unresolved") if f.docname == "ops/other"]
    assert "ops/hostile" in build.documents
    assert build.documents["ops/hostile"].header is not None


@pytest.mark.parametrize("suffix", ["rst", "md"])
def test_everything_a_writer_types_is_escaped_in_html(project: Project, suffix: str) -> None:
    evil = "<script>alert(1)</script>"
    make = {"rst": rst_page, "md": md_page}[suffix]
    header = {"class": "runbook", "owner": evil, "status": "Draft", "version": evil,
              "last-reviewed": "2026-11-02", "service": evil, "scope": evil}  # fmt: skip
    directive = {
        "rst": f".. observed-deviation:: {evil}\n   :id: DEV-1\n   :spec: api:{evil}\n"
        f"   :issue: {evil}\n   :observed: 2026-11-01\n   :severity: major\n   :state: open\n   :where: {evil}\n",
        "md": f"```{{observed-deviation}} {evil}\n:id: DEV-1\n:spec: api:{evil}\n:issue: {evil}\n"
        f":observed: 2026-11-01\n:severity: major\n:state: open\n:where: {evil}\n```\n",
    }[suffix]
    reports = (
        "R\n=\n\n.. deviation-register::\n\n.. document-inventory::\n\n.. traceability-matrix::\n"
    )
    text = make("", header=header) + directive
    project.write({**SPECIFICATION, f"ops/a.{suffix}": text, "reports.rst": reports})
    build = project.build()
    for page in build.outdir.rglob("*.html"):
        assert evil not in page.read_text()
