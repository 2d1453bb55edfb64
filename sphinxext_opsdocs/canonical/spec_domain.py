"""Which spec domain a page belongs to."""

from collections.abc import Iterable, Mapping

from sphinxext_opsdocs.config.classes import SPECIFICATION
from sphinxext_opsdocs.config.globs import glob_matches
from sphinxext_opsdocs.config.schema import Config, SpecDomain
from sphinxext_opsdocs.facts.model import DocumentFacts

__all__ = ["spec_domain_of", "specifications"]


def specifications(config: Config, documents: Iterable[DocumentFacts]) -> Mapping[str, SpecDomain]:
    """Return the spec domain of every specification among some documents, by docname."""
    spec_domains: dict[str, SpecDomain] = {}
    for facts in documents:
        if spec_domain := spec_domain_of(config, facts):
            spec_domains[facts.docname] = spec_domain
    return spec_domains


def spec_domain_of(config: Config, facts: DocumentFacts) -> SpecDomain | None:
    """Return the spec domain of a specification; None for other pages.

    A page of a spec domain without a header is a specification. One whose header says so may be
    outside all spec domains of its project, and gets an empty one.
    """
    matching = (
        spec_domain
        for spec_domain in config.domains.values()
        if glob_matches(facts.docname, spec_domain.paths)
    )
    # the globs of several spec domains may match: the first in configured order has the page
    spec_domain = next(matching, None)
    if not facts.header:
        return spec_domain
    if facts.header.document_class != SPECIFICATION:
        return None
    return spec_domain or SpecDomain()
