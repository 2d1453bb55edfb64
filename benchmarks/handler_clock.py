"""A Sphinx extension that prints the CPU seconds spent inside the event handlers of opsdocs."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Wrap our handlers once all extensions are loaded, and report when the build is over."""
    spent: Counter[str] = Counter()

    def clocked(event: str, handler: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            start = time.process_time()
            try:
                return handler(*arguments)
            finally:
                spent[event] += time.process_time() - start

        return call

    def wrap(app: Sphinx, _config: object) -> None:
        for event, listeners in app.events.listeners.items():
            for index, listener in enumerate(listeners):
                if listener.handler.__module__.startswith("sphinxext_opsdocs"):
                    listeners[index] = listener._replace(handler=clocked(event, listener.handler))

    def report(_app: Sphinx, _exception: Exception | None) -> None:
        rows = ", ".join(f"{event} {seconds:.2f}" for event, seconds in sorted(spent.items()))
        print(f"handlers: {sum(spent.values()):.2f} s ({rows})", flush=True)

    app.connect("config-inited", wrap, priority=1)
    app.connect("build-finished", report, priority=10_000)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
