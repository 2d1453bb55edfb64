"""Translated builds: facts are those of the original text, and pages show the translation."""

from __future__ import annotations

import gettext
import gzip
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sphinx.locale import translators

from sphinxext_opsdocs.ext import original_text
from tests.project import SPECIFICATION, Build, Project, encoded, md_page, rst_page


def catalogue(messages: Mapping[str, str]) -> str:
    """A file of messages and their translations."""

    def quote(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    return head + "".join(f"\nmsgid {quote(m)}\nmsgstr {quote(t)}\n" for m, t in messages.items())


def translate(project: Project, docname: str, messages: Mapping[str, str]) -> None:
    """Translate messages of a page into German."""
    project.write({f"locales/de/LC_MESSAGES/{docname}.po": catalogue(messages)})


def forget_catalogues() -> None:
    """Forget what Sphinx and Python have read: a process that builds once has read nothing yet."""
    translators.clear()
    gettext._translations.clear()  # type: ignore[attr-defined]


def build(project: Project, language: str, builder: str = "html", **settings: Any) -> Build:
    """Build in a language."""
    forget_catalogues()
    settings = {"gettext_compact": False, "language": language, **settings}
    project.outdir = project.outdir.with_name(f"out-{language}")
    try:
        return project.build(builder, **settings)
    finally:
        forget_catalogues()


def files(result: Build) -> dict[str, bytes]:
    """The files that a build writes for machines."""
    texts = {
        name: (result.outdir / name).read_bytes()
        for name in ("opsdocs.json", "opsdocs-findings.json", "opsdocs.sarif")
    }
    index = result.outdir / "canonical-index.json.gz"
    return texts | {index.name: gzip.decompress(index.read_bytes())}


def plain(html: str) -> str:
    """The text of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


SPEC = {
    "rst": rst_page(
        ".. _rate-limits:\n\nRate limits\n-----------\n\nA throttled client gets status 429.\n\n"
        ".. _page-size:\n\nPage size\n---------\n\nA page has at most 100 entries.\n",
        "Limits",
        SPECIFICATION,
    ),
    "md": md_page(
        "(rate-limits)=\n## Rate limits\n\nA throttled client gets status 429.\n\n"
        "(page-size)=\n## Page size\n\nA page has at most 100 entries.\n",
        "Limits",
        SPECIFICATION,
    ),
}
SPEC_MESSAGES = {
    "Limits": "Grenzen",
    "Rate limits": "Ratenbegrenzung",
    "Page size": "Seitengröße",
    "A throttled client gets status 429.": "Ein Client, den das Gateway drosselt, bekommt 429.",
    "A page has at most 100 entries.": "--- Eine Seite hat höchstens 200 Einträge.",
}
ROLE = {"rst": ":canonical:`{}`", "md": "{{canonical}}`{}`"}
DEVIATION = {
    "rst": ".. observed-deviation:: Throttled clients get 503\n   :id: DEV-1\n"
    "   :spec: api:rate-limits\n   :issue: API-1\n   :observed: 2026-11-01\n   :severity: major\n"
    "   :state: open\n\n   The gateway answered 503.\n",
    "md": "```{observed-deviation} Throttled clients get 503\n:id: DEV-1\n"
    ":spec: api:rate-limits\n:issue: API-1\n:observed: 2026-11-01\n:severity: major\n"
    ":state: open\n\nThe gateway answered 503.\n```\n",
}
IGNORE = {
    "rst": ".. opsdocs-ignore:: normative_keyword\n   :reason: agreed\n",
    "md": "```{opsdocs-ignore} normative_keyword\n:reason: agreed\n```\n",
}
REFERENCE = {
    "rst": ".. canonical-ref:: api:page-size\n   :why: it counts entries\n",
    "md": "```{canonical-ref} api:page-size\n:why: it counts entries\n```\n",
}


def write_pages(project: Project, syntax: str) -> None:
    """A runbook and the specification that it refers to, both translated."""
    limits, size = (ROLE[syntax].format(target) for target in ("api:rate-limits", "api:page-size"))
    named = ROLE[syntax].format("the page size <api:page-size>")
    see = f"See {limits} and {named}."
    page = {"rst": rst_page, "md": md_page}[syntax]
    steps = {"rst": "Steps\n-----", "md": "## Steps"}[syntax]
    body = (
        f"{see}\n\n{steps}\n\nThe pool MUST have 4 nodes. Do not stop it.\n\n{IGNORE[syntax]}\n"
        f"The pool MUST have 5 nodes.\n\n{DEVIATION[syntax]}\n{REFERENCE[syntax]}\n"
        f"Also {ROLE[syntax].format('api:gone')}, not {size}.\n"
    )
    project.write({f"specs/api/limits.{syntax}": SPEC[syntax]})
    project.write({f"ops/drain.{syntax}": page("BODY", "Drain").replace("BODY", body)})
    register = "Register\n========\n\n.. deviation-register::\n\n.. traceability-matrix::\n"
    project.write({"register.rst": register})
    translate(project, "specs/api/limits", SPEC_MESSAGES)
    translate(
        project,
        "ops/drain",
        {
            "Drain": "Leeren",
            "Steps": "Schritte",
            see: f"--- Siehe {named.replace('the page size', 'die Seitengröße')} und {limits}.",
            "The pool MUST have 4 nodes. Do not stop it.": "Der Pool MUST groß sein, --- sagt man.",
            "Throttled clients get 503": "Gedrosselte Clients bekommen 503",
            "The gateway answered 503.": "Das Gateway antwortete mit 503.",
            "it counts entries": "es zählt Einträge",
        },
    )


@pytest.mark.parametrize("syntax", ["rst", "md"])
def test_facts_and_findings_are_those_of_the_original(project: Project, syntax: str) -> None:
    write_pages(project, syntax)
    english, german = build(project, "en"), build(project, "de")
    assert encoded(german) == encoded(english)
    assert files(german) == files(english)
    places = {finding.place.path for finding in german.findings}
    assert places == {f"ops/drain.{syntax}"}
    (statement,) = english.of("normative_keyword")[:1]
    assert "4 nodes" in statement.message
    assert [f.suppressed for f in english.of("normative_keyword")] == ["", "agreed"]


@pytest.mark.parametrize("syntax", ["rst", "md"])
def test_pages_show_the_translation(project: Project, syntax: str) -> None:
    write_pages(project, syntax)
    english, german = build(project, "en"), build(project, "de")
    page = german.text("ops/drain.html")
    text = plain(page)
    for words in (
        "Leeren",
        "Siehe die Seitengröße und Ratenbegrenzung",
        "Beobachtete Abweichung DEV-1 : Gedrosselte Clients bekommen 503",
        "Das Gateway antwortete mit 503.",
        "Grenzen › Seitengröße — es zählt Einträge",
        "The pool MUST have 5 nodes.",  # has no translation
    ):
        assert words in text
    assert "agreed" not in page
    assert "opsdocs_fact" not in page
    register = plain(german.text("register.html"))
    assert "Gedrosselte Clients bekommen 503" in register
    assert "Ratenbegrenzung" in register
    assert "Throttled" not in register
    assert "Gedrosselte" not in plain(english.text("register.html"))
    assert "Throttled clients get 503" in plain(english.text("ops/drain.html"))


@pytest.mark.parametrize("syntax", ["rst", "md"])
@pytest.mark.parametrize("builder", ["html", "text", "man", "latex", "epub", "opsdocs", "gettext"])
def test_facts_of_every_builder_are_those_of_the_original(
    project: Project, syntax: str, builder: str
) -> None:
    write_pages(project, syntax)
    english = build(project, "en", "html")
    documents = build(project, "de", builder).documents if builder != "opsdocs" else None
    if documents is None:  # writes nothing, and checks in the command line
        from sphinxext_opsdocs.ext.facts_build import Request, build_facts

        forget_catalogues()
        settings = {"language": "de", "gettext_compact": False}
        request = Request(project.srcdir, project.srcdir, settings, "1")
        documents = build_facts(
            request, lambda _app, domain: {f.docname: f for f in domain.whole_documents}, sys.stderr
        )
        forget_catalogues()
    assert documents == english.documents


MYST_ANCHORS = {"myst_heading_anchors": 3}


@pytest.mark.parametrize("syntax", ["rst", "md"])
def test_translated_page_has_the_anchors_of_the_original(project: Project, syntax: str) -> None:
    write_pages(project, syntax)
    english = build(project, "en", **MYST_ANCHORS)
    german = build(project, "de", **MYST_ANCHORS)
    for name in ("ops/drain", "specs/api/limits"):
        ids, expected = (
            re.findall(r'\sid="([^"]+)"', each.text(f"{name}.html")) for each in (german, english)
        )
        assert set(expected) <= set(ids)
        assert len(ids) == len(set(ids))
        links, expected = (
            set(re.findall(r'href="([^"]*\.html#[^"]+)"', each.text(f"{name}.html")))
            for each in (german, english)
        )
        assert links == expected


RICH_RST = """
.. contents::
   :local:

.. contents::

Terms
-----

.. glossary::

   drain
      What takes nodes out.

   cell : classifier
      A part.

term
   A definition with a footnote [#one]_ and ``code``.

.. [#one] The footnote.

.. figure:: /picture.png
   :alt: a picture

   The caption of it.

.. list-table:: Title of it
   :header-rows: 1

   * - Name
     - Value
   * - limit
     - 100 requests

.. code-block:: sh

   stop it

.. versionchanged:: 1.2
   The *limit* is new.

.. deprecated:: 1.3

.. py:function:: drain(node)

   Drains it.

   :param node: the node
   :returns: nothing

.. |product| replace:: Orders

The |product| gateway, see `Terms`_ and [CIT]_ and :term:`drain`.

.. [CIT] A citation.

.. math:: a

* one
* two

| line
| block

    A quotation.

    -- Somebody

:field: a value

.. rubric:: A rubric

.. only:: html

   In a condition.

.. index:: entry

.. seealso:: Another page.
"""
RICH_MD = """
(terms)=
## Terms

```{glossary}
drain
  What takes nodes out.
```

A footnote[^1] with `code` and a [link](#terms).

[^1]: The footnote.

```{figure} /picture.png
:alt: a picture

The caption of it.
```

| Name | Value |
|---|---|
| limit | 100 requests |

```sh
stop it
```

```{versionchanged} 1.2
The *limit* is new.
```

> A quotation.

- one
- two

```{contents}
```
"""


@pytest.mark.parametrize(("syntax", "text"), [("rst", RICH_RST), ("md", RICH_MD)])
def test_every_kind_of_content_keeps_its_digest(project: Project, syntax: str, text: str) -> None:
    page = {"rst": rst_page, "md": md_page}[syntax]
    project.write(
        {
            f"specs/api/rich.{syntax}": page("BODY", "Rich", SPECIFICATION).replace("BODY", text),
            f"ops/rich.{syntax}": page("BODY", "Rich").replace("BODY", text),
        }
    )
    (project.srcdir / "picture.png").write_bytes(b"png")
    targets = {"gettext_additional_targets": ["index", "literal-block", "image", "raw"]}
    template = build(project, "en", "gettext", **targets).outdir
    for name in ("specs/api/rich", "ops/rich"):
        messages = re.findall(
            r'^msgid "(.+)"$', (template / f"{name}.pot").read_text(), re.MULTILINE
        )
        translate(
            project,
            name,
            {
                m: m if m.startswith("..") else f"{m} übersetzt" if m[-1] not in "_]`*" else m
                for m in (message.replace('\\"', '"') for message in messages)
            },
        )
    english = build(project, "en", **targets)
    german = build(project, "de", **targets)
    for docname, facts in english.documents.items():
        assert german.documents[docname] == facts, docname
    assert "übersetzt" in german.text("specs/api/rich.html")
    assert files(german) == files(english)


def test_translation_adds_no_facts(project: Project) -> None:
    project.write(
        {"ops/a.rst": rst_page("First.\n\nSecond."), "other.rst": "Other\n=====\n\nText.\n"}
    )
    messages = {
        "First.": "Siehe :canonical:`api:gone` und :cannonical:`api:x` und :deviation:`DEV-1`.",
        "Second.": "Every client MUST wait. :unknown:`x`",
    }
    translate(project, "ops/a", messages)
    translate(project, "other", {"Text.": ":canonical:`api:gone`"})
    english, german = build(project, "en"), build(project, "de")
    assert encoded(german) == encoded(english)
    assert not english.of("normative_keyword")


def test_prose_is_judged_in_the_language_of_the_source(project: Project) -> None:
    project.write({"ops/a.rst": rst_page("Every client must have a token of its own.")})
    assert not build(project, "de").of("normative_statement")  # written in German, it seems
    translate(project, "ops/a", {"Page": "Seite"})
    assert build(project, "de").of("normative_statement")
    assert not build(project, "de", opsdocs_language="sv").of("normative_statement")


def test_first_catalogue_of_a_project_changes_how_all_pages_are_judged(project: Project) -> None:
    rule = "Every client must have a token of its own."
    project.write({"ops/a.rst": rst_page(rule), "ops/b.rst": rst_page("Text.")})
    assert not build(project, "de").of("normative_statement")
    translate(project, "ops/b", {"Text.": "Anders."})
    incremental = build(project, "de")
    assert encoded(build(project, "de", fresh=True)) == encoded(incremental)
    assert incremental.of("normative_statement")


def test_what_sphinx_knows_of_a_catalogue_goes_with_the_page(project: Project) -> None:
    """Within one process, Sphinx still translates a page whose catalogue another build has read."""
    write_pages(project, "rst")
    english = build(project, "en")
    settings = {"gettext_compact": False}
    try:
        forget_catalogues()
        project.outdir = project.outdir.with_name("both")
        project.build("html", language="de", **settings)
        project.outdir = project.outdir.with_name("again")
        again = project.build("html", language="en", **settings)
    finally:
        forget_catalogues()
    assert again.documents == english.documents


def test_page_without_a_catalogue_is_not_copied(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    copy = original_text._copy

    def count(document: Any) -> Any:
        copied.append(Path(document["source"]).stem)
        return copy(document)

    # only a count: the copy itself is the real one
    monkeypatch.setattr(original_text, "_copy", count)
    write_pages(project, "rst")
    project.write({"ops/other.rst": rst_page("Text."), "plain.rst": "Plain\n=====\n\nText.\n"})
    translate(project, "plain", {"Text.": "Anders."})
    build(project, "en")
    build(project, "fr")
    assert copied == []
    build(project, "de")
    assert sorted(copied) == ["drain", "limits"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_changed_translation_is_shown_and_changes_no_facts(project: Project, jobs: int) -> None:
    write_pages(project, "rst")
    for number in range(8):  # enough pages for Sphinx to read in parallel
        project.write({f"ops/more{number}.rst": rst_page("Text.")})
    english = build(project, "en", jobs=jobs)
    first = build(project, "de", jobs=jobs)
    translate(project, "specs/api/limits", SPEC_MESSAGES | {"Rate limits": "Drosselung"})
    second = build(project, "de", jobs=jobs)
    assert encoded(second) == encoded(first) == encoded(english)
    assert "Drosselung" in second.text("specs/api/limits.html")
    assert "und Drosselung" in plain(second.text("ops/drain.html"))


def test_messages_are_what_writers_typed(project: Project) -> None:
    body = (
        f"{DEVIATION['rst']}\n{REFERENCE['rst']}\n.. workaround::\n   :deviation: DEV-1\n\n"
        "   Wait.\n\n.. document-change:: 2.1\n   :date: 2026-11-01\n   :what: the *what*\n"
        "   :why: the why\n\n.. canonical-quote:: api:page-size\n\n   A page has 100 entries.\n"
    )
    project.write({"ops/a.rst": rst_page("BODY").replace("BODY", body)})
    template = (build(project, "en", "gettext").outdir / "ops/a.pot").read_text()
    assert re.findall(r'^msgid "(.+)"$', template, re.MULTILINE) == [
        "Page",
        "Throttled clients get 503",
        "The gateway answered 503.",
        "it counts entries",
        "Wait.",
        "the *what*",
        "the why",
        "A page has 100 entries.",
    ]
    translate(project, "ops/a", {"the *what*": "das *Was*", "the why": "das Warum"})
    text = plain(build(project, "de").text("ops/a.html"))
    assert "Version 2.1 (2026-11-01) — das Was — das Warum" in text


def test_needs_of_a_translated_page_keep_their_digest(make_project: Any) -> None:
    project = make_project(needs=True)
    need = ".. req:: A limit\n   :id: REQ_00001\n\n   A page has at most 100 entries.\n"
    project.write({"specs/api/a.rst": rst_page(need, "Limits", SPECIFICATION)})
    project.write({"ops/a.rst": rst_page("See :canonical:`api:REQ_00001`.")})
    translate(project, "specs/api/a", {"A page has at most 100 entries.": "Anders."})
    english, german = build(project, "en"), build(project, "de")
    assert english.documents["specs/api/a"].needs[0].digest
    assert encoded(german) == encoded(english)
