"""Run work with a time limit, whatever it waits for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

__all__ = ["run_with_timeout"]

Result = TypeVar("Result")


def run_with_timeout(seconds: float, work: Callable[[], Result]) -> Result:
    """Return what ``work`` returns, or raise what it raises.

    Raises TimeoutError after that many seconds; the work goes on in its thread until it ends.
    """
    outcome: Future[Result] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except Exception as error:
            outcome.set_exception(error)

    # A time-out of a socket limits the wait for the next bytes, not the whole answer: a server
    # that sends a byte now and then never reaches it. A daemon thread can be left behind.
    threading.Thread(target=run, daemon=True).start()
    return outcome.result(timeout=seconds)
