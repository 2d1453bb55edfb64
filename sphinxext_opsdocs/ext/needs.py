"""sphinx-needs: the projection of the graph into it. All of its imports stand in this module."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config as SphinxConfig
from sphinx.util import logging

from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.projection import FIELDS, LINKS, TYPES, ProjectedNeed, projected_needs
from sphinxext_opsdocs.facts.model import Need
from sphinxext_opsdocs.markup.anchors import WIDE_ID_PATTERN, need_pattern
from sphinxext_opsdocs.markup.nodes import TOLD
from sphinxext_opsdocs.text.digest import digest_of

__all__ = ["declare_need_types", "need_facts", "pages_of_changed_projection", "tell_needs"]

EXTENSION = "sphinx_needs"
DEFAULT_ID_PATTERN = "^[A-Z0-9_]{5,}"
logger = logging.getLogger(__name__)


def declare_need_types(app: Sphinx, config: SphinxConfig) -> None:
    """Declare our types, fields and links where a project has sphinx-needs; its own entries win."""
    if EXTENSION not in app.extensions:
        return
    from sphinx_needs.api import add_field, add_need_type, get_need_types
    from sphinx_needs.exceptions import NeedsApiConfigException

    known = get_need_types(app)
    for name, (title, prefix, color) in TYPES.items():
        if name not in known:
            add_need_type(app, name, title, prefix, color)
    for name, description in FIELDS.items():
        if name not in config.needs_fields:
            try:
                add_field(name, description, schema={"type": "string"})
            except NeedsApiConfigException:
                continue  # another extension added it
    links = {
        name: {"outgoing": outgoing, "incoming": incoming, "allow_dead_links": True}
        for name, (outgoing, incoming) in LINKS.items()
    }
    config["needs_links"] = {**links, **config.needs_links}
    if config.needs_id_regex == DEFAULT_ID_PATTERN:
        config["needs_id_regex"] = WIDE_ID_PATTERN
    app.connect("needs-before-post-processing", _project)


def tell_needs(env: Any, doctree: nodes.document) -> None:
    """Let every need of a page tell what its node does not hold, so that it counts as text."""
    found = [node for node in doctree.findall(nodes.Element) if node.__class__.__name__ == "Need"]
    if not found:
        return
    from sphinx_needs.data import SphinxNeedsData

    known = SphinxNeedsData(env).get_needs_mutable()
    for node in found:
        need: Any = known.get(node.get("refid", ""))
        if need:
            links = [str(target) for kind in need.iter_links_items() for target in kind[1]]
            told = [need["type"], need["title"], need["status"], *need["tags"], *links]
            node[TOLD] = " · ".join(str(part) for part in told if part)


def need_facts(env: Any, needs: list[Need], are_canonical: bool) -> tuple[Need, ...]:
    """The needs of a page with their titles, which sphinx-needs knows, and with digests."""
    if not needs:
        return ()
    from sphinx_needs.data import SphinxNeedsData

    known = SphinxNeedsData(env).get_needs_mutable()
    found: list[Need] = []
    for need in needs:
        if need.id in known:
            title = str(known[need.id]["title"])
            digest = digest_of((title, need.words)) if are_canonical else ""
            found.append(msgspec.structs.replace(need, title=title, digest=digest))
    return tuple(found)


def pages_of_changed_projection(app: Sphinx, domain: OpsDomain) -> set[str]:
    """Pages with directives of sphinx-needs, when what we project differs from the last build.

    sphinx-needs itself does not rewrite them when needs of other pages change.
    """
    if EXTENSION not in app.extensions or not _is_consumed(app):
        return set()
    from sphinx_needs.data import SphinxNeedsData

    needs = projected_needs(domain.graph, need_pattern(app.config))
    digest = hashlib.sha256(msgspec.json.encode(list(needs.values()))).hexdigest()
    if digest == domain.data.get("projection"):
        return set()
    domain.data["projection"] = digest
    return {
        name for names in SphinxNeedsData(app.env).get_or_create_docs().values() for name in names
    }


def _is_consumed(app: Sphinx) -> bool:
    """Whether anything shows needs: a directive, a needs.json, or a builder of sphinx-needs."""
    from sphinx_needs.data import SphinxNeedsData

    writes = app.config.needs_build_json or app.config.needs_build_json_per_id
    builds = app.builder.format == "needs" or app.builder.name == "schema"
    return bool(writes or builds or any(SphinxNeedsData(app.env).get_or_create_docs().values()))


def _project(app: Sphinx, needs: dict[str, Any]) -> None:
    if not _is_consumed(app):
        return
    domain = app.env.domains["ops"]
    assert isinstance(domain, OpsDomain)
    included = _included_pages(app)
    for projected in projected_needs(domain.graph, need_pattern(app.config)).values():
        if projected.id in needs:
            continue  # the user's need of that id stands
        has_page = included is None or projected.docname in included
        _add(app, needs, projected, (projected.docname if has_page else "") or None)


def _included_pages(app: Sphinx) -> set[str] | None:
    """The pages of the documents that LaTeX and texinfo make of some; None for all pages.

    sphinx-needs fails on a need whose page is in none of them.
    """
    if app.builder.name not in ("latex", "texinfo"):
        return None
    starts = [str(entry[0]) for entry in app.config[f"{app.builder.name}_documents"]]
    found: set[str] = set()
    while starts:
        docname = starts.pop()
        if docname not in found:
            found.add(docname)
            starts += app.env.toctree_includes.get(docname, ())
    return found


def _add(app: Sphinx, needs: dict[str, Any], projected: ProjectedNeed, docname: str | None) -> None:
    from sphinx_needs.api import InvalidNeedException, generate_need
    from sphinx_needs.config import NeedsSphinxConfig
    from sphinx_needs.data import SphinxNeedsData

    values: dict[str, Any] = {
        "id": projected.id,
        "docname": docname,
        "lineno": None if projected.is_external else projected.place.line,
        "status": projected.status or None,
        "allow_type_coercion": False,  # values are of their types already, which saves parsing
        "ops_place": f"{projected.place.path}:{projected.place.line}",
        **{name: text for name, text in projected.fields.items() if text},
        **{name: list(ids) for name, ids in projected.links.items()},
    }
    if projected.is_external and projected.url:
        values |= {"is_external": True, "external_url": projected.url}
    config, schema = NeedsSphinxConfig(app.config), SphinxNeedsData(app.env).get_schema()
    try:
        needs[projected.id] = generate_need(
            config, schema, projected.type, projected.title, **values
        )
    except InvalidNeedException as error:
        logger.warning(
            "%s is not shown by sphinx-needs: %s",
            projected.id,
            error,
            location=(projected.docname, None),
            type="opsdocs",
            subtype="projection",
        )
