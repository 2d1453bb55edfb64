"""Findings as JSON: one a line, suppressed ones included."""

from typing import Any

import msgspec
from msgspec import Struct

from sphinxext_opsdocs.findings.finding import Finding, based
from sphinxext_opsdocs.rules.engine.check import CheckResult, Reach, counts

__all__ = ["FORMAT", "findings_schema", "render"]

FORMAT = 1


class FindingsFile(Struct, frozen=True):
    """What the file holds. Counts are those of findings that are not suppressed."""

    format: int
    base: str
    counts: dict[str, int]
    reach: tuple[Reach, ...]
    findings: tuple[Finding, ...]


def render(result: CheckResult, base: str) -> str:
    """Paths are relative to ``base``, which the file names."""
    encode = msgspec.json.Encoder(order="deterministic").encode
    parts = {
        "format": encode(FORMAT),
        "base": encode(based(base, "")),
        "counts": encode(counts(result.findings)),
        "reach": _lines([encode(reach) for reach in result.reach]),
        "findings": _lines([encode(finding) for finding in result.findings]),
    }
    body = b",\n".join(f'"{name}": '.encode() + value for name, value in parts.items())
    return (b"{" + body + b"}\n").decode("utf-8")


def findings_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the file."""
    schema = msgspec.json.schema(FindingsFile)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _lines(items: list[bytes]) -> bytes:
    return b"[\n" + b",\n".join(items) + b"\n]" if items else b"[]"
