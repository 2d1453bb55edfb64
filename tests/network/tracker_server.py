"""A real HTTP server on loopback that answers as a test tells it, for tests and benchmarks."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

__all__ = ["Answer", "Request", "TrackerServer"]


class Request(NamedTuple):
    """What a client asked; header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


class Answer(NamedTuple):
    """What the server says: ``raw`` replaces everything behind the status line's own bytes."""

    status: int = 200
    value: Any = None
    headers: Mapping[str, str] = {}
    delay: float = 0.0
    """Seconds before anything is sent."""
    drip: float = 0.0
    """Seconds between single bytes of the body."""
    cut: bool = False
    """Hang up in the middle of the body."""
    raw: bytes | None = None
    """A body as it is, instead of ``value`` as JSON."""


class TrackerServer:
    """Serves from a thread of its own until it is closed; ``requests`` are in order."""

    def __init__(self, handle: Callable[[Request], Answer], delay: float = 0.0) -> None:
        self.handle, self.delay = handle, delay
        self.requests: list[Request] = []
        self._loop = asyncio.new_event_loop()
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        self._thread.start()
        started.wait(10)

    def __enter__(self) -> TrackerServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving; again does nothing."""
        if self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    @property
    def address(self) -> str:
        """Its root, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def _run(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 20)
        )
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        line = await reader.readline()
        if not line:
            return False
        method, path, _ = line.decode("latin-1").split(" ", 2)
        headers: dict[str, str] = {}
        while (text := (await reader.readline()).decode("latin-1").strip()) != "":
            name, _, value = text.partition(":")
            headers[name.lower()] = value.strip()
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        request = Request(method, path, headers, body)
        self.requests.append(request)
        answer = self.handle(request)
        await asyncio.sleep(self.delay + answer.delay)
        data = answer.raw if answer.raw is not None else json.dumps(answer.value).encode()
        data = b"" if answer.status == HTTPStatus.NOT_MODIFIED else data
        head = f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\n"
        given = {"Content-Type": "application/json", "Content-Length": str(len(data))}
        for name, value in {**given, **answer.headers}.items():
            head += f"{name}: {value}\r\n"
        writer.write(head.encode() + b"\r\n")
        if answer.cut:
            writer.write(data[: len(data) // 2])
            await writer.drain()
            return False
        if answer.drip:
            for byte in data:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(answer.drip)
        else:
            writer.write(data)
        await writer.drain()
        return True
