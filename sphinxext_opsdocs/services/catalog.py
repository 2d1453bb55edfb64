"""The services in a catalogue of Backstage."""

from __future__ import annotations

from collections.abc import Iterator

from sphinxext_opsdocs.facts.model import Place
from sphinxext_opsdocs.services.service import CatalogService
from sphinxext_opsdocs.yaml_nodes import entries, line_of, read_documents, text_of

__all__ = ["read_catalog"]

KIND = "Component"


def read_catalog(text: str, path: str) -> Iterator[CatalogService]:
    """Yield the components of a ``catalog-info.yaml``; raises UnreadableError.

    https://backstage.io/docs/features/software-catalog/descriptor-format
    """
    for root in read_documents(text):
        entity = entries(root)
        metadata, spec = entries(entity.get("metadata")), entries(entity.get("spec"))
        name = metadata.get("name")
        if name and text_of(entity.get("kind")) == KIND:
            yield CatalogService(
                text_of(name),
                Place(path, line_of(name)),
                text_of(metadata.get("title")),
                _name_in_reference(text_of(spec.get("owner"))),
            )


def _name_in_reference(reference: str) -> str:
    """Return ``team`` of ``group:default/team``."""
    return reference.rpartition("/")[2].rpartition(":")[2]
