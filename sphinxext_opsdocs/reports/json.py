"""Findings as JSON, one per line, also the suppressed ones."""

from typing import Any

import msgspec
from msgspec import Struct

from sphinxext_opsdocs.findings.finding import Finding, join_path
from sphinxext_opsdocs.findings.result import CheckResult, Reach, counts

__all__ = ["FORMAT", "findings_schema", "render"]

FORMAT = 1


class FindingsFile(Struct, frozen=True):
    """The content of the file."""

    format: int
    base: str
    """The folder that paths are relative to."""
    counts: dict[str, int]
    """By severity, without suppressed and known findings."""
    reach: tuple[Reach, ...]
    findings: tuple[Finding, ...]


def render(result: CheckResult, base: str) -> str:
    """The file; paths stay relative to the source directory, and ``base`` is a field."""
    # written by hand, since msgspec breaks no lines: one line for each finding makes good diffs
    encode = msgspec.json.Encoder(order="deterministic").encode
    parts = {
        "format": encode(FORMAT),
        "base": encode(join_path(base, "")),  # "." for the root of the repository
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
    if not items:
        return b"[]"
    return b"[\n" + b",\n".join(items) + b"\n]"
