"""Texts that stand for one that is still to be written."""

import re

__all__ = ["TODO", "is_placeholder"]

TODO = "TODO"
"""Placeholder for a text that is still to be written."""
PLACEHOLDER = re.compile(
    r"(?:todo|to-do|tbd|tba|tbc|tbw|wip|fixme|xxx|\?+)(?:\s*[:.!(-].*)?", re.IGNORECASE | re.DOTALL
)


def is_placeholder(text: str) -> bool:
    """Return whether a text only stands for one that is still to be written: TODO, TBD, WIP."""
    return PLACEHOLDER.fullmatch(text.strip()) is not None
