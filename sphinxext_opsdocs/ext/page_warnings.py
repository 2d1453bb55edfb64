"""The warnings of Sphinx on pages, kept with the pages, and shown again when they are not read."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from copy import copy
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging as sphinx_logging
from sphinx.util.logging import NAMESPACE, WarningLogRecordTranslator

from sphinxext_opsdocs.ext.domain import OpsDomain

__all__ = ["collect_warnings", "repeat_warnings"]

PageWarning = tuple[int, str, str, str, str]
"""Level, message, place relative to the source directory, type and subtype."""

logger = sphinx_logging.getLogger(__name__)


class _Collector(logging.Handler):
    def __init__(self, app: Sphinx) -> None:
        super().__init__(logging.WARNING)
        self._translate = WarningLogRecordTranslator(app).filter
        self._root = f"{app.srcdir}{os.sep}"
        self.warnings: list[PageWarning] = []

    def emit(self, record: Any) -> None:
        """Keep a warning."""
        shown = copy(record)  # Sphinx adds place and type to the message of the record itself
        self._translate(shown)
        location = str(shown.location or "").removeprefix(self._root)
        kind, subtype = (getattr(record, name, None) or "" for name in ("type", "subtype"))
        message = logging.LogRecord.getMessage(record)
        self.warnings.append((record.levelno, message, location, kind, subtype))


@contextmanager
def collect_warnings(app: Sphinx, docname: str) -> Generator[None]:
    """Keep what is logged while a page is read."""
    collector = _Collector(app)
    root = logging.getLogger(NAMESPACE)
    root.handlers.insert(0, collector)  # before Sphinx changes the record
    try:
        yield
    finally:
        root.removeHandler(collector)
        if collector.warnings:
            OpsDomain.of(app.env).data["warnings"][docname] = collector.warnings


def repeat_warnings(app: Sphinx, read_pages: Iterable[str]) -> None:
    """Log the warnings of the pages that were not read."""
    kept: dict[str, list[PageWarning]] = OpsDomain.of(app.env).data["warnings"]
    for docname in sorted(kept.keys() - set(read_pages)):
        for level, message, location, kind, subtype in kept[docname]:
            place = os.path.join(app.srcdir, location) if location else None  # noqa: PTH118
            logger.log(level, "%s", message, location=place, type=kind, subtype=subtype)
