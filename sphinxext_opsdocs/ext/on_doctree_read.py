"""Handler of ``doctree-read``: stores the facts of a page, and shows its header."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from docutils import nodes
from msgspec.structs import replace
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from sphinxext_opsdocs.config.classes import SPECIFICATION
from sphinxext_opsdocs.config.globs import glob_matches
from sphinxext_opsdocs.config.schema import CONFIG_FILE
from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.facts_builder import FACTS_BUILDER, REVIEW_BUILDER
from sphinxext_opsdocs.ext.missing_files import note_missing_files
from sphinxext_opsdocs.ext.needs import need_facts, summarise_needs
from sphinxext_opsdocs.ext.original_text import take_untranslated
from sphinxext_opsdocs.ext.page_assets import mark_page
from sphinxext_opsdocs.ext.page_display import (
    place_dependents,
    place_deviations,
    place_header,
    take_anchors,
)
from sphinxext_opsdocs.ext.page_text import PageText, read_page_text
from sphinxext_opsdocs.ext.settings import language_of
from sphinxext_opsdocs.ext.titles import read_titles
from sphinxext_opsdocs.ext.typography import english_typography
from sphinxext_opsdocs.facts.model import DocumentFacts, Place, Problem
from sphinxext_opsdocs.graph.slow_pattern_problems import take_slow_problems
from sphinxext_opsdocs.markup.anchors import read_need_pattern
from sphinxext_opsdocs.markup.conditions import find_conditions
from sphinxext_opsdocs.markup.deviation_text import add_particulars, remove_particulars
from sphinxext_opsdocs.markup.directive_base import has_used_markup, take_problems
from sphinxext_opsdocs.markup.extract import Extraction, remove_facts
from sphinxext_opsdocs.markup.parser_errors import find_misspelt_names, find_unread_markup
from sphinxext_opsdocs.markup.phrases import translate_phrases
from sphinxext_opsdocs.markup.unregistered_names import take_unknown_names
from sphinxext_opsdocs.text.digest import compute_digest

__all__ = ["on_doctree_read"]


class _Page(NamedTuple):
    """A page that was read, with all that decides how it is treated."""

    text: PageText
    is_governed: bool
    """In a governed folder."""
    is_in_spec_domain: bool
    has_markup: bool
    """It contains a directive or role of ours."""
    is_for_review: bool
    keeps_places: bool
    """Its sections and labels are facts, whatever the page is: alerts can lead to any page."""

    @property
    def may_be_relevant(self) -> bool:
        """Whether it may have facts or faults: most pages of a project have neither."""
        text = self.text
        return bool(self._is_relevant or self.is_governed or text.problems or text.is_suspicious)

    @property
    def has_facts(self) -> bool:
        """Whether the content of its doctree becomes facts."""
        # a review compares all governed pages, also those that still lack a header
        return self._is_relevant or (self.is_governed and self.is_for_review)

    @property
    def _is_relevant(self) -> bool:
        return bool(self.text.header or self.is_in_spec_domain or self.has_markup)

    @property
    def may_be_canonical(self) -> bool:
        """Whether other pages can depend on it: its header decides, else its folder."""
        if self.text.header:
            return self.text.header.document_class == SPECIFICATION
        return self.is_in_spec_domain

    @property
    def is_judged(self) -> bool:
        """Whether rules judge its sentences: a missing header must not switch them off."""
        if self.text.header:
            return self.text.header.document_class != SPECIFICATION
        return self.is_governed

    @property
    def keeps_text(self) -> bool:
        """Whether its facts contain the text of its sections, for digests."""
        return self.may_be_canonical or self.is_for_review


def on_doctree_read(app: Sphinx, doctree: nodes.document) -> None:
    """Store the facts of a page, and insert what the page shows of them.

    A page without a header and markup of ours, outside governed folders and spec domains, stays as
    it is.
    """
    ops_domain = OpsDomain.of(app.env)
    kept = take_untranslated(app.env)
    original = kept and kept.document
    source = doctree if original is None else original
    note_missing_files(app.env, source)
    with english_typography(app.env, source):
        page = _page(app, ops_domain, source)
        if page.has_markup and page.keeps_text:
            add_particulars(app.env, source, ops_domain.config)
        facts = _read_facts(app, ops_domain, page, source)
        if page.has_markup and page.keeps_text:
            remove_particulars(source)
    if kept:
        remove_facts(doctree)
    if original is not None:
        take_anchors(doctree, original)
        ops_domain.translated[app.env.docname] = read_titles(doctree)
    if facts:
        ops_domain.store(facts)
        is_ours = page.has_facts or page.is_governed or facts.problems
        if is_ours and app.builder.name not in (FACTS_BUILDER, REVIEW_BUILDER):
            _display(doctree, page, facts, ops_domain)


def _read_facts(
    app: Sphinx, ops_domain: OpsDomain, page: _Page, doctree: nodes.document
) -> DocumentFacts | None:
    """The facts and problems of a page; None without any."""
    env = app.env
    problems = _problems(env, doctree, page, ops_domain)
    if not (page.may_be_relevant or page.keeps_places or problems):
        return None
    if page.may_be_canonical:
        summarise_needs(app, doctree)
    extraction = _extraction(env, doctree, page)
    if extraction:
        problems += extraction.problems
        has_short_names = ops_domain.config.short_names
        problems += find_misspelt_names(env, extraction.unknown_names, has_short_names)
    if not (page.has_facts or page.is_governed or page.keeps_places or problems):
        return None
    facts = _facts(env, doctree, page, extraction)
    if page.is_judged:
        facts = _with_prose(facts, app, ops_domain, doctree)
    problems += _slow_patterns(app, ops_domain)
    problems = sorted(dict.fromkeys(problems), key=lambda problem: problem.place)
    return replace(facts, problems=tuple(problems))


def _slow_patterns(app: Sphinx, ops_domain: OpsDomain) -> Iterator[Problem]:
    """The patterns of the configuration that took too long on this page."""
    language_name = ops_domain.language_name
    language = language_of(app, language_name) if language_name.endswith(".toml") else None
    name = CONFIG_FILE if Path(app.confdir, CONFIG_FILE).exists() else "conf.py"
    path = Path(os.path.relpath(Path(app.confdir, name), app.srcdir)).as_posix()
    return take_slow_problems(ops_domain.config, language, Place(path, 1))


def _display(
    doctree: nodes.document, page: _Page, facts: DocumentFacts, ops_domain: OpsDomain
) -> None:
    """Change what readers see; only after the facts, so that these do not depend on it."""
    mark_page(doctree)
    pattern = read_need_pattern(ops_domain.env.config)
    if page.has_markup:  # digests are the same in every language
        translate_phrases(doctree)
        place_deviations(doctree, facts.docname, facts.deviations)
    place_header(doctree, facts, pattern)
    if page.may_be_canonical and ops_domain.config.show_dependents:
        place_dependents(doctree, facts.docname)


def _page(app: Sphinx, ops_domain: OpsDomain, doctree: nodes.document) -> _Page:
    env, config = app.env, ops_domain.config
    is_governed = glob_matches(env.docname, config.governed)
    return _Page(
        read_page_text(env, doctree, is_governed, config.header),
        is_governed,
        any(glob_matches(env.docname, spec.paths) for spec in config.domains.values()),
        has_used_markup(env),
        app.builder.name == REVIEW_BUILDER,
        config.alerts.has_files,
    )


def _problems(
    env: BuildEnvironment, doctree: nodes.document, page: _Page, ops_domain: OpsDomain
) -> list[Problem]:
    """The problems of the source text and of what the parser made of it."""
    names = take_unknown_names(env)
    problems = [*page.text.problems, *take_problems(env)]
    problems += find_misspelt_names(env, names, ops_domain.config.short_names)
    # on any other page, markup that cannot be read is the business of its writers
    if page.is_governed or page.text.header or page.has_markup:
        problems += find_unread_markup(env, doctree, names)
    return problems


def _extraction(env: BuildEnvironment, doctree: nodes.document, page: _Page) -> Extraction | None:
    """The facts in the doctree, if it is walked; also for the problems of lost markup alone."""
    if not (page.has_facts or page.keeps_places or page.text.is_suspicious):
        return None
    return Extraction(env, doctree, page.text.is_suspicious, page.keeps_text)


def _facts(
    env: BuildEnvironment, doctree: nodes.document, page: _Page, extraction: Extraction | None
) -> DocumentFacts:
    """The facts of a page without its prose and its problems."""
    facts = DocumentFacts(
        docname=env.docname,
        path=page.text.path,
        real_path=_real_path(env, page.text.path),
        title=_title(doctree),
        header=page.text.header,
        stray_header=page.text.stray_header,
    )
    if not extraction or not (page.has_facts or page.keeps_places):
        return facts
    facts = replace(
        facts,
        sections=tuple(extraction.sections),
        labels=tuple(sorted(extraction.labels, key=lambda label: (label.anchor, label.name))),
    )
    if not page.has_facts:
        return facts
    return replace(
        facts,
        preamble=extraction.preamble,
        needs=need_facts(env, extraction.needs, extraction.has_text),
        references=tuple(extraction.references),
        deviations=tuple(extraction.deviations),
        workarounds=tuple(extraction.workarounds),
        changes=tuple(extraction.changes),
        verifications=tuple(extraction.verifications),
        approvals=tuple(extraction.approvals),
        ignores=tuple(extraction.ignores),
        links=tuple(extraction.links),
        quotes=tuple(extraction.quotes),
        graphs=tuple(extraction.graphs),
        conditions=find_conditions(doctree) if _can_be_linked(page, extraction) else {},
    )


def _can_be_linked(page: _Page, extraction: Extraction) -> bool:
    """Whether other pages can link its anchors; what hides one takes another walk over the page."""
    linked = extraction.deviations or extraction.workarounds or extraction.references
    return page.may_be_canonical or bool(linked)


def _real_path(env: BuildEnvironment, path: str) -> str:
    """The file that a page is a symbolic link to; empty for an ordinary file."""
    file = os.path.join(env.srcdir, path)  # noqa: PTH118  # pathlib takes five times as long
    real_file = os.path.realpath(file)
    if real_file == file:  # Sphinx has resolved the source directory itself
        return ""
    return Path(os.path.relpath(real_file, env.srcdir)).as_posix()


def _with_prose(
    facts: DocumentFacts, app: Sphinx, ops_domain: OpsDomain, doctree: nodes.document
) -> DocumentFacts:
    """The facts with the sentences of the page, if a rule judges them."""
    # only if a project has such pages
    from sphinxext_opsdocs.markup.prose import Prose
    from sphinxext_opsdocs.rules import reads_prose

    if not reads_prose(ops_domain.config):
        return facts

    if ops_domain.language_name.endswith(".toml"):  # Sphinx reads the page again when it changes
        app.env.note_dependency(str(Path(app.confdir, ops_domain.language_name)))
    prose = Prose(app.env, doctree, language_of(app, ops_domain.language_name))
    lines = (
        f"{passage.kind} {passage.section} {passage.is_cited} "
        f"{passage.place.path}:{passage.place.line} {passage.text}"
        for passage in prose.passages
    )
    return replace(
        facts,
        sections=tuple(
            replace(section, is_empty=section.anchors[0] in prose.empty_sections)
            for section in facts.sections
        ),
        prose=compute_digest(lines),
        prose_size=prose.size,
        passages=tuple(prose.passages),
        statements=tuple(prose.statements),
        mentions=tuple(dict.fromkeys(prose.mentions)),
    )


def _title(doctree: nodes.document) -> str:
    sections = (node for node in doctree.children if isinstance(node, nodes.section))
    title = next((section.children[0] for section in sections if section.children), None)
    if not isinstance(title, nodes.title):
        return ""
    return title.astext()
