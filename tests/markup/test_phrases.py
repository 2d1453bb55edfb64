"""Texts of ours on pages, in the language of a project."""

from __future__ import annotations

from collections.abc import Sequence

from babel.messages.mofile import read_mo
from babel.messages.pofile import write_po

from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.markup.deviation import STATES
from tests import catalogue
from tests.project import RUNBOOK_SECTIONS_RST, SPEC_PAGE, Project, encoded, md_page, rst_page

DEVIATION = """
.. observed-deviation:: Throttled clients get 503
   :id: DEV-0007
   :spec: api:rate-limits
   :issue: API-1234
   :observed: 2026-10-30
   :severity: major
   :state: open
   :where: eu-1

   During a drain.

   .. workaround::

      Raise the grace period.
"""
MYST_DEVIATION = """
````{observed-deviation} Throttled clients get 503
:id: DEV-0008
:spec: api:rate-limits
:issue: API-1234
:observed: 2026-10-30
:severity: major
:state: open

During a drain.
````
"""


def pages(project: Project) -> Project:
    project.write(
        {
            "specs/api/limits.rst": SPEC_PAGE,
            "ops/drain.rst": rst_page(DEVIATION + RUNBOOK_SECTIONS_RST, "Drain"),
            "ops/myst.md": md_page(MYST_DEVIATION, "Drain again"),
            "register.rst": "Register\n========\n\n.. deviation-register::\n",
        }
    )
    return project


def texts(message: str | Sequence[str]) -> tuple[str, ...]:
    """A message, or its singular and plural."""
    return (message,) if isinstance(message, str) else tuple(message)


def test_catalogues_are_up_to_date_and_compiled() -> None:
    assert catalogue.languages() == ["de"]
    for language in catalogue.languages():
        folder = catalogue.LOCALE / language / "LC_MESSAGES"
        expected = catalogue.catalogue(language)
        assert (folder / "opsdocs.po").read_bytes() == catalogue.written(expected, write_po)
        with (folder / "opsdocs.mo").open("rb") as file:
            compiled = {texts(message.id): texts(message.string) for message in read_mo(file)}
        for message in expected:
            if message.id:
                assert all(texts(message.string)), f"{language}: {message.id} is not translated"
                assert compiled[texts(message.id)] == texts(message.string)


def test_words_of_facts_are_in_the_catalogue() -> None:
    ids = {message for message, _ in catalogue.messages()}
    assert {*Lifecycle, *STATES} <= ids


def test_pages_show_our_texts_in_the_language_of_the_project(project: Project) -> None:
    build = pages(project).build("text", language="de")
    drain = build.text("ops/drain.txt")
    assert "Beobachtete Abweichung DEV-0007: Throttled clients get 503" in drain
    words = " ".join(drain.split())
    assert "[schwer] [offen]" in words
    assert "**Gesehen:** 2026-10-30 auf eu-1" in words
    assert "**Alter:** 24 von 90 Tagen" in words
    assert "Behelf" in drain
    assert "geprüft vor 3 Wochen" in words
    assert "Bei Widerspruch gilt die verlinkte Spezifikation." in words
    assert "Beobachtete Abweichung DEV-0008" in build.text("ops/myst.txt")
    assert "Abweichung" in build.text("register.txt")


def test_facts_and_findings_are_the_same_in_every_language(project: Project) -> None:
    pages(project)
    english = project.build("text", fresh=True)
    german = project.build("text", fresh=True, language="de", opsdocs_language="en")
    assert encoded(german) == encoded(english)
