"""Handler of ``env-get-outdated``: finds pages that changed, though no file of them is newer."""

from __future__ import annotations

from collections.abc import Set

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.facts_builder import FACTS_BUILDER
from sphinxext_opsdocs.ext.file_contents import FileContents
from sphinxext_opsdocs.ext.reading_cache import is_kept

__all__ = ["on_env_get_outdated"]


def on_env_get_outdated(
    app: Sphinx,
    env: BuildEnvironment,
    _added: Set[str],
    _changed: Set[str],
    removed: Set[str],
) -> list[str]:
    """Return the pages whose files or language are others than in the last build."""
    if app.builder.name == FACTS_BUILDER and not is_kept(app):
        return []
    ops_domain = OpsDomain.of(env)
    ops_domain.file_contents = FileContents(env, ops_domain.file_records)
    ops_domain.has_news |= bool(removed) or ops_domain.file_contents.has_new_records
    outdated = {*ops_domain.file_contents.outdated_pages()}
    if app.builder.name == FACTS_BUILDER:
        # what an extension lacked then may be here now
        outdated |= ops_domain.unreadable_pages.keys() | ops_domain.data["warned"].keys()
    return sorted(outdated | _pages_judged_in_another_language(ops_domain))


def _pages_judged_in_another_language(ops_domain: OpsDomain) -> set[str]:
    """Return the pages whose prose the last build judged in another language.

    The language of the source depends on catalogues, which can be added at any time.
    """
    now = ops_domain.language_name
    before = ops_domain.data.get("language", now)
    ops_domain.data["language"] = now
    if before == now:
        return set()
    return {docname for docname, facts in ops_domain.documents.items() if facts.prose}
