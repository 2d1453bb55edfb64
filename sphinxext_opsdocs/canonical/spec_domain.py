"""Which spec domain a page belongs to."""

from sphinxext_opsdocs.config.classes import SPECIFICATION
from sphinxext_opsdocs.config.globs import glob_matches
from sphinxext_opsdocs.config.schema import Config, SpecDomain
from sphinxext_opsdocs.facts.model import DocumentFacts

__all__ = ["spec_domain_of"]


def spec_domain_of(config: Config, facts: DocumentFacts) -> SpecDomain | None:
    """The spec domain of a specification; None for other pages."""
    specs = config.domains.values()
    spec = next((s for s in specs if glob_matches(facts.docname, s.paths)), None)
    is_one = facts.header.document_class == SPECIFICATION if facts.header else spec
    return (spec or SpecDomain()) if is_one else None
