"""Asks all trackers for the issues that documents name, many at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from msgspec import Struct
from msgspec.structs import replace

from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.issues.snapshot import IssueState, Snapshot
from sphinxext_opsdocs.network.trackers import client_of
from sphinxext_opsdocs.network.trackers.base import Client, Known
from sphinxext_opsdocs.network.trackers.requester import TrackerError, TrackerStoppedError

__all__ = ["Answered", "refresh"]

MOST_FAILURES = 10
"""Look-ups that may fail in a row before a tracker is left alone."""


class Answered(Struct):
    """What came of the issues of one tracker."""

    tracker: str
    asked: int
    states: dict[str, IssueState]
    """Those that it told; the others are as they were."""
    failures: list[str]
    """What went wrong, without repetitions."""
    stopped: str = ""
    """Why it was not asked for the rest."""

    @property
    def is_complete(self) -> bool:
        """Whether every issue was told."""
        return len(self.states) == self.asked


def refresh(
    config: Config,
    wanted: Mapping[str, Collection[str]],
    known: Snapshot,
    now: str,
    advance: Callable[[int], object] = lambda _: None,
) -> tuple[Snapshot, Sequence[Answered]]:
    """The new snapshot of the issues ``wanted`` by tracker, and how it went.

    Trackers are asked side by side. ``advance`` is told how many more issues are done. What a
    tracker does not tell stays as it is known; what is not wanted any more is left out.
    """
    keys = [key for key in sorted(wanted) if wanted[key]]
    clients: list[Client] = []
    lock = threading.Lock()

    def tell(more: int) -> None:
        with lock:
            advance(more)

    with ThreadPoolExecutor(max(len(keys), 1)) as pool:

        def ask(key: str) -> Answered:
            refs, before = sorted(wanted[key]), known.get(key, {})
            return _answered(config, key, refs, before, now, tell, clients)

        try:
            answers = list(pool.map(ask, keys))
        except BaseException:  # somebody has had enough: nothing more is asked
            for client in clients:
                client.requester.stop()
            raise
    snapshot = {
        key: {
            ref: state
            for ref in wanted[key]
            if (state := answer.states.get(ref) or known.get(key, {}).get(ref))
        }
        for key, answer in zip(keys, answers, strict=True)
    }
    return {key: states for key, states in snapshot.items() if states}, answers


def _answered(
    config: Config,
    key: str,
    refs: Sequence[str],
    known: Known,
    now: str,
    advance: Callable[[int], object],
    running: list[Client],
) -> Answered:
    answer = Answered(key, len(refs), {}, [])
    try:
        client = client_of(config, key)
        running.append(client)
    except TrackerStoppedError as error:
        answer.stopped = str(error)
        advance(len(refs))
        return answer
    in_a_row = 0
    for group, made in _results(client, refs, known, config.issues.concurrency):
        advance(len(group))
        if isinstance(made, TrackerError):
            in_a_row += 1
            told = str(made)
            if isinstance(made, TrackerStoppedError) or in_a_row >= MOST_FAILURES:
                answer.stopped = answer.stopped or told
                client.requester.stop()
            elif told not in answer.failures:
                answer.failures.append(told)
        else:
            in_a_row = 0
            answer.states |= {ref: replace(state, checked=now) for ref, state in made.items()}
    answer.failures += dict.fromkeys(client.faults)
    return answer


def _results(
    client: Client, refs: Sequence[str], known: Known, workers: int
) -> Iterator[tuple[Sequence[str], Known | TrackerError]]:
    """Each batch with what was told of it, or why nothing was, as they come.

    Only as many as can be under way are kept ready: memory does not grow with the issues.
    """

    def look_up(group: Sequence[str]) -> Known | TrackerError:
        try:
            return client.look_up(group, known)
        except TrackerError as error:
            return error
        except Exception as error:  # one answer that nobody thought of takes no other with it
            return TrackerError(f"the answer cannot be read: {type(error).__name__}")

    with ThreadPoolExecutor(workers) as pool:
        groups = client.batches(refs, known)
        running: dict[Future[Known | TrackerError], Sequence[str]] = {}
        while True:
            while len(running) < 2 * workers and (group := next(groups, None)):
                running[pool.submit(look_up, group)] = group
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield running.pop(future), future.result()
