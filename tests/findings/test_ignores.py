"""What an opsdocs-ignore covers: the next block that readers see, or the page."""

from __future__ import annotations

import pytest

from sphinxext_opsdocs.findings.finding import fingerprint
from tests.pages import SPECIFICATION
from tests.project import HEADER, Project, md_page, rst_page

IGNORE_RST = ".. opsdocs-ignore:: canonical_unresolved\n   :reason: known\n"
IGNORE_MD = "```{opsdocs-ignore} canonical_unresolved\n:reason: known\n```\n"

COVERS_RST = {
    "paragraph": "{i}\n:canonical:`api:yes`\n\n:canonical:`api:no`\n",
    "table after": "{i}\n:canonical:`api:yes`\n\n.. list-table::\n\n   * - :canonical:`api:no`\n",
    "class after": "{i}\n:canonical:`api:yes`\n\n.. class:: x\n\n:canonical:`api:no`\n",
    "list": "{i}\n- :canonical:`api:yes`\n- :canonical:`api:yes2`\n\n:canonical:`api:no`\n",
    "labelled section": "{i}\n.. _here:\n\nSection\n-------\n\n:canonical:`api:yes`\n\n"
    "More\n----\n\n:canonical:`api:no`\n",
    "comment between": "{i}\n.. comment\n\n:canonical:`api:yes`\n\n:canonical:`api:no`\n",
    "index between": "{i}\n.. index:: x\n\n:canonical:`api:yes`\n\n:canonical:`api:no`\n",
    "inside a list": "- item\n\n  {i2}\n  :canonical:`api:yes`\n\n- :canonical:`api:no`\n",
    "directive": "{i}\n.. canonical-ref:: api:yes\n\n.. canonical-ref:: api:no\n",
}
COVERS_MD = {
    "paragraph": "{i}\n{{canonical}}`api:yes`\n\n{{canonical}}`api:no`\n",
    "target between": "{i}\n(here)=\n## Section\n\n{{canonical}}`api:yes`\n\n## More\n\n"
    "{{canonical}}`api:no`\n",
    "comment between": "{i}\n% comment\n\n{{canonical}}`api:yes`\n\n{{canonical}}`api:no`\n",
    "table": "{i}\n| a |\n|---|\n| {{canonical}}`api:yes` |\n\n{{canonical}}`api:no`\n",
}
CASES = [("rst", n) for n in COVERS_RST] + [("md", n) for n in COVERS_MD]


@pytest.mark.parametrize(("suffix", "name"), CASES)
def test_ignore_covers_the_next_block_alone(project: Project, suffix: str, name: str) -> None:
    if suffix == "rst":
        indented = IGNORE_RST.replace("\n   ", "\n     ")
        text = rst_page("Text.") + "\n" + COVERS_RST[name].format(i=IGNORE_RST, i2=indented)
    else:
        text = md_page("Text.") + "\n" + COVERS_MD[name].format(i=IGNORE_MD)
    project.write({**SPECIFICATION, f"ops/a.{suffix}": text})
    build = project.build("dummy")
    found = {f.message.split('"')[1]: bool(f.suppressed) for f in build.of("canonical_unresolved")}
    assert {name: covered for name, covered in found.items() if covered == ("no" in name)} == {}
    assert build.of("ignore_unused") == []


def test_ignore_at_the_end_of_an_included_file_covers_what_follows_it(project: Project) -> None:
    project.write(
        {
            **SPECIFICATION,
            "part.txt": f"Part.\n\n{IGNORE_RST}",
            "ops/a.rst": rst_page(
                ":canonical:`api:before`\n\n.. include:: /part.txt\n\n:canonical:`api:after`\n"
            ),
        }
    )
    found = project.build("dummy").of("canonical_unresolved")
    assert [bool(f.suppressed) for f in found] == [False, True]


def test_ignore_of_the_page_covers_all_of_it(project: Project) -> None:
    body = f"{IGNORE_RST}   :page:\n\nText.\n\n.. canonical-ref:: api:gone\n"
    project.write({**SPECIFICATION, "ops/a.rst": rst_page("") + body})
    build = project.build()
    (finding,) = build.of("canonical_unresolved")
    assert finding.suppressed == "known"
    assert "canonical_unresolved" not in build.warnings


def test_ignore_without_a_reason_covers_nothing(project: Project) -> None:
    body = "\n.. opsdocs-ignore:: canonical_unresolved\n\n.. canonical-ref:: api:gone\n"
    project.write({**SPECIFICATION, "ops/a.rst": rst_page("") + body})
    build = project.build("dummy")
    assert {"canonical_unresolved", "input_unreadable"} <= set(build.rules)


def test_ignore_of_a_rule_that_is_off_is_in_use(project: Project) -> None:
    body = f"\n{IGNORE_RST}\n.. canonical-ref:: api:gone\n"
    project.write({**SPECIFICATION, "ops/a.rst": rst_page("") + body})
    build = project.build("dummy", suppress_warnings=["opsdocs.canonical_unresolved"])
    assert build.of("ignore_unused") == []


@pytest.mark.parametrize("suffix", ["rst", "md"])
def test_rule_that_does_not_exist_is_called_unknown(project: Project, suffix: str) -> None:
    ignore = {
        "rst": ".. opsdocs-ignore:: {0}\n   :reason: known\n   :page:\n",
        "md": "```{{opsdocs-ignore}} {0}\n:reason: known\n:page:\n```\n",
    }[suffix]
    make = {"rst": rst_page, "md": md_page}[suffix]
    names = (
        "canonical_unresolvd",
        "canonical_missing, xyz, canonical_unresolved",
        "section_empty",
    )
    pages = {
        f"ops/p{number}.{suffix}": make("Text.") + "\n" + ignore.format(name)
        for number, name in enumerate(names)
    }
    reference = {"rst": ":canonical:`api:no`\n", "md": "{canonical}`api:no`\n"}[suffix]
    pages[f"ops/p1.{suffix}"] += "\n" + reference
    project.write({**SPECIFICATION, **pages})
    findings = project.build("dummy").of("ignore_unused")
    assert [finding.message for finding in findings] == [
        'there is no rule "canonical_unresolvd"; did you mean "canonical_unresolved"?',
        'there is no rule "xyz"; "opsdocs rules" lists them',
        'this exception for "section_empty" covers nothing; remove it',
    ]
    # the first one was reported before, as unused, and stands in baselines
    assert findings[0].fingerprint == fingerprint("ignore_unused", "ops/p0", names[0], 0)


def test_ignore_covers_what_the_parser_left_out(project: Project) -> None:
    ignores = {
        "rst": ".. opsdocs-ignore:: markup_broken\n   :reason: known\n\n",
        "md": "```{opsdocs-ignore} markup_broken\n:reason: known\n```\n\n",
    }
    project.write(
        {
            "ops/a.rst": rst_page("Text.")
            + f"\n{ignores['rst']}.. tabs::\n\n   Text.\n\n.. tabs::\n\nText.\n\n"
            + f"{ignores['rst']}.. tabs::\n",
            "ops/b.md": md_page("Text.")
            + f"\n{ignores['md']}```{{tabs}}\nText.\n```\n\n```{{tabs}}\n```\n",
        }
    )
    build = project.build("dummy")
    covered = [(f.docname, bool(f.suppressed)) for f in build.of("markup_broken")]
    assert covered == [
        ("ops/a", True), ("ops/a", False), ("ops/a", True), ("ops/b", True), ("ops/b", False),
    ]  # fmt: skip


@pytest.mark.parametrize("suffix", ["rst", "md"])
def test_exception_on_an_archived_page_stays(project: Project, suffix: str) -> None:
    name = "normative_statement"
    ignore = {
        "rst": f".. opsdocs-ignore:: {name}\n   :reason: quoted\n\nClients must use TLS.\n",
        "md": f"```{{opsdocs-ignore}} {name}\n:reason: quoted\n```\n\nClients must use TLS.\n",
    }[suffix]
    page = {"rst": rst_page, "md": md_page}[suffix]
    for status, successor in (("Canonical", {}), ("Archived", {"superseded-by": "none"})):
        header = HEADER | {"status": status} | successor
        project.write({f"ops/a.{suffix}": page(ignore, header=header)})
        build = project.build("dummy")
        assert not build.of("ignore_unused"), status
    project.write({f"ops/a.{suffix}": page(ignore.replace(name, f"{name} intent_claim"))})
    (finding,) = project.build("dummy").of("ignore_unused")
    assert "separate them by commas" in finding.message
