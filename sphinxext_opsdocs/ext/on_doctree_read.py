"""What happens when a document was read: its header and its facts, and the header that it shows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from sphinxext_opsdocs.canonical.section import section_labels
from sphinxext_opsdocs.config.classes import SPECIFICATION
from sphinxext_opsdocs.config.globs import glob_matches
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.facts_build import REVIEW_BUILDER
from sphinxext_opsdocs.ext.needs import EXTENSION, need_facts, tell_needs
from sphinxext_opsdocs.ext.settings import language_of
from sphinxext_opsdocs.facts.model import DocumentFacts, Header, Place, Problem, StrayHeader
from sphinxext_opsdocs.markup.anchors import document_id, need_pattern, section_id
from sphinxext_opsdocs.markup.directive_base import markup_was_used, taken_problems
from sphinxext_opsdocs.markup.extract import Extraction
from sphinxext_opsdocs.markup.fields import Field, YamlError
from sphinxext_opsdocs.markup.header import (
    HEADER_FIELDS,
    docinfo_node_fields,
    is_governed_header,
    parse_header,
    read_header_fields,
    stray_front_matter,
)
from sphinxext_opsdocs.markup.header_block import header_block
from sphinxext_opsdocs.markup.lost import is_suspicious
from sphinxext_opsdocs.markup.nodes import dependents
from sphinxext_opsdocs.markup.open_fences import has_colon_fences, open_fence
from sphinxext_opsdocs.markup.places import is_myst_source, node_place
from sphinxext_opsdocs.rules import reads_prose
from sphinxext_opsdocs.text.digest import digest_of

if TYPE_CHECKING:
    from sphinxext_opsdocs.markup.prose import Prose

__all__ = ["read_document"]

STRAY_FIELDS = (":owner:", ":last-reviewed:")


def read_document(app: Sphinx, doctree: nodes.document) -> None:
    """Store the facts of a document that takes part in the graph, and show its header.

    A page with no header and no markup of ours, outside governed folders and spec domains, is
    left as it is and not even walked through.
    """
    env = app.env
    domain = env.domains["ops"]
    assert isinstance(domain, OpsDomain)
    docname = env.docname
    governed = glob_matches(docname, domain.config.governed)
    in_domain = any(glob_matches(docname, spec.paths) for spec in domain.config.domains.values())
    used = markup_was_used(env)
    path = env.doc2path(docname, base=False)
    page = _Page(env, doctree, Path(path).as_posix(), governed)
    if not (governed or in_domain or used or page.header or page.problems or page.is_suspicious):
        return
    is_canonical = _can_be_canonical(page, in_domain)
    is_reviewed = governed and app.builder.name == REVIEW_BUILDER
    takes_part = bool(page.header or in_domain or used or is_reviewed)
    if is_canonical and EXTENSION in app.extensions:
        tell_needs(env, doctree)
    found = None
    if takes_part or page.is_suspicious:
        takes_words = is_canonical or app.builder.name == REVIEW_BUILDER
        found = Extraction(env, doctree, page.is_suspicious, takes_words)
    problems = [*page.problems, *taken_problems(env), *(found.problems if found else ())]
    if not (takes_part or governed or problems):
        return
    facts = _facts(page, docname, _title(doctree), found if takes_part else None, env)
    if _is_judged(page, governed) and reads_prose(domain.config):
        from sphinxext_opsdocs.markup.prose import Prose  # only where pages are read

        if domain.language_name.endswith(".toml"):
            env.note_dependency(str(Path(app.confdir, domain.language_name)))

        facts = _with_prose(facts, Prose(env, doctree, language_of(app, domain.language_name)))
    problems.sort(key=lambda problem: problem.place)
    domain.store(msgspec.structs.replace(facts, problems=tuple(problems)))
    _change_page(doctree, facts, domain, need_pattern(env.config), is_canonical)
    if in_domain and (pattern := need_pattern(env.config)):
        _anchor_sections(doctree, facts, domain.config, pattern)


def _facts(
    page: _Page, docname: str, title: str, found: Extraction | None, env: BuildEnvironment
) -> DocumentFacts:
    """The facts of a page but for what it says and its problems."""
    facts = DocumentFacts(
        docname=docname, path=page.path, title=title, header=page.header, stray_header=page.stray
    )
    if not found:
        return facts
    return msgspec.structs.replace(
        facts,
        preamble=found.preamble,
        sections=tuple(found.sections),
        labels=tuple(sorted(found.labels, key=lambda label: (label.anchor, label.name))),
        needs=need_facts(env, found.needs, found.takes_words),
        references=tuple(found.references),
        deviations=tuple(found.deviations),
        workarounds=tuple(found.workarounds),
        changes=tuple(found.changes),
        ignores=tuple(found.ignores),
        links=tuple(found.links),
        quotes=tuple(found.quotes),
    )


def _change_page(
    doctree: nodes.document,
    facts: DocumentFacts,
    domain: OpsDomain,
    pattern: str,
    is_canonical: bool,
) -> None:
    """Show the header, and make place for what a specification tells of its dependents."""
    if facts.header:
        anchor = document_id(facts.docname, pattern) if pattern else ""
        block = header_block(facts.header, facts.docname, domain.config, domain.classes, anchor)
        _show(doctree, block)
    if is_canonical and domain.config.show_dependents:
        _place_dependents(doctree, facts.docname)


def _can_be_canonical(page: _Page, in_domain: bool) -> bool:
    """Whether others can depend on what the page says: it is a specification, or may be one."""
    return page.header.document_class == SPECIFICATION if page.header else in_domain


def _is_judged(page: _Page, governed: bool) -> bool:
    """Whether what the page says is judged: it is operational, and governed."""
    return page.header.document_class != SPECIFICATION if page.header else governed


def _with_prose(facts: DocumentFacts, prose: Prose) -> DocumentFacts:
    lines = (
        f"{passage.kind} {passage.section} {passage.is_cited} "
        f"{passage.place.path}:{passage.place.line} {passage.text}"
        for passage in prose.passages
    )
    return msgspec.structs.replace(
        facts,
        sections=tuple(
            msgspec.structs.replace(section, is_empty=True)
            if section.anchors[0] in prose.empty_sections
            else section
            for section in facts.sections
        ),
        prose=digest_of(lines),
        passages=tuple(prose.passages),
        statements=tuple(prose.statements),
        mentions=tuple(dict.fromkeys(prose.mentions)),
    )


def _place_dependents(doctree: nodes.document, docname: str) -> None:
    """Put below each title where its section will tell who depends on it."""
    for section in doctree.findall(nodes.section):
        if section["ids"] and isinstance(section.next_node(), nodes.title):
            section.insert(1, dependents("", docname=docname, anchor=section["ids"][0]))


def _anchor_sections(
    doctree: nodes.document, facts: DocumentFacts, config: Config, pattern: str
) -> None:
    """Give sections of specifications the ids under which sphinx-needs links them."""
    labels = section_labels(facts)
    keys = [key for key, spec in config.domains.items() if glob_matches(facts.docname, spec.paths)]
    for number, node in enumerate(doctree.findall(nodes.section)):
        anchor = node["ids"][0] if node["ids"] else ""
        names = [f"{facts.docname}#{anchor}"]
        names += [labels[anchor]] if anchor in labels else []
        names += [facts.docname] if number == 0 else []
        node["ids"] += [section_id(f"{key}:{name}", pattern) for key in keys for name in names]


class _Page:
    """What the source text of a page says, as far as the parser agrees: header and lost markup."""

    def __init__(
        self, env: BuildEnvironment, doctree: nodes.document, path: str, governed: bool
    ) -> None:
        self.path = path
        self.header: Header | None = None
        self.stray: StrayHeader | None = None
        self.problems: list[Problem] = []
        is_myst = is_myst_source(path)
        text = Path(env.doc2path(env.docname)).read_text(encoding="utf-8-sig", errors="replace")
        self.is_suspicious = is_suspicious(text)
        docinfo = next((c for c in doctree.children if isinstance(c, nodes.docinfo)), None)
        if docinfo:
            fields = _typed_fields(text, is_myst) or docinfo_node_fields(docinfo)
            if is_governed_header((field.name for field in fields), governed):
                self.header, self.problems = parse_header(fields, path)
        if is_myst and (self.header or governed or self.is_suspicious):
            self._refuse_open_fence(env, text)
        if self.header:
            return
        if is_myst:
            self.stray = stray_front_matter(text, path)
        elif governed or any(field in text for field in STRAY_FIELDS):
            self.stray = _stray_field_list(env, doctree, governed)
        if self.stray and not governed:
            reason = f"the header of this page is not read: {self.stray.reason}"
            self.problems.append(Problem("input_unreadable", reason, self.stray.place))

    def _refuse_open_fence(self, env: BuildEnvironment, text: str) -> None:
        opened = open_fence(text.split("\n"), has_colon_fences(env.config))
        if opened is not None:
            message = (
                "this fence is never closed and takes all text after it; a fence around one of "
                "the same length ends early, so fence the outer one longer"
            )
            self.problems.append(Problem("input_unreadable", message, Place(self.path, opened + 1)))


def _typed_fields(text: str, is_myst: bool) -> list[Field]:
    try:
        return read_header_fields(text, is_myst)
    except YamlError:
        return []  # the parser made a header of it nonetheless, which is taken as it is


def _stray_field_list(
    env: BuildEnvironment, doctree: nodes.document, governed: bool
) -> StrayHeader | None:
    for node in doctree.findall(nodes.field_list):
        fields = [field for field in node.children if isinstance(field, nodes.field)]
        names = {field[0].astext().lower() for field in fields}
        if is_governed_header(names) and (governed or len(names & HEADER_FIELDS.keys()) > 1):
            reason = (
                "the field list is no header where it stands; put it, not indented, on the first "
                "lines of the file, before the title"
            )
            return StrayHeader(reason, node_place(env, fields[0]))
    return None


def _title(doctree: nodes.document) -> str:
    for section in doctree.children:
        if isinstance(section, nodes.section) and section.children:
            return section[0].astext() if isinstance(section[0], nodes.title) else ""
    return ""


def _show(doctree: nodes.document, block: nodes.Node) -> None:
    """Insert the header block below the title, or before everything where there is none."""
    for section in doctree.children:
        if isinstance(section, nodes.section):
            section.insert(1, block)
            return
    after = 1 + max(
        (i for i, child in enumerate(doctree.children) if isinstance(child, nodes.docinfo)),
        default=-1,
    )
    doctree.insert(after, block)
