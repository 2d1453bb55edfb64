"""What stands in ``only`` is a fact in every build; a link to it is none where it is not shown."""

from __future__ import annotations

import pytest

from sphinxext_opsdocs.canonical.index_file import INDEX_FORMAT
from sphinxext_opsdocs.config.schema import INDEX_FILE
from sphinxext_opsdocs.facts.model import DocumentFacts
from tests.project import SPECIFICATION, Project, encoded, md_page, rst_page

OPTIONS = (
    ("id", "DEV-1"), ("spec", "api:limits"), ("issue", "API-1"), ("observed", "2026-11-01"),
    ("severity", "minor"), ("state", "open"),
)  # fmt: skip
# in MyST a heading ends the directive around it, so a section is never in "only" there
SPEC = rst_page(
    ".. _limits:\n\nLimits\n------\n\nShown.\n\n.. only:: internal\n\n   .. _quotas:\n\n"
    "   Quotas\n   ------\n\n   Not shown.\n\n   .. only:: html\n\n      .. _deep:\n\n"
    "      Deep\n      ~~~~\n\n      Text.\n",
    "Spec",
    SPECIFICATION,
)
PAGE = {
    "rst": "See :canonical:`api:limits`, :canonical:`api:quotas` and :deviation:`DEV-1`.\n\n"
    ".. canonical-ref:: api:deep\n\n.. only:: internal\n\n   Here :canonical:`api:quotas` is right.\n\n"
    "   .. observed-deviation:: T\n"
    + "".join(f"      :{name}: {text}\n" for name, text in OPTIONS)
    + "\n.. deviation-register::\n",
    "md": "See {canonical}`api:limits`, {canonical}`api:quotas` and {deviation}`DEV-1`.\n\n"
    "```{canonical-ref} api:deep\n```\n\n````{only} internal\nHere {canonical}`api:quotas` is right.\n\n"
    "```{observed-deviation} T\n"
    + "".join(f":{name}: {text}\n" for name, text in OPTIONS)
    + "```\n````\n\n```{deviation-register}\n```\n",
}
MAKE = {"rst": rst_page, "md": md_page}


def conditions(facts: DocumentFacts) -> dict[str, str]:
    return {
        anchor: text for anchor, text in facts.conditions.items() if not anchor.startswith("id")
    }


@pytest.mark.parametrize("syntax", MAKE)
def test_targets_that_a_build_does_not_show_are_not_linked(project: Project, syntax: str) -> None:
    project.write({"specs/api/s.rst": SPEC})
    project.write({f"ops/a.{syntax}": MAKE[syntax]("", "Page") + "\n" + PAGE[syntax]})
    build = project.build()
    assert conditions(build.documents["specs/api/s"]) == {
        "quotas": "internal",
        "deep": "(internal) and (html)",
    }
    assert conditions(build.documents["ops/a"]) == {"DEV-1": "internal"}
    # nothing of it is a finding, which would differ from build to build
    assert build.of("canonical_unresolved") == build.of("deviation_unresolved") == []
    hidden = [line for line in build.warnings.splitlines() if "target_hidden" in line]
    assert [line.partition('"')[2].partition('"')[0] for line in hidden] == [
        "api:quotas", "DEV-1", "api:deep",
    ]  # fmt: skip
    assert 'this build is not "internal"' in hidden[0]
    page = build.text("ops/a.html")
    assert 'href="../specs/api/s.html#limits"' in page
    for anchor in ("quotas", "deep", "DEV-1"):
        assert f'#{anchor}"' not in page
    # the words stay, and so does the row of the register
    assert "Quotas" in page
    assert "T</" in page

    project.append("conf.py", 'tags.add("internal")\n')
    shown = project.build(fresh=True)
    assert "target_hidden" not in shown.warnings
    for anchor in ("quotas", "deep", "DEV-1"):
        assert f'#{anchor}"' in shown.text("ops/a.html")
    assert encoded(shown) == encoded(build)


def test_index_lists_what_its_pages_show(project: Project) -> None:
    project.write({"specs/api/s.rst": SPEC})
    index = INDEX_FORMAT.load(project.build().outdir / INDEX_FILE)
    assert [entry.label for page in index.pages for entry in page.sections] == ["", "limits"]
    project.append("conf.py", 'tags.add("internal")\n')
    index = INDEX_FORMAT.load(project.build(fresh=True).outdir / INDEX_FILE)
    labels = [entry.label for page in index.pages for entry in page.sections]
    assert labels == ["", "limits", "quotas", "deep"]


def test_page_is_written_again_when_its_target_is_hidden(project: Project) -> None:
    project.write({"specs/api/s.rst": SPEC.replace("only:: internal", "only:: html")})
    project.write({"ops/a.rst": rst_page("See :canonical:`api:quotas`.")})
    assert '#quotas"' in project.build().text("ops/a.html")
    project.write({"specs/api/s.rst": SPEC})
    assert '#quotas"' not in project.build().text("ops/a.html")


def test_wrong_expression_hides_nothing(project: Project) -> None:
    project.write({"specs/api/s.rst": SPEC.replace("only:: internal", "only:: (")})
    project.write({"ops/a.rst": rst_page("See :canonical:`api:quotas`.")})
    assert '#quotas"' in project.build().text("ops/a.html")
