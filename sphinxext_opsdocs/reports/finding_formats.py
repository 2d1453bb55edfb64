"""The formats of findings, by the name that the command line uses."""

from collections.abc import Callable, Mapping

from sphinxext_opsdocs.findings.result import CheckResult
from sphinxext_opsdocs.reports import github, gitlab, json, junit, rdjson, sarif, text

__all__ = ["FORMATS", "render_findings"]

FORMATS: Mapping[str, Callable[[CheckResult, str], str]] = {
    "text": text.render,
    "json": json.render,
    "sarif": sarif.render,
    "github": github.render,
    "gitlab": gitlab.render,
    "junit": junit.render,
    "rdjson": rdjson.render,
}


def render_findings(kind: str, result: CheckResult, base: str) -> str:
    """All findings in one format; ``base`` is the folder in front of their paths, or empty."""
    return FORMATS[kind](result, base)
