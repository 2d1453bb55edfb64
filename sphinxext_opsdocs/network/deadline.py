"""Work that ends in time, whatever it waits for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty, Queue
from typing import TypeVar

__all__ = ["within"]

Made = TypeVar("Made")


def within(seconds: float, work: Callable[[], Made]) -> Made:
    """What ``work`` returns or raises. Raises TimeoutError when it takes longer, and leaves it.

    In a thread: a server that sends a byte now and then never comes to a time-out of its socket.
    """
    answers: Queue[tuple[Made | None, BaseException | None]] = Queue()

    def run() -> None:
        try:
            answers.put((work(), None))
        except Exception as error:  # it is raised again by whoever waits
            answers.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        made, error = answers.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    if error:
        raise error
    return made  # type: ignore[return-value]  # nothing was raised, so it is what was made
