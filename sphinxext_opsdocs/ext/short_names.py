"""The short names of our directives and roles, and who took one of them.

Every directive and role of ours has a name in the domain (``ops:workaround``), which no other
extension can take. The short name is registered only where it is free, after all extensions and
the directives that sphinx-needs makes of its types: nobody loses a name to us.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives, roles
from docutils.parsers.rst.languages import en
from docutils.utils import Reporter
from sphinx.application import Sphinx
from sphinx.config import Config as SphinxConfig
from sphinx.domains import Domain
from sphinx.util.docutils import is_directive_registered, is_role_registered

from sphinxext_opsdocs.config.schema import DOMAIN_PREFIX
from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.registry import DIRECTIVES, ROLES
from sphinxext_opsdocs.facts.model import Place, Problem
from sphinxext_opsdocs.markup.names import Kind

__all__ = ["find_taken_names", "register_short_names"]

HALT = Reporter.SEVERE_LEVEL + 1
"""A level that no report has."""


def register_short_names(app: Sphinx, config: SphinxConfig) -> None:
    """Register the names that are free; handler of ``config-inited``."""
    if config.opsdocs_short_names is False:
        return
    for name, directive in DIRECTIVES.items():
        if not is_directive_registered(name):
            app.add_directive(name, directive)
    for name, role in ROLES.items():
        if not is_role_registered(name):
            app.add_role(name, role())


def find_taken_names(app: Sphinx) -> Iterator[Problem]:
    """Yield a problem for each short name that leads to markup of somebody else."""
    if not OpsDomain.of(app.env).config.short_names:
        return
    # docutils asks for where to report; its options take long to make, and nobody reads them here
    document = nodes.document(None, Reporter("", HALT, HALT))  # type: ignore[arg-type]
    for name, directive in DIRECTIVES.items():
        holder = _domain_with(app, "directives", name)
        holder = holder or _directive_holder(name, directive, document)
        if holder:
            yield _problem(app, "directive", name, holder)
    for name, role in ROLES.items():
        holder = _domain_with(app, "roles", name) or _role_holder(name, role, document)
        if holder:
            yield _problem(app, "role", name, holder)


def _domain_with(app: Sphinx, table: str, name: str) -> str:
    """Return the domain that Sphinx asks before the short names, if it has the name; or empty."""
    for key in (app.config.primary_domain, "std"):
        domain: Domain | None = app.env.domains.get(key or "")
        if domain and not isinstance(domain, OpsDomain) and name in getattr(domain, table):
            return f'the domain "{domain.name}"'
    return ""


def _directive_holder(name: str, own: type[Any], document: nodes.document) -> str:
    # the stubs ask for a module of docutils.languages, which knows no directives
    registered, _ = directives.directive(name, en, document)  # type: ignore[arg-type]
    return "" if registered is own else _describe(registered, name)


def _role_holder(name: str, own: type[Any], document: nodes.document) -> str:
    registered, _ = roles.role(name, en, 0, document.reporter)  # type: ignore[arg-type]
    return "" if isinstance(registered, own) else _describe(registered, name)


def _describe(registered: object, name: str) -> str:
    """Return who registered a directive or role: a class, a function, or an object of a class."""
    module = str(getattr(registered, "__module__", ""))
    if module.startswith("sphinx_needs."):
        return f'the need type "{name}" of sphinx-needs'
    qualified = getattr(registered, "__qualname__", type(registered).__qualname__)
    return f'"{module}.{qualified}"'


def _problem(app: Sphinx, kind: Kind, name: str, holder: str) -> Problem:
    path = Path(os.path.relpath(Path(app.confdir, "conf.py"), app.srcdir)).as_posix()
    message = (
        f'the {kind} "{name}" is taken by {holder}; rename that one, or set short_names = false '
        f'and write "{DOMAIN_PREFIX}{name}" for the {kind} of this extension'
    )
    return Problem("markup_taken", message, Place(path, 1))
