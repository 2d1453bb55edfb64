"""The rows of specifications: what a repository publishes, and which copies it keeps of others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sphinxext_opsdocs.canonical.page_url import folder_url, with_anchor
from sphinxext_opsdocs.canonical.section import INDEX
from sphinxext_opsdocs.config.globs import glob_matches
from sphinxext_opsdocs.config.schema import is_address
from sphinxext_opsdocs.fleet.bundle import Bundle
from sphinxext_opsdocs.fleet.identities import Identities
from sphinxext_opsdocs.fleet.member import Member, PublishedIndex
from sphinxext_opsdocs.fleet.rows import DomainRow, OwnerRow, Row, SectionRow, SourceRow

__all__ = ["specification_rows"]


def specification_rows(
    member: Member, bundle: Bundle, identities: Identities, indexes: Mapping[str, PublishedIndex]
) -> Iterator[Row]:
    """Yield the rows of what a repository publishes, and of what it reads from others."""
    config = bundle.config
    for owner in bundle.facts.owners:
        yield OwnerRow(member.name, owner, config.owner_name(owner))
    for key, spec_domain in config.domains.items():
        addresses = {
            identities.address_of(source.origin, indexes): False
            for source in bundle.manifest.sources
            if source.domain == key
        }
        if spec_domain.paths and bundle.index:
            addresses[member.index_address] = True
        owner = spec_domain.owner
        for address, is_own in addresses.items():
            yield DomainRow(
                repository=member.name,
                domain=key,
                title=spec_domain.title,
                owner=owner,
                owner_title=config.owner_name(owner) if owner else "",
                index_address=address,
                is_own=is_own,
            )
    yield from _source_rows(member.name, bundle, indexes)
    yield from _section_rows(member, bundle)


def _source_rows(
    repository: str, bundle: Bundle, indexes: Mapping[str, PublishedIndex]
) -> Iterator[SourceRow]:
    for source in bundle.manifest.sources:
        published = indexes.get(source.origin)
        is_copy = source.kind == INDEX.name
        yield SourceRow(
            repository=repository,
            domain=source.domain,
            kind=source.kind,
            origin=source.origin,
            index_address=published.address if published else "",
            sha256=source.sha256,
            published_sha256=published.sha256 if published and is_copy else "",
        )


def _section_rows(member: Member, bundle: Bundle) -> Iterator[Row]:
    if bundle.index is None:
        return
    base_url = bundle.index.base_url
    base = folder_url(base_url) if is_address(base_url) else ""
    for page in bundle.index.pages:
        if not page.is_specification:
            continue
        domain = _domain_of(bundle, page.docname)
        for entry in page.sections:
            section = with_anchor(page.docname, entry.anchor)
            address = with_anchor(f"{base}{page.url}", entry.anchor) if base else ""
            yield SectionRow(
                repository=member.name,
                index_address=member.index_address,
                section=section,
                label=entry.label or (entry.anchors[0] if entry.is_need else ""),
                address=address,
                page_title=page.title,
                title=entry.title,
                domain=domain,
                owner=page.owner or (bundle.config.domains[domain].owner if domain else ""),
                status=page.status,
                digest=entry.whole_digest,
            )


def _domain_of(bundle: Bundle, docname: str) -> str:
    """Return the key of the spec domain of a page; empty for one outside all of them."""
    for key, spec_domain in bundle.config.domains.items():
        if glob_matches(docname, spec_domain.paths):
            return key
    return ""
