"""How fast a tracker is asked."""

from __future__ import annotations

import threading
import time

__all__ = ["Pace"]

BURST = 20
"""Requests that need not wait when none was made for a while."""


class Pace:
    """At most so many requests a minute, over all threads; 0 for as many as there are."""

    def __init__(self, per_minute: int) -> None:
        self._interval = 60 / per_minute if per_minute else 0.0
        self._lock = threading.Lock()
        self._next = self._held = 0.0

    def wait(self, stopped: threading.Event) -> None:
        """Return when the next request may be made, or when all is ``stopped``."""
        with self._lock:
            now = time.monotonic()
            self._next = max(self._next, now - BURST * self._interval) + self._interval
            pause = max(self._next, self._held) - now
        if pause > 0:
            stopped.wait(pause)

    def hold(self, seconds: float) -> None:
        """Let nobody go on for that long."""
        with self._lock:
            self._held = max(self._held, time.monotonic() + seconds)
