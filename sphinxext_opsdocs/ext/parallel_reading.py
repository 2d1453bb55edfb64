"""Reads pages in several processes, each of which reads an equal share of them.

Sphinx has a process for every few pages, and each of them returns the whole environment. One that
ends early is a bare ``EOFError`` there. Here the error says what happened, and at which page.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, NamedTuple

from sphinx.environment import BuildEnvironment
from sphinx.util import logging

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

__all__ = ["ReadingProcessError", "read_in_processes"]

logger = logging.getLogger(__name__)


class ReadingProcessError(Exception):
    """A process that reads pages ended without its result."""


class _Process(NamedTuple):
    docnames: Sequence[str]
    process: Any
    receiver: Connection[Any, Any]


class _Failure(NamedTuple):
    """What a process sends in the place of an environment."""

    text: str


def read_in_processes(
    env: BuildEnvironment,
    docnames: Sequence[str],
    count: int,
    read: Callable[[str], None],
    merge: Callable[[Sequence[str], BuildEnvironment], None],
    advance: Callable[[], None],
) -> None:
    """Read pages in ``count`` processes, and merge the environment of each.

    ``advance`` is called as each page is begun. Whatever ends the reading, no process is left.
    Raises ReadingProcessError, and what ``merge`` raises.
    """
    processes: dict[Connection[Any, Any], _Process] = {}
    latest: dict[Connection[Any, Any], str] = {}
    try:
        count = min(count, len(docnames))
        for number in range(count):
            started = _start(docnames[number::count], env, read)
            processes[started.receiver] = started
        running = set(processes)
        while running:
            ready: list[Any] = wait(list(running))  # it takes sockets and handles too
            for receiver in ready:
                message = _receive(receiver, processes[receiver], latest.get(receiver, ""))
                if isinstance(message, str):
                    latest[receiver] = message
                    advance()
                else:
                    running.remove(receiver)
                    _take(message, processes[receiver].docnames, merge)
    finally:
        for started in processes.values():
            started.process.terminate()
            started.process.join()
            started.receiver.close()


def _start(docnames: Sequence[str], env: BuildEnvironment, read: Callable[[str], None]) -> _Process:
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(sender, docnames, env, read), daemon=True)
    process.start()
    sender.close()  # so that the end of the process is the end of the messages
    return _Process(docnames, process, receiver)


def _run(
    sender: Connection[Any, Any],
    docnames: Sequence[str],
    env: BuildEnvironment,
    read: Callable[[str], None],
) -> None:
    collector = logging.LogCollector()
    # of an interrupt, or of a parent that has ended, the parent speaks
    with suppress(KeyboardInterrupt, BrokenPipeError):
        try:
            with collector.collect():
                for docname in docnames:
                    sender.send(docname)
                    read(docname)
            logging.convert_serializable(collector.logs)
            result = collector.logs, pickle.dumps(env, pickle.HIGHEST_PROTOCOL)
        except Exception as error:  # what extensions keep can raise anything as it is pickled
            text = f"{type(error).__name__}: {error}"
            sender.send(_Failure(f"a process cannot return the pages that it has read: {text}"))
        else:
            sender.send(result)


def _receive(receiver: Connection[Any, Any], started: _Process, docname: str) -> Any:
    try:
        return receiver.recv()
    except (EOFError, OSError):  # it can be killed while it sends
        started.process.join()
        raise ReadingProcessError(
            f'the process that read "{docname}" ended early: {_end_of(started.process.exitcode)}'
        ) from None


def _end_of(exit_code: int) -> str:
    if exit_code == -signal.SIGKILL:
        return "it was killed, perhaps because memory ran out"
    if exit_code < 0:
        return f"signal {-exit_code}"
    return f"exit status {exit_code}"


def _take(
    message: Any,
    docnames: Sequence[str],
    merge: Callable[[Sequence[str], BuildEnvironment], None],
) -> None:
    if isinstance(message, _Failure):
        raise ReadingProcessError(message.text)
    logs, data = message
    for log in logs:
        logger.handle(log)
    merge(docnames, pickle.loads(data))
