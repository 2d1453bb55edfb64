"""The pages that Sphinx has warned about while it read them: a check reads them each time.

So their warnings are shown each time. Besides, what a page is warned about is often in another one,
such as a label or a need that both define, and Sphinx does not note that.
"""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager

from sphinx.application import Sphinx
from sphinx.util.logging import NAMESPACE

from sphinxext_opsdocs.ext.domain import OpsDomain

__all__ = ["note_warnings"]


class _Counter(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Count a warning."""
        self.count += 1


@contextmanager
def note_warnings(app: Sphinx, docname: str) -> Generator[None]:
    """Note whether anything is logged while a page is read."""
    counter, root = _Counter(), logging.getLogger(NAMESPACE)
    root.addHandler(counter)
    try:
        yield
    finally:
        root.removeHandler(counter)
        if counter.count:
            OpsDomain.of(app.env).data["warned"][docname] = counter.count
