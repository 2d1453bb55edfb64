"""Asks all trackers for the issues that documents name, many at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from msgspec import Struct
from msgspec.structs import replace

from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.issues.snapshot import IssueState, Snapshot
from sphinxext_opsdocs.network.trackers import make_client
from sphinxext_opsdocs.network.trackers.base import Client
from sphinxext_opsdocs.network.trackers.issue_states import IssueStates
from sphinxext_opsdocs.network.trackers.requester import TrackerError, TrackerStoppedError

__all__ = ["TrackerResult", "refresh"]

MAX_FAILURES = 10
"""Look-ups that may fail in a row before a tracker is not asked any more."""


class TrackerResult(Struct):
    """How the refresh of the issues of one tracker ended."""

    tracker: str
    requested: int
    """Number of issues."""
    states: dict[str, IssueState]
    """Those that the tracker returned; the others keep their previous states."""
    failures: list[str]
    """What went wrong, without repetitions."""
    stop_reason: str = ""
    """Why the tracker was not asked for the rest."""

    @property
    def is_complete(self) -> bool:
        """Whether the tracker returned every issue."""
        return len(self.states) == self.requested

    def add_failure(self, failure: str) -> None:
        """Note a failed look-up, once."""
        if failure not in self.failures:
            self.failures.append(failure)


def refresh(
    config: Config,
    wanted: Mapping[str, Collection[str]],
    previous: Snapshot,
    now: str,
    advance: Callable[[int], object] = lambda _: None,
) -> tuple[Snapshot, Sequence[TrackerResult]]:
    """Return the new snapshot of the issues ``wanted`` by tracker, and the result of each tracker.

    Trackers are asked side by side. ``advance`` receives the number of further issues that are
    done. Issues that a tracker does not return keep their previous states; issues that are not
    wanted any more are left out.
    """
    keys = [key for key in sorted(wanted) if wanted[key]]
    refs = [sorted(wanted[key]) for key in keys]
    run = _Run(config, previous, now, advance)
    with ThreadPoolExecutor(max(len(keys), 1)) as pool:
        try:
            results = list(pool.map(run.ask_tracker, keys, refs))
        except BaseException:
            # After Ctrl+C the pool would otherwise wait until all requests have been sent.
            run.stop()
            raise
    snapshot: dict[str, dict[str, IssueState]] = {}
    for result in results:
        states = {**previous.get(result.tracker, {}), **result.states}
        kept = {ref: states[ref] for ref in wanted[result.tracker] if ref in states}
        if kept:
            snapshot[result.tracker] = kept
    return snapshot, results


class _Run:
    """One refresh: what the threads that ask the trackers share."""

    def __init__(
        self,
        config: Config,
        previous: Snapshot,
        now: str,
        advance: Callable[[int], object],
    ) -> None:
        self._config, self._previous, self._now = config, previous, now
        self._advance_unlocked = advance
        self._lock = threading.Lock()
        self._clients: list[Client] = []

    def stop(self) -> None:
        """Send no further requests."""
        for client in self._clients:
            client.requester.stop()

    def ask_tracker(self, key: str, refs: Sequence[str]) -> TrackerResult:
        """Look all issues of one tracker up."""
        result = TrackerResult(key, len(refs), {}, [])
        try:
            client = make_client(self._config, key)
        except TrackerStoppedError as error:
            result.stop_reason = str(error)
            self._advance(len(refs))
            return result
        self._clients.append(client)
        previous = self._previous.get(key, {})
        workers = self._config.issues.concurrency
        failures_in_a_row = 0
        for group, outcome in _look_up_batches(client, refs, previous, workers):
            self._advance(len(group))
            if not isinstance(outcome, TrackerError):
                failures_in_a_row = 0
                for ref, state in outcome.items():
                    result.states[ref] = replace(state, checked=self._now)
                continue
            failures_in_a_row += 1
            if isinstance(outcome, TrackerStoppedError) or failures_in_a_row >= MAX_FAILURES:
                result.stop_reason = result.stop_reason or str(outcome)
                client.requester.stop()
            else:
                result.add_failure(str(outcome))
        result.failures += dict.fromkeys(client.faults)
        return result

    def _advance(self, count: int) -> None:
        # A progress line is not made for several threads.
        with self._lock:
            self._advance_unlocked(count)


def _look_up_batches(
    client: Client, refs: Sequence[str], previous: IssueStates, workers: int
) -> Iterator[tuple[Sequence[str], IssueStates | TrackerError]]:
    """Yield each batch with its states, or why its look-up failed, in the order of the answers."""

    def look_up(group: Sequence[str]) -> IssueStates | TrackerError:
        try:
            return client.look_up(group, previous)
        except TrackerError as error:
            return error
        # One answer that no client expects must not lose the states of all others.
        except Exception as error:
            return TrackerError(f"the answer cannot be read: {type(error).__name__}")

    with ThreadPoolExecutor(workers) as pool:
        groups = client.batches(refs, previous)
        running: dict[Future[IssueStates | TrackerError], Sequence[str]] = {}
        while True:
            # No more than can be under way are kept ready, so that memory does not grow with
            # the number of issues.
            while len(running) < 2 * workers and (group := next(groups, None)):
                running[pool.submit(look_up, group)] = group
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield running.pop(future), future.result()
