"""How fast a tracker is asked."""

from __future__ import annotations

import threading
import time

__all__ = ["Pace"]

BURST = 20
"""Requests that need not wait after a while without any."""


class Pace:
    """A limit of requests a minute over all threads; 0 for no limit."""

    def __init__(self, per_minute: int) -> None:
        self._interval = 60 / per_minute if per_minute else 0.0
        self._lock = threading.Lock()
        self._next_slot = self._paused_until = 0.0

    def wait(self, stopped: threading.Event) -> None:
        """Return when the next request may be sent, or when ``stopped`` is set."""
        with self._lock:
            now = time.monotonic()
            # A slot up to BURST intervals in the past is still good: time without requests is
            # saved up, but no more of it.
            earliest = now - BURST * self._interval
            self._next_slot = max(self._next_slot, earliest) + self._interval
            pause = max(self._next_slot, self._paused_until) - now
        if pause > 0:
            stopped.wait(pause)

    def pause_all(self, seconds: float) -> None:
        """Keep every thread from sending a request for that long."""
        with self._lock:
            self._paused_until = max(self._paused_until, time.monotonic() + seconds)
