"""The Sphinx domain ``ops``: stores the facts of every document, and resolves links to them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.addnodes import pending_xref
from sphinx.builders import Builder
from sphinx.domains import Domain, ObjType
from sphinx.environment import BuildEnvironment

from sphinxext_opsdocs.config.classes import DocumentClass, document_classes
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.ext.catalogues import has_catalogues
from sphinxext_opsdocs.ext.encoded_facts import ENCODER, facts_decoder, passages_decoder
from sphinxext_opsdocs.ext.file_contents import FileContents, FileRecords
from sphinxext_opsdocs.ext.links import deviation_link, section_link
from sphinxext_opsdocs.ext.needs_projection import find_section_anchors
from sphinxext_opsdocs.ext.registry import DIRECTIVES, ROLES
from sphinxext_opsdocs.ext.settings import config_of
from sphinxext_opsdocs.ext.standing_check import Basis, StandingCheck
from sphinxext_opsdocs.ext.titles import Titles, with_titles
from sphinxext_opsdocs.facts.file import FORMAT
from sphinxext_opsdocs.facts.model import DocumentFacts, Problem
from sphinxext_opsdocs.facts.prose import Passage
from sphinxext_opsdocs.findings.result import CheckResult
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.graph.overlap import PageOverlaps
from sphinxext_opsdocs.markup.anchors import read_need_pattern

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph
    from sphinxext_opsdocs.impact.impact import Impact

__all__ = ["OpsDomain", "ReportUse"]

ENGLISH = "en"
"""The language that a translated project is written in, as long as nobody sets another."""
STORED = (
    "facts", "passages", "reports", "translated", "unreadable", "warned", "watches", "objects"
)  # fmt: skip
"""What is stored by docname, while a page is read."""
ReportUse = tuple[str, dict[str, tuple[str, ...]]]
"""Kind and filters of one report on a page."""


class OpsDomain(Domain):
    """Facts by docname, and per build the graph over them."""

    name = "ops"
    label = "Operational documents"
    object_types: ClassVar[dict[str, ObjType]] = {
        "deviation": ObjType("observed deviation", "deviation")
    }
    directives: ClassVar[dict[str, type[Directive]]] = DIRECTIVES
    roles: ClassVar[dict[str, Any]] = {name: role() for name, role in ROLES.items()}
    initial_data: ClassVar[dict[str, Any]] = {
        **{key: {} for key in STORED},
        "shown": {},
        "checked": b"",
        "alerts": b"",
        "files": {},
    }
    data_version = 10 * FORMAT + 4
    """Its last digit is raised when something else than the facts is stored in another shape."""

    file_contents: FileContents | None = None
    """The contents of source files in this build; None where none are kept for the next one."""
    read_inputs: Callable[[], Inputs] = Inputs
    """Reads the files beside the documents; there are none before the check of a build."""
    taken_names: tuple[Problem, ...] = ()
    """One for each short name of ours that another extension has registered in this build."""
    builder: Builder
    confdir: Path
    """The folder of conf.py."""
    owners: tuple[str, ...]
    """The configured owners, as read for the check of this build."""
    today: date
    """The day to which the check of this build counts ages."""
    result: CheckResult
    """The result of the check of this build."""
    basis: Basis
    """What the check of this build depends on."""
    standing: StandingCheck | None = None
    """The check of the last build, if it is that of this one."""
    has_news = False
    """Whether what is stored has changed since the environment was loaded."""

    @classmethod
    def of(cls, env: BuildEnvironment) -> OpsDomain:
        """The domain of an environment."""
        ops_domain = env.domains[cls.name]
        assert isinstance(ops_domain, OpsDomain)
        return ops_domain

    @cached_property
    def _decoded(self) -> dict[str, DocumentFacts]:
        return {}

    @property
    def documents(self) -> dict[str, DocumentFacts]:
        """Facts by docname."""
        # decoding them takes a fifth of the time that unpickling would take on every build
        encoded = self.encoded_facts
        for docname in self._decoded.keys() - encoded.keys():
            del self._decoded[docname]
        for docname in encoded.keys() - self._decoded.keys():
            self._decoded[docname] = facts_decoder().decode(encoded[docname])
        return self._decoded

    @property
    def encoded_facts(self) -> dict[str, bytes]:
        """Facts by docname as the environment contains them, without passages."""
        encoded: dict[str, bytes] = self.data["facts"]
        return encoded

    def store(self, facts: DocumentFacts) -> None:
        """Store the facts of a page that was read."""
        try:
            passages = msgspec.json.encode(facts.passages)
            encoded = ENCODER.encode(msgspec.structs.replace(facts, passages=()))
        except UnicodeEncodeError:
            # a lone surrogate, which a document can name by its number: UTF-8 cannot encode it
            text = json.dumps(msgspec.to_builtins(facts), ensure_ascii=False)
            self.store(msgspec.json.decode(text.encode("utf-8", "replace"), type=DocumentFacts))
        else:
            self.data["facts"][facts.docname] = encoded
            if facts.passages:
                self.data["passages"][facts.docname] = passages
            if facts.header and facts.header.reviews_when:
                self.data["watches"][facts.docname] = facts.header.reviews_when
            # the first record of an id has it as its anchor
            if numbers := [
                each.id for each in facts.deviations if each.id and each.id == each.anchor
            ]:
                self.data["objects"][facts.docname] = numbers

    def passages_of(self, facts: DocumentFacts) -> tuple[Passage, ...]:
        """The passages of a page."""
        encoded = self.passages.get(facts.docname)
        return passages_decoder().decode(encoded) if encoded else ()

    @property
    def passages(self) -> dict[str, bytes]:
        """Passages by docname, in JSON; apart from the facts, since most builds look at few."""
        passages: dict[str, bytes] = self.data["passages"]
        return passages

    @property
    def whole_documents(self) -> Iterable[DocumentFacts]:
        """The facts of all pages with their passages."""
        for facts in self.documents.values():
            yield msgspec.structs.replace(facts, passages=self.passages_of(facts))

    @property
    def earlier_overlaps(self) -> dict[str, PageOverlaps]:
        """The text that pages and specifications shared at the last check, by docname."""
        encoded: bytes = self.data["checked"]
        return msgspec.msgpack.decode(encoded, type=dict[str, PageOverlaps]) if encoded else {}

    def store_overlaps(self, overlaps: Mapping[str, PageOverlaps]) -> None:
        """Store them for the next build."""
        self.store_encoded("checked", ENCODER.encode(overlaps))

    def store_encoded(self, key: str, encoded: bytes) -> None:
        """Store what is not about one page for the next build."""
        # an equal value that is assigned anew would make Sphinx write the environment again
        if encoded != self.data[key]:
            self.data[key] = encoded
            self.has_news = True

    @property
    def reports(self) -> dict[str, list[ReportUse]]:
        """The reports that each page shows."""
        reports: dict[str, list[ReportUse]] = self.data["reports"]
        return reports

    def shown_by(self, builder: str) -> dict[str, str]:
        """Digest of what each page showed of other pages when this builder last wrote it."""
        shown: dict[str, str] = self.data["shown"].get(builder, {})
        return shown

    @property
    def watches(self) -> set[str]:
        """The entries of ``reviews-when`` of all pages."""
        watches: dict[str, tuple[str, ...]] = self.data["watches"]
        return {entry for entries in watches.values() for entry in entries}

    @property
    def translated(self) -> dict[str, Titles]:
        """The titles of the pages that are shown translated."""
        translated: dict[str, Titles] = self.data["translated"]
        return translated

    @property
    def file_records(self) -> FileRecords:
        """The contents of source files in the last build."""
        records: FileRecords = self.data["files"]
        return records

    @cached_property
    def config(self) -> Config:
        """The typed configuration of this build."""
        return config_of(self.env.config)

    @property
    def language_name(self) -> str:
        """The language of operational pages: that of Sphinx, unless opsdocs.toml sets another."""
        return self.config.language or self.source_language

    @cached_property
    def source_language(self) -> str:
        """The code of the language that pages are written in.

        A build in a language with catalogues shows translations. What they are made from is then
        English, or what opsdocs.toml says.
        """
        language = str(self.env.config.language or ENGLISH)
        if not has_catalogues(self.env, language):
            return language
        return Path(self.config.language).stem or ENGLISH

    @cached_property
    def classes(self) -> dict[str, DocumentClass]:
        """The document classes of this build."""
        return document_classes(self.config)

    def forget_graph(self, read_inputs: Callable[[], Inputs]) -> None:
        """Have the graph built anew, and the files beside the documents read, when asked for."""
        self.read_inputs = read_inputs
        for name in ("inputs", "graph", "shown_graph", "section_anchors", "impact"):
            self.__dict__.pop(name, None)

    @cached_property
    def inputs(self) -> Inputs:
        """The files beside the documents."""
        return self.read_inputs()

    @cached_property
    def graph(self) -> TraceabilityGraph:
        """The graph of this build."""
        from sphinxext_opsdocs.graph.graph import TraceabilityGraph  # only if something has changed

        facts, overlaps = self.documents.values(), self.earlier_overlaps
        return TraceabilityGraph(facts, self.config, self.inputs, self.passages_of, overlaps)

    @cached_property
    def shown_graph(self) -> TraceabilityGraph:
        """The graph with the titles that readers see, which are translated ones where there are."""
        if not self.translated:
            return self.graph
        return self.graph.evolve(
            with_titles(facts, self.translated.get(facts.docname))
            for facts in self.documents.values()
        )

    @cached_property
    def section_anchors(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """By docname, where links of sphinx-needs lead: first anchor of a section, its id there."""
        return find_section_anchors(self.graph, read_need_pattern(self.env.config))

    @cached_property
    def impact(self) -> Impact:
        """The dependents of sections of specifications."""
        from sphinxext_opsdocs.impact.impact import Impact  # only if a page shows it

        return Impact(self.graph)

    @property
    def unreadable_pages(self) -> dict[str, Problem]:
        """The pages whose reading failed, with the reason, by docname."""
        unreadable: dict[str, Problem] = self.data["unreadable"]
        return unreadable

    def clear_doc(self, docname: str) -> None:
        """Drop the facts of a page."""
        for key in STORED:
            self.data[key].pop(docname, None)
        self._decoded.pop(docname, None)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Add the facts of the pages that a parallel reader has read."""
        for key in STORED:
            for docname in docnames & otherdata[key].keys():
                self.data[key][docname] = otherdata[key][docname]

    def get_objects(self) -> Iterable[tuple[str, str, str, str, str, int]]:
        """Every deviation, for ``objects.inv`` and the search."""
        # the full-text search finds their titles anyway
        for docname, numbers in self.data["objects"].items():
            for number in numbers:
                yield number, number, "deviation", docname, number, 1

    def resolve_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> nodes.reference | None:
        """Link a canonical section or a deviation; a dead canonical link stays as marked text."""
        if typ == "deviation":
            return deviation_link(self.shown_graph, builder, fromdocname, node, contnode)
        return section_link(self.shown_graph, builder, fromdocname, node, contnode)

    def resolve_any_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> list[tuple[str, nodes.reference]]:
        """Link a deviation that the role ``any`` names by its id."""
        if target not in self.graph.deviations_by_id:
            return []
        link = deviation_link(self.shown_graph, builder, fromdocname, node, contnode)
        return [("ops:deviation", link)] if link else []
