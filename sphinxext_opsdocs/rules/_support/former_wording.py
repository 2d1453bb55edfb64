"""The wording that version 0.1 had for problems of markup and files.

The fingerprints of these problems are made from their message. So that baselines of that version
keep matching, the key of such a fault is still the former message, whatever is shown today.
"""

from __future__ import annotations

import re
from collections.abc import Callable

__all__ = ["former_wording"]

Replacement = str | Callable[[re.Match[str]], str]


def _former_choice(match: re.Match[str]) -> str:
    names = ", ".join(re.findall('"([^"]*)"', match["names"]))
    if match["name"] == "status":
        return f'status: "{match["value"]}" is no status, allowed: {names}'
    return f'{match["name"]}: "{match["value"]}" is not allowed, only {names}'


FORMER_WORDINGS: tuple[tuple[str, Replacement], ...] = (
    # values of header fields, options and filters
    (
        r' must be a date such as 2026-11-02, not "(.*)"',
        r': "\1" is no date, write it as 2026-11-02',
    ),
    (r' must be a day of the calendar, not "(.*)"', r': "\1" is no day of the calendar'),
    (
        r' must be an interval such as "90 days", "6 months" or "1 year", not "(.*)"',
        r': "\1" is no interval, write it as "90 days", "6 months" or "1 year"',
    ),
    (r' must match "(.*)", not "(.*)"', r': "\2" does not match "\1"'),
    (r' must not be before observed, but is "(.*)"', r': "\1" is before it was observed'),
    (
        r' must name an issue, not "(.*)"; raise one with the owner',
        r': "\1" is no issue; raise one',
    ),
    (
        r'(?P<name>[\w-]+|filter "\w+") must be (?P<names>".*"), not "(?P<value>.*)"',
        _former_choice,
    ),
    (r'filter "(\w+)" has no allowed value: none is configured', r'filter "\1" is not allowed'),
    (r'filter "(\w+)" must have a value', r'filter "\1" is empty'),
    (r'no filter "(.*)"; filters: (.*)', r'no filter "\1", allowed: \2'),
    # fields and options
    (r'header field "(.*)" is given twice; remove one', r'header field "\1" stands twice'),
    (r'unknown header field "(.*)"; did you mean', r'unknown header field "\1", did you mean'),
    (r'option "(.*)" is given twice', r'option "\1" stands twice'),
    (r'(unknown option ".*", allowed: [^;]*); also [\w, -]+', r"\1"),
    (r"the options are not valid YAML: ", "the options are no YAML: "),
    (r"the title is missing; say what was observed", "has no title that says what was observed"),
    (
        r"the state is open, but there is a date of resolution; remove one of them",
        "is open and has a date of resolution",
    ),
    (r'missing option "([\w-]+)"', r'has no "\1"'),
    (r"missing option :reason:", "gives no reason; add :reason:"),
    (r"missing option :(what|why):", r"does not say \1"),
    (r"missing canonical section", "names no canonical section"),
    (r"missing version", "names no version"),
    (r"missing rule", "names no rule"),
    (r"must name one canonical section, not \d+", "quotes one canonical section"),
    # contents
    (r"missing content; quote words of the section", "quotes nothing"),
    (r"missing content; describe what to do", "says nothing"),
    (r"content is not allowed; use the option :why:", "takes no content, only :why:"),
    (r"content is not allowed; use options to filter", "takes no content, only filters"),
    (
        r"content is not allowed; an ignore covers the next block",
        "takes no content: it covers the next block",
    ),
    (
        r"a nested fence of the same length ends it early; use a longer outer fence",
        "a nested fence of the same length ends it early; fence it longer",
    ),
    (
        r"is read as plain text; check its syntax, the blank line before it, and in MyST",
        "stands here as plain text: check its syntax, a blank line before it, and in MyST",
    ),
    (
        r"this fence is never closed and contains all text after it; close it, and make a fence "
        r"around another one longer than that",
        "this fence is never closed and takes all text after it; a fence around one of the same "
        "length ends early, so fence the outer one longer",
    ),
    (
        r"a field list in this place is not a header; move it, not indented, to the first lines of "
        r"the file, before the title",
        "the field list is no header where it stands; put it, not indented, on the first lines of "
        "the file, before the title",
    ),
    # files
    (r"is not an inventory: invalid inventory", "invalid inventory"),
    (r"cannot be read: is not an? ", "cannot be read: is no "),
    (r"cannot be read: is no file\Z", "cannot be read: is no file"),
    (r"does not exist; it is the (\w+) of ", r"is no file, as \1 of "),
    (
        r'has no spec domain "(.*)" \((dependents\..*)\); it has: ',
        r'has no spec domain "\1" (\2), only ',
    ),
    (
        r'has no copy of (\S+); run "opsdocs sync" in the folder of conf.py',
        r'has no copy of \1: "opsdocs sync" beside conf.py fetches it',
    ),
    (r"has ([\d,]+) bytes; the limit is ([\d,]+)", r"has \1 bytes, at most \2 are read"),
    (r"has format (\d+); this version reads format (\d+)", r"has format \1, this version reads \2"),
    (r"contains a wrong configuration", "holds a wrong configuration"),
    (
        r'contains merge-conflict markers(; run "opsdocs merge" to resolve them)?',
        "holds the marks of a merge conflict",
    ),
    (
        r'"(.*)" is pinned twice for "(.*)", differently; run "opsdocs merge" to drop both',
        r'pins "\1" for "\2" a second time, differently; keep one',
    ),
    (
        r"has no (?:end: it|header: it is not a lock, or) was cut off",
        "has no header or no end; it is no lock, or was cut off",
    ),
    (r'"(.*)" of document "(.*)" must be a date', r'"\1" of document "\2" is no date'),
)
"""Patterns of today's wording, and what was written in their place; in the order to apply them."""


def former_wording(message: str) -> str:
    """Return a message as version 0.1 worded it; messages that it did not have stay as they are."""
    for pattern, replacement in FORMER_WORDINGS:
        message = re.sub(pattern, replacement, message, flags=re.DOTALL)
    return message
