"""Examples in either syntax: what documentation, ``opsdocs explain`` and tests show and run."""

import re
from collections.abc import Iterator

from sphinxext_opsdocs.rules.engine.base import Block, Example

__all__ = ["EXAMPLE_CONFIG", "EXAMPLE_PAGES", "SUFFIXES", "render"]

SUFFIXES = {"rst": ".rst", "myst": ".md"}
UNDERLINES = "=-~"
INLINE = re.compile(r"\{(canonical|doc|label):([^}]*)\}")

EXAMPLE_CONFIG = {
    "governed": ["ops/**"],
    "owners": {"team-orders": {"title": "Orders team"}, "team-api": {"title": "API team"}},
    "trackers": {
        "api-issues": {"pattern": r"API-(?P<number>\d+)", "url": "https://tracker.example/{number}"}
    },
    "domains": {
        "api": {"owner": "team-api", "tracker": "api-issues", "paths": ["**/specs/api/**"]}
    },
}
"""The configuration that every example is run with, in the form of ``opsdocs.toml``."""

_SPECIFICATION = {
    "class": "specification",
    "owner": "team-api",
    "status": "Canonical",
    "version": "1.0",
    "last-reviewed": "2026-11-02",
}
EXAMPLE_PAGES = {
    "specs/api/limits": Example(
        _SPECIFICATION,
        (
            "= Limits",
            "{label:rate-limits}",
            "== Rate limits",
            "What a throttled client gets.",
            "{label:page-size}",
            "== Page size",
            "How many records one answer holds.",
        ),
    ),
    "specs/api/next": Example(
        _SPECIFICATION | {"status": "Draft"},
        ("= Next limits", "{label:next-limits}", "== Rate limits", "Planned."),
    ),
}
"""The specifications that every example can refer to, by docname."""


def render(example: Example, syntax: str) -> str:
    """The source of an example's page; ``syntax`` is ``rst`` or ``myst``."""
    blocks = list(_header(example, syntax))
    blocks += [_block(block, syntax, 3) for block in example.body]
    return "\n\n".join(blocks) + "\n"


def _header(example: Example, syntax: str) -> Iterator[str]:
    if example.header and syntax == "rst":
        yield "\n".join(f":{name}: {text}" for name, text in example.header.items())
    elif example.header:
        lines = (f'{name}: "{text}"' for name, text in example.header.items())
        yield "\n".join(["---", *lines, "---"])


def _block(block: str | Block, syntax: str, fence: int) -> str:
    if isinstance(block, Block):
        return _directive(block, syntax, fence)
    if title := re.match(r"(=+) (.*)", block):
        level, text = len(title[1]), title[2]
        return (
            f"{'#' * level} {text}"
            if syntax == "myst"
            else f"{text}\n{UNDERLINES[level - 1] * len(text)}"
        )
    return INLINE.sub(lambda match: _inline(match[1], match[2], syntax), block)


def _inline(kind: str, target: str, syntax: str) -> str:
    if kind == "label":
        return f"({target})=" if syntax == "myst" else f".. _{target}:"
    return f"{{{kind}}}`{target}`" if syntax == "myst" else f":{kind}:`{target}`"


def _directive(block: Block, syntax: str, fence: int) -> str:
    nested = any(isinstance(part, Block) for part in block.content)
    ticks = "`" * (fence + 1 if nested else fence)
    options = [f":{name}: {text}".rstrip() for name, text in block.options.items()]
    content = [_block(part, syntax, fence) for part in block.content]
    head = [f"{ticks}{{{block.name}}} {block.argument}".rstrip()]
    if syntax == "rst":
        head = [f".. {block.name}:: {block.argument}".rstrip()]
        options = [f"   {line}" for line in options]
        content = [
            "\n".join(f"   {line}".rstrip() for line in part.splitlines()) for part in content
        ]
    text = "\n".join(head + options)
    if content:
        text += "\n\n" + "\n\n".join(content)
    return f"{text}\n{ticks}" if syntax == "myst" else text
