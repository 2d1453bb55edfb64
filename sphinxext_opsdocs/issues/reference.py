"""Issue ids: which tracker an id or address belongs to, and where it leads."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import NamedTuple
from urllib.parse import quote, unquote

from msgspec import Struct

from sphinxext_opsdocs.config.schema import Config, Tracker, is_address

__all__ = ["Issue", "address_of", "id_of", "names_issue", "resolve_issue"]

OF_A_PROJECT = frozenset({"github", "gitlab", "gitea"})
"""Kinds of trackers that number the issues of each project anew."""
SAME_PAGE = re.compile(r"/(?:-/)?(?:issues|pull|pulls|work_items)/(?=[^/]+/?(?:[?#]|$))")
"""What stands before the number on the several pages that an issue has."""
NOTHING = re.compile("(?!)")
NUMBER = re.compile(r"\d+\Z")


class Issue(Struct, frozen=True, gc=False):
    """An issue as a document names it.

    ``trackers`` are the keys of all that it fits, sorted; ``url`` is empty where none is known.
    """

    text: str
    trackers: tuple[str, ...] = ()
    url: str = ""
    tracker: str = ""
    """Key of the one that it belongs to; empty for none, and where several fit alike."""
    ref: str = ""
    """Its id within that tracker: a number or key, behind ``project#`` where the id names one."""

    @property
    def is_ambiguous(self) -> bool:
        """Whether several trackers fit, and nothing tells which is meant."""
        return bool(self.trackers) and not self.tracker


def resolve_issue(config: Config, text: str, preferred: Collection[str] = ()) -> Issue:
    """Find the tracker that an id or an address belongs to.

    Of several that fit it is the one that is preferred, if one alone is.
    """
    named = ((key, _named(config.trackers[key], text)) for key in sorted(config.trackers))
    fits = {key: found for key, found in named if found}
    wanted = [key for key in fits if key in preferred] or list(fits)
    chosen = wanted[0] if len(wanted) == 1 else ""
    url = text if is_address(text) else ""
    if chosen:
        groups, ref = fits[chosen]
        return Issue(text, tuple(fits), url or _url(config.trackers[chosen], groups), chosen, ref)
    return Issue(text, tuple(fits), url)


def id_of(config: Config, key: str, ref: str) -> str:
    """How a document names an issue of a tracker: in the form of ``pattern``, else its address.

    Empty where neither can be made, or both mean another issue.
    """
    tracker = config.trackers[key]
    for text in (*_forms(tracker, ref), address_of(tracker, ref)):
        issue = resolve_issue(config, text)
        if text and (issue.tracker, issue.ref) == (key, ref):
            return text
    return ""


def address_of(tracker: Tracker, ref: str) -> str:
    """The address of the issue with that id; empty where configuration gives no template."""
    project, _, number = ref.rpartition("#")
    name = {"project": project or tracker.project}
    for text in _forms(tracker, ref):
        named = _named(tracker, text)
        if named and named.ref == ref and tracker.url:
            return _url(tracker, {**named.groups, **name})
    values = dict.fromkeys(_template(tracker.url)[1::2], number) | name
    address = _url(tracker, values)
    named = _named(tracker, address) if address else None
    return address if named and named.ref == ref else ""


def _forms(tracker: Tracker, ref: str) -> Iterator[str]:
    """What the id of an issue may look like in a document."""
    number = ref.rpartition("#")[2]
    short = number.rpartition("-")[2]
    yield from (ref, f"#{number}")
    for digits in (number, short):
        literal = re.sub(r"\(\?P<\w+>[^()]*\)|\\d\+", lambda _, d=digits: d, tracker.pattern)  # type: ignore[misc]
        yield re.sub(r"\\(\W)", r"\1", literal)


ISSUE_ADDRESS = re.compile(
    r"/(?:issues?|bugs?|\+bug|browse|pull|merge_requests|-/issues|work_items|ticket|story|task)/[\w#!./-]{0,80}\d"
    r"|[?&](?:id|bug|issue|ticket)=\d"
    r"|://(?:bugs|bugzilla|jira|issues|tracker)[\w.-]{0,80}/[^?#]{0,200}\d"
    r"|://(?:bugs\.launchpad\.net|storyboard\.openstack\.org)/",
    re.IGNORECASE,
)
"""Addresses of issues as trackers write them, whether or not the tracker is configured."""


def names_issue(config: Config, text: str) -> bool:
    """Whether a word or address names an issue: of a configured tracker, or by its looks."""
    if resolve_issue(config, text).trackers:
        return True
    return is_address(text) and bool(ISSUE_ADDRESS.search(text))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@cache
def _address_pattern(template: str) -> re.Pattern[str]:
    """Matches the addresses that a template makes; a value that stands in it twice is one."""
    seen: set[str] = set()
    pattern = ""
    for index, part in enumerate(_template(_plain_address(template))):
        if index % 2 == 0:
            pattern += re.escape(part)
        elif part in seen:
            pattern += f"(?P={part})"
        else:
            seen.add(part)
            several = "[^?#]+?" if part == "project" else "[^/?#]+"
            pattern += f"(?P<{part}>{several})"
    return re.compile(pattern + r"/?(?:[?#].*)?")


def _plain_address(address: str) -> str:
    """An address as all of its forms have it: of http and https, host in lower case or not."""
    _, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"https://{host.lower()}{slash}{SAME_PAGE.sub(r'/issues/', path)}"


class _Named(NamedTuple):
    groups: Mapping[str, str]
    """What an id or address names: ``id`` and named groups."""
    ref: str


def _named(tracker: Tracker, text: str) -> _Named | None:
    """What an id or address names of an issue; None if it is another tracker's."""
    groups: dict[str, str] | None = None
    if not is_address(text):
        if match := _compiled(tracker.pattern).fullmatch(text):
            groups = match.groupdict(default="")
            groups.setdefault("id", text)
    else:
        pattern = _address_pattern(tracker.url) if tracker.url else NOTHING
        match = pattern.fullmatch(_plain_address(text))
        found = match.groupdict() if match else {}
        groups = {name: unquote(value) for name, value in found.items()} if match else None
    ref = _ref(tracker, groups) if groups else ""
    return _Named(groups, ref) if groups and ref else None


def _ref(tracker: Tracker, groups: Mapping[str, str]) -> str:
    """The issue's id in its tracker; empty where it can be none."""
    text = groups.get("number", "")
    if not text:
        named = [value for name, value in groups.items() if name not in ("id", "project")]
        text = named[0] if len(named) == 1 else groups.get("id", "")
    project = groups.get("project", "")
    if tracker.kind == "jira":
        project = project or tracker.project
        return f"{project}-{text}".upper() if text.isdecimal() and project else text.upper()
    if tracker.kind == "generic":
        return text
    number = NUMBER.search(text)
    text = number.group(0).lstrip("0") if number else ""
    is_other = text and project and project != tracker.project and tracker.kind in OF_A_PROJECT
    return f"{project}#{text}" if is_other else text


def _url(tracker: Tracker, groups: Mapping[str, str]) -> str:
    made = ""
    for index, part in enumerate(_template(tracker.url)):
        if index % 2:
            value = groups.get(part, "")
            part = value if value.isalnum() and value.isascii() else _quoted(part, value)
        made += part
    return made


def _quoted(name: str, value: str) -> str:
    return quote(value, safe="/" if name == "project" else "")


@cache
def _template(url: str) -> tuple[str, ...]:
    """Literal text and names in turn."""
    return tuple(re.split(r"{([^{}]*)}", url))
