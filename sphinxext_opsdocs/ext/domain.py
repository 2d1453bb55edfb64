"""The Sphinx domain ``ops``: keeps every document's facts, and resolves links into the graph."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Set
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.builders import Builder
from sphinx.domains import Domain, ObjType
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode

from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.config.classes import DocumentClass, document_classes
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.ext.settings import config_of
from sphinxext_opsdocs.facts.file import FORMAT
from sphinxext_opsdocs.facts.model import DocumentFacts, Passage
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.graph.overlap import Checked
from sphinxext_opsdocs.rules.engine.check import CheckResult

if TYPE_CHECKING:
    from sphinxext_opsdocs.impact.impact import Impact

__all__ = ["OpsDomain", "ReportUse", "external_link"]

ENCODER = msgspec.msgpack.Encoder()
DECODER = msgspec.msgpack.Decoder(DocumentFacts)
PASSAGES = msgspec.json.Decoder(tuple[Passage, ...])
CHECKED = msgspec.msgpack.Decoder(dict[str, Checked])
ReportUse = tuple[str, dict[str, tuple[str, ...]]]
"""Kind and filters of one report on a page."""


def external_link(
    section: CanonicalSection, content: nodes.Node, title: str = ""
) -> nodes.reference:
    """A link to a section of another project; the content alone where its address is not known."""
    if not section.url:
        return content  # type: ignore[return-value]  # Sphinx takes any node
    link = nodes.reference("", "", content, refuri=section.url, internal=False)
    if title:
        link["reftitle"] = title
    return link


class OpsDomain(Domain):
    """Facts by docname, and per build the graph over them."""

    name = "ops"
    label = "Operational documents"
    object_types: ClassVar[dict[str, ObjType]] = {
        "deviation": ObjType("observed deviation", "deviation")
    }
    initial_data: ClassVar[dict[str, Any]] = {
        "facts": {},
        "passages": {},
        "reports": {},
        "shown": {},
        "checked": b"",
    }
    data_version = FORMAT
    dangling_warnings: ClassVar[dict[str, str]] = {"deviation": "no such deviation: %(target)s"}

    inputs = Inputs()
    """What the files beside the documents say, as of the check of this build."""
    known_owners: tuple[str, ...]
    """Owners that can be reached, as of the check of this build."""
    today: date
    """The day that the check of this build counts to."""
    result: CheckResult
    """What the check of this build found."""

    @cached_property
    def _decoded(self) -> dict[str, DocumentFacts]:
        return {}

    @property
    def documents(self) -> dict[str, DocumentFacts]:
        """Facts by docname.

        The environment holds them encoded: a fifth of the time that unpickling them would take
        on every build.
        """
        encoded: dict[str, bytes] = self.data["facts"]
        for docname in self._decoded.keys() - encoded.keys():
            del self._decoded[docname]
        for docname in encoded.keys() - self._decoded.keys():
            self._decoded[docname] = DECODER.decode(encoded[docname])
        return self._decoded

    def store(self, facts: DocumentFacts) -> None:
        """Keep the facts of a page that was read."""
        try:
            passages = msgspec.json.encode(facts.passages)
            encoded = ENCODER.encode(msgspec.structs.replace(facts, passages=()))
        except UnicodeEncodeError:
            # half a character, as a document can name one: no file can hold it
            text = json.dumps(msgspec.to_builtins(facts), ensure_ascii=False)
            whole = msgspec.json.decode(text.encode("utf-8", "replace"), type=DocumentFacts)
            self.store(whole)
        else:
            self.data["facts"][facts.docname] = encoded
            if facts.passages:
                self.data["passages"][facts.docname] = passages

    def passages_of(self, facts: DocumentFacts) -> tuple[Passage, ...]:
        """The passages of a page."""
        encoded = self.passages.get(facts.docname)
        return PASSAGES.decode(encoded) if encoded else ()

    @property
    def passages(self) -> dict[str, bytes]:
        """Passages by docname, in JSON, as the facts file has them.

        Kept apart from the facts, since most builds look at those of few pages.
        """
        passages: dict[str, bytes] = self.data["passages"]
        return passages

    @property
    def whole_documents(self) -> Iterable[DocumentFacts]:
        """The facts of all pages with their passages."""
        for facts in self.documents.values():
            yield msgspec.structs.replace(facts, passages=self.passages_of(facts))

    @property
    def checked_before(self) -> dict[str, Checked]:
        """What the last check found of each page that specifications say too."""
        encoded: bytes = self.data["checked"]
        return CHECKED.decode(encoded) if encoded else {}

    def remember(self, checked: Mapping[str, Checked]) -> None:
        """Keep that for the next build."""
        encoded = ENCODER.encode(checked)
        if encoded != self.data["checked"]:
            self.data["checked"] = encoded

    @property
    def reports(self) -> dict[str, list[ReportUse]]:
        """The reports that each page shows."""
        reports: dict[str, list[ReportUse]] = self.data["reports"]
        return reports

    @property
    def shown(self) -> dict[str, str]:
        """Digest of what each page showed of other pages when it was last written."""
        shown: dict[str, str] = self.data["shown"]
        return shown

    @cached_property
    def config(self) -> Config:
        """The typed configuration of this build."""
        return config_of(self.env.config)

    @property
    def language_name(self) -> str:
        """The language of operational pages: Sphinx's, unless a team has set another."""
        return self.config.language or str(self.env.config.language or "en")

    @cached_property
    def classes(self) -> dict[str, DocumentClass]:
        """The document classes of this build."""
        return document_classes(self.config)

    @cached_property
    def graph(self) -> TraceabilityGraph:
        """The graph over the facts as they are when it is first asked for."""
        return TraceabilityGraph(
            self.documents.values(), self.config, self.inputs, self.passages_of
        )

    @cached_property
    def impact(self) -> Impact:
        """Who depends on the sections of specifications."""
        from sphinxext_opsdocs.impact.impact import Impact  # only where a page shows it

        return Impact(self.graph)

    def dependents_of(self, docname: str, anchor: str) -> str:
        """A sentence on who refers to a section of this project; empty when nobody does."""
        from sphinxext_opsdocs.impact.impact import counted

        pages, deviations = counted(self.impact.direct(("", docname, anchor)))
        if not pages:
            return ""
        text = "1 page refers" if pages == 1 else f"{pages} pages refer"
        opened = "1 deviation is" if deviations == 1 else f"{deviations or 'no'} deviations are"
        return f"{text} to this section, {opened} open against it."

    def forget_graph(self) -> None:
        """Build the graph anew when it is next asked for: facts have changed."""
        self.__dict__.pop("graph", None)
        self.__dict__.pop("impact", None)

    def clear_doc(self, docname: str) -> None:
        """Drop what a page contributed."""
        self.data["facts"].pop(docname, None)
        self.data["passages"].pop(docname, None)
        self._decoded.pop(docname, None)
        self.reports.pop(docname, None)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Take over what a parallel reader found on its pages."""
        for key in ("facts", "passages", "reports"):
            for docname in docnames & otherdata[key].keys():
                self.data[key][docname] = otherdata[key][docname]

    def get_objects(self) -> Iterable[tuple[str, str, str, str, str, int]]:
        """Every deviation: in ``objects.inv`` and in the search."""
        for facts in self.documents.values():
            for deviation in facts.deviations:
                if deviation.id and deviation.anchor == deviation.id:
                    number = deviation.id  # its title is found by the full-text search
                    yield number, number, "deviation", facts.docname, deviation.anchor, 1

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
            found = self.graph.deviations_by_id.get(target)
            if not found:
                return None
            title, docname, anchor = (
                found[0].deviation.title,
                found[0].docname,
                found[0].deviation.anchor,
            )
        else:
            section = self.graph.resolve(target).section
            if not section:
                contnode["classes"].append("opsdocs-unresolved")
                return contnode  # type: ignore[return-value]  # Sphinx takes any node
            title, docname, anchor = section.title, section.docname, section.anchor
            if node["with_page"] and section.page_title != title:
                title = f"{section.page_title} › {title}"
            if not node["refexplicit"]:
                contnode = nodes.inline("", title, classes=list(contnode["classes"]))
            if section.is_external:
                return external_link(section, contnode, title)
        return make_refnode(builder, fromdocname, docname, anchor, contnode, title)

    def resolve_any_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> list[tuple[str, nodes.reference]]:
        """``any`` finds deviations by their id."""
        if target not in self.graph.deviations_by_id:
            return []
        found = self.resolve_xref(env, fromdocname, builder, "deviation", target, node, contnode)
        return [("ops:deviation", found)] if found is not None else []
