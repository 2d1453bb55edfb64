"""Which pages may have facts, judged while their doctree is not complete yet."""

from __future__ import annotations

import re
from typing import Any

from sphinx.environment import BuildEnvironment

from sphinxext_opsdocs.config.globs import glob_matches
from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.markup.directive_base import has_used_markup
from sphinxext_opsdocs.markup.header import GOVERNING
from sphinxext_opsdocs.markup.read_as_text import is_suspicious
from sphinxext_opsdocs.markup.read_source import ReadSource

__all__ = ["OURS", "may_have_facts"]

OURS = "opsdocs_"
"""How the names of what we note of a page start."""
HEADER = re.compile(rf"^\s*:?(?:{'|'.join(GOVERNING)})\s*:", re.IGNORECASE | re.MULTILINE)


def may_have_facts(env: BuildEnvironment) -> bool:
    """Return whether the page that is being read may have facts; True for too many of them."""
    config = OpsDomain.of(env).config
    paths = (spec_domain.paths for spec_domain in config.domains.values())
    text = ReadSource.of(env).text
    return (
        has_used_markup(env)
        or _has_notes(env)
        or glob_matches(env.docname, config.governed)
        or any(glob_matches(env.docname, globs) for globs in paths)
        or is_suspicious(text)
        or HEADER.search(text) is not None
    )


def _has_notes(env: Any) -> bool:
    """Return whether anything was noted while the page was parsed, such as an unknown name."""
    names = [
        name
        for name, value in env.temp_data.items()
        if name.startswith(OURS) and isinstance(value, list)
    ]
    return any(map(env.temp_data.get, names))
