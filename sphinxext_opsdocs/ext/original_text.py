"""Facts of the original text, in every language that a project is translated into.

Sphinx replaces text by its translation before other transforms run, long before ``doctree-read``.
So a page with a catalogue is copied right before that, and the copy goes through the same
transforms, apart from the translation. Other pages are never copied
(docs/adr/0021-facts-of-the-original-text.md).
"""

from __future__ import annotations

import io
import pickle
from copy import copy
from optparse import Values
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from docutils import nodes
from docutils.utils import Reporter
from msgspec import Struct
from sphinx.config import Config as SphinxConfig
from sphinx.environment import BuildEnvironment
from sphinx.transforms import DoctreeReadEvent, SphinxTransform, SphinxTransformer
from sphinx.transforms.i18n import Locale
from sphinx.transforms.references import SphinxDomains
from sphinx.util.logging import suppress_logging

from sphinxext_opsdocs.ext.catalogues import has_catalogue
from sphinxext_opsdocs.ext.relevance import OURS, may_have_facts
from sphinxext_opsdocs.ext.source_language import QuietReporter, put_into_source_language

__all__ = ["KeepUntranslated", "Untranslated", "take_untranslated"]

KEY = "opsdocs_untranslated"
LEFT_OUT = (Locale, SphinxDomains)
"""What translates, and what stores labels of the page: the original must not."""
END = f"{DoctreeReadEvent.default_priority:03}"
SHARED = (Reporter, Values, BuildEnvironment, SphinxConfig, Struct, type, FunctionType, ModuleType)
"""What a copy has in common with its original: too large to copy, or never changed."""


class Untranslated(NamedTuple):
    """A page before its translation."""

    document: nodes.document | None
    """None for a page without facts."""
    notes: dict[str, Any]
    """What directives and roles noted; the translation may contain roles too."""


class KeepUntranslated(SphinxTransform):
    """Copies a page that is about to be translated."""

    default_priority = 19  # that of Locale is 20

    def apply(self, **_kwargs: Any) -> None:
        """Keep the copy until facts are read."""
        env = self.env
        if not has_catalogue(env):
            return
        document: nodes.document | None = None
        if may_have_facts(env):
            document = _copy(self.document)
            put_into_source_language(document, env)
        env.temp_data[KEY] = Untranslated(document, _notes(env))


def take_untranslated(env: Any) -> Untranslated | None:
    """Return a page as it was before its translation, ready to read facts from; else None.

    What was noted of the page is what was noted of the original.
    """
    kept: Untranslated | None = env.temp_data.pop(KEY, None)
    if kept is None:
        return None
    for name in _notes(env):
        del env.temp_data[name]
    env.temp_data.update(kept.notes)
    if kept.document is not None:
        _finish(kept.document)
    return kept


def _finish(document: nodes.document) -> None:
    """Apply the transforms that a page has gone through since it was copied."""
    transformer: Any = document.transformer
    entries: list[Any] = transformer.transforms
    transformer.transforms = [
        (priority, transform, *rest)
        for priority, transform, *rest in entries
        if priority < END and not issubclass(transform, LEFT_OUT)
    ]
    with suppress_logging():  # the translated page has the same warnings
        transformer.apply_transforms()


def _notes(env: BuildEnvironment) -> dict[str, Any]:
    return {
        name: copy(value)  # lists go on to grow
        for name, value in env.temp_data.items()
        if name.startswith(OURS)
    }


class _Pickler(pickle.Pickler):
    """Writes a document without what is shared with the copy."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.shared: dict[int, Any] = {}

    def persistent_id(self, obj: Any) -> int | None:
        """Return the number of a shared object."""
        if not isinstance(obj, SHARED):
            return None
        self.shared[id(obj)] = obj
        return id(obj)


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, shared: dict[int, Any]) -> None:
        super().__init__(file)
        self._shared = shared

    def persistent_load(self, pid: int) -> Any:
        """Return a shared object."""
        return self._shared[pid]


def _copy(document: nodes.document) -> nodes.document:
    """Return a copy of a document together with its registries and pending transforms.

    ``deepcopy`` of docutils copies no registries, and that of Python takes ten times as long.
    """
    file = io.BytesIO()
    pickler = _Pickler(file)
    # a document leaves reporter and transformer out of its pickle
    transformer: Any = document.transformer
    pickler.dump((document, transformer.transforms))
    file.seek(0)
    other, transforms = _Unpickler(file, pickler.shared).load()
    other.reporter, other.transformer = QuietReporter(), SphinxTransformer(other)
    other.transformer.transforms = transforms
    return other  # type: ignore[no-any-return]
