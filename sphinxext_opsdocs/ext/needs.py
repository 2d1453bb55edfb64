"""The projection of the graph into sphinx-needs, and the only module that imports sphinx-needs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config as SphinxConfig
from sphinx.util import logging

from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.needs_projection import (
    FIELDS,
    LINKS,
    TYPES,
    ProjectedNeed,
    projected_needs,
)
from sphinxext_opsdocs.ext.settings import is_configured
from sphinxext_opsdocs.facts.model import Need
from sphinxext_opsdocs.markup.anchors import WIDE_ID_PATTERN, read_need_pattern
from sphinxext_opsdocs.markup.nodes import NEED_SUMMARY
from sphinxext_opsdocs.text.digest import compute_digest

__all__ = [
    "declare_need_types",
    "forget_needs",
    "need_facts",
    "pages_of_changed_projection",
    "summarise_needs",
]

EXTENSION = "sphinx_needs"
DEFAULT_ID_PATTERN = "^[A-Z0-9_]{5,}"
"""What sphinx-needs 9.1 sets for ``needs_id_regex``; an id such as DEV-0007 does not match it."""
logger = logging.getLogger(__name__)


def declare_need_types(app: Sphinx, config: SphinxConfig) -> None:
    """Declare our types, fields and links in a project with sphinx-needs; its own entries win.

    A project without any setting of ours stays as it is: they would show up in its diagrams.
    """
    if EXTENSION not in app.extensions or not is_configured(app, config):
        return
    from sphinx_needs.api import add_field, add_need_type, get_need_types
    from sphinx_needs.exceptions import NeedsApiConfigException

    existing = get_need_types(app)
    for name, (title, prefix, color) in TYPES.items():
        if name not in existing:  # a second type of the same name ends the build
            add_need_type(app, name, title, prefix, color)
    for name, description in FIELDS.items():
        if name not in config.needs_fields:
            try:
                add_field(name, description, schema={"type": "string"})
            except NeedsApiConfigException:
                continue  # another extension added it
    links = {
        # a dead link is a finding already; sphinx-needs must not report it again
        name: {"outgoing": outgoing, "incoming": incoming, "allow_dead_links": True}
        for name, (outgoing, incoming) in LINKS.items()
    }
    config["needs_links"] = {**links, **config.needs_links}  # there is no API for link types
    if config.needs_id_regex == DEFAULT_ID_PATTERN:
        config["needs_id_regex"] = WIDE_ID_PATTERN
    app.connect("needs-before-post-processing", _project)


def forget_needs(app: Sphinx, docnames: Iterable[str]) -> None:
    """Forget the needs of pages that are about to be read.

    Sphinx makes sphinx-needs forget those of each page right before it reads that page. A need that
    moved to an earlier page would until then be refused as a second one of its id, and then be on
    no page at all.
    """
    if EXTENSION not in app.extensions:
        return
    from sphinx_needs.data import SphinxNeedsData

    needs = SphinxNeedsData(app.env)
    for docname in docnames:
        needs.remove_doc(docname)


def summarise_needs(app: Sphinx, doctree: nodes.document) -> None:
    """Give every need of a page a summary of the values that its node does not contain.

    The summary counts as text of the page, so that a changed status changes the digest.
    """
    if EXTENSION not in app.extensions:
        return
    need_nodes = [
        node for node in doctree.findall(nodes.Element) if node.__class__.__name__ == "Need"
    ]
    if not need_nodes:
        return
    from sphinx_needs.data import SphinxNeedsData

    needs = SphinxNeedsData(app.env).get_needs_mutable()
    for node in need_nodes:
        if need := needs.get(node.get("refid", "")):
            node[NEED_SUMMARY] = _summary(need)


def _summary(need: Any) -> str:
    links = [str(target) for _, targets in need.iter_links_items() for target in targets]
    values = [need["type"], need["title"], need["status"], *need["tags"], *links]
    return " · ".join(str(value) for value in values if value)


def _shown_text(need: Any) -> str:
    """What other pages can show of a need."""
    return f"{need['id']} {need['docname']} {_summary(need)} {need['content']}"


def need_facts(env: Any, needs: list[Need], are_canonical: bool) -> tuple[Need, ...]:
    """The needs of a page with their titles, which only sphinx-needs has, and with digests."""
    if not needs:
        return ()
    from sphinx_needs.data import SphinxNeedsData

    titled = SphinxNeedsData(env).get_needs_mutable()
    return tuple(
        _with_title(need, str(titled[need.id]["title"]), are_canonical)
        for need in needs
        if need.id in titled
    )


def _with_title(need: Need, title: str, is_canonical: bool) -> Need:
    digest = ""
    if is_canonical:
        digest = compute_digest((title, need.words))
    return msgspec.structs.replace(need, title=title, digest=digest)


def pages_of_changed_projection(app: Sphinx, ops_domain: OpsDomain) -> set[str]:
    """Pages with directives of sphinx-needs, if the needs differ from those of the last build.

    sphinx-needs itself does not rewrite them when needs of other pages change.
    """
    pattern = read_need_pattern(app.config)
    if not pattern or not _is_consumed(app):
        return set()
    from sphinx_needs.data import SphinxNeedsData

    projected = projected_needs(ops_domain.graph, pattern)
    own = SphinxNeedsData(app.env).get_needs_mutable()
    shown = [
        msgspec.json.encode(list(projected.values())),
        *(_shown_text(own[need_id]).encode("utf-8", "surrogatepass") for need_id in sorted(own)),
    ]
    digest = hashlib.sha256(b"\n".join(shown)).hexdigest()
    if digest == ops_domain.data.get("projection"):
        return set()
    ops_domain.data["projection"] = digest
    return {
        name for names in SphinxNeedsData(app.env).get_or_create_docs().values() for name in names
    }


def _is_consumed(app: Sphinx) -> bool:
    """Whether something shows needs: a directive, a needs.json, or a builder of sphinx-needs."""
    from sphinx_needs.data import SphinxNeedsData

    writes = app.config.needs_build_json or app.config.needs_build_json_per_id
    builds = app.builder.format == "needs" or app.builder.name == "schema"
    return bool(writes or builds or any(SphinxNeedsData(app.env).get_or_create_docs().values()))


def _project(app: Sphinx, needs: dict[str, Any]) -> None:
    if not _is_consumed(app):
        return
    ops_domain = OpsDomain.of(app.env)
    included = _included_pages(app)
    for projected in projected_needs(ops_domain.graph, read_need_pattern(app.config)).values():
        if projected.id in needs:
            continue  # the user's own need with that id wins
        docname = projected.docname
        if included is not None and docname not in included:
            docname = ""
        _add(app, needs, projected, docname)


def _included_pages(app: Sphinx) -> set[str] | None:
    """The pages in the documents that LaTeX and texinfo write; None for all pages.

    sphinx-needs fails on a need whose page is in none of these documents.
    """
    if app.builder.name not in ("latex", "texinfo"):
        return None
    pending = [str(entry[0]) for entry in app.config[f"{app.builder.name}_documents"]]
    pages: set[str] = set()
    while pending:
        docname = pending.pop()
        if docname not in pages:
            pages.add(docname)
            pending += app.env.toctree_includes.get(docname, ())
    return pages


def _add(app: Sphinx, needs: dict[str, Any], projected: ProjectedNeed, docname: str) -> None:
    from sphinx_needs.api import InvalidNeedException, generate_need
    from sphinx_needs.config import NeedsSphinxConfig
    from sphinx_needs.data import SphinxNeedsData

    line: int | None = projected.place.line
    if projected.is_external:
        line = None
    values: dict[str, Any] = {
        "id": projected.id,
        "docname": docname or None,
        "lineno": line,
        "status": projected.status or None,
        "allow_type_coercion": False,  # our values have their types already: no parsing
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
            "sphinx-needs cannot show %s: %s",
            projected.id,
            error,
            location=(projected.docname, None),
            type="opsdocs",
            subtype="projection",
        )
