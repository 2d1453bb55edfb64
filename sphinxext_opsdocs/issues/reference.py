"""Issue ids: which tracker an id or address belongs to, and where it leads."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import NamedTuple
from urllib.parse import quote, unquote

from msgspec import Struct

from sphinxext_opsdocs.config.regular_expressions import Patterns
from sphinxext_opsdocs.config.schema import Config, Tracker, is_address

__all__ = [
    "Issue",
    "comparable_address",
    "format_issue_address",
    "format_issue_id",
    "names_issue",
    "resolve_issue",
]

NUMBERED_BY_PROJECT = frozenset({"github", "gitlab", "gitea"})
"""Kinds of trackers in which each project numbers its issues from 1."""
ISSUE_PAGE_PATH = re.compile(r"/(?:-/)?(?:issues|pull|pulls|work_items)/(?=[^/]+/?(?:[?#]|$))")
"""The path before the number on each of the pages that show one issue."""
LAST_NUMBER = re.compile(r"\d+\Z")
ISSUE_ADDRESS = re.compile(
    r"/(?:issues?|bugs?|\+bug|browse|pull|merge_requests|-/issues|work_items|ticket|story|task)/[\w#!./-]{0,80}\d"
    r"|[?&](?:id|bug|issue|ticket)=\d"
    r"|://(?:bugs|bugzilla|jira|issues|tracker)[\w.-]{0,80}/[^?#]{0,200}\d"
    r"|://(?:bugs\.launchpad\.net|storyboard\.openstack\.org)/",
    re.IGNORECASE,
)
"""Addresses of issues as trackers write them, whether or not the tracker is configured."""


class Issue(Struct, frozen=True, gc=False):
    """An issue as a document names it.

    ``trackers`` are the keys of all that it fits, sorted; ``url`` is empty if it is unknown.
    """

    text: str
    trackers: tuple[str, ...] = ()
    url: str = ""
    tracker: str = ""
    """Key of the tracker that it belongs to; empty for none, and if several fit equally."""
    ref: str = ""
    """Its id within that tracker: a number or key, behind ``project#`` if the id names one."""

    @property
    def is_ambiguous(self) -> bool:
        """Whether several trackers fit, and it is unclear which one is meant."""
        return bool(self.trackers) and not self.tracker


class _IssueMatch(NamedTuple):
    """What an id or address consists of, for one tracker."""

    groups: Mapping[str, str]
    """The whole ``id`` and the named groups of the pattern or template."""
    ref: str


def resolve_issue(config: Config, text: str, preferred: Collection[str] = ()) -> Issue:
    """Find the tracker that an id or an address belongs to.

    If several fit, it is the only one of them that is ``preferred``.
    """
    matches: dict[str, _IssueMatch] = {}
    for key in sorted(config.trackers):
        if match := _match(config.trackers[key], text, config.patterns):
            matches[key] = match
    url = text if is_address(text) else ""
    candidates = [key for key in matches if key in preferred] or list(matches)
    if len(candidates) != 1:
        return Issue(text, tuple(matches), url)
    (tracker_key,) = candidates
    match = matches[tracker_key]
    url = url or _fill_template(config.trackers[tracker_key], match.groups)
    return Issue(text, tuple(matches), url, tracker_key, match.ref)


def format_issue_id(config: Config, tracker_key: str, ref: str) -> str:
    """Return an issue as a document names it: in the form of ``pattern``, else its address.

    Empty if neither is possible, or both mean another issue.
    """
    tracker = config.trackers[tracker_key]
    address = format_issue_address(tracker, ref, config.patterns)
    for text in (*_possible_ids(tracker, ref), address):
        issue = resolve_issue(config, text)
        if text and (issue.tracker, issue.ref) == (tracker_key, ref):
            return text
    return ""


def format_issue_address(tracker: Tracker, ref: str, patterns: Patterns | None = None) -> str:
    """Return the address of an issue; empty if configuration has no template that leads there.

    ``patterns`` are those of the configuration.
    """
    patterns = patterns or Patterns()
    project, _, number = ref.rpartition("#")
    project_value = {"project": project or tracker.project}
    # The template may use any group of the pattern: an id that matches supplies them all.
    for text in _possible_ids(tracker, ref):
        match = _match(tracker, text, patterns)
        if match and match.ref == ref and tracker.url:
            return _fill_template(tracker, {**match.groups, **project_value})
    # Without such an id, the number is tried in every place; the result must lead back to it.
    values = dict.fromkeys(_split_template(tracker.url)[1::2], number) | project_value
    address = _fill_template(tracker, values)
    if not address:
        return ""
    match = _match(tracker, address, patterns)
    if match is None or match.ref != ref:
        return ""
    return address


def _possible_ids(tracker: Tracker, ref: str) -> Iterator[str]:
    """Yield the forms that the id of an issue may have in a document."""
    number = ref.rpartition("#")[2]
    yield ref
    yield f"#{number}"
    # A pattern cannot be inverted in general. Of a simple one, such as API-(?P<number>\d+), the
    # groups are replaced by the number, and what remains is taken literally.
    for digits in (number, number.rpartition("-")[2]):
        literal = re.sub(r"\(\?P<\w+>[^()]*\)|\\d\+", lambda _, d=digits: d, tracker.pattern)  # type: ignore[misc]
        yield re.sub(r"\\(\W)", r"\1", literal)


def names_issue(config: Config, text: str) -> bool:
    """Return whether a word or address names an issue: of a configured tracker, or by its form."""
    if resolve_issue(config, text).trackers:
        return True
    return is_address(text) and bool(ISSUE_ADDRESS.search(text))


def _match(tracker: Tracker, text: str, patterns: Patterns) -> _IssueMatch | None:
    """Return the parts of an id or address; None if it does not belong to the tracker."""
    groups = _match_groups(tracker, text, patterns)
    if not groups:
        return None
    ref = _ref_of(tracker, groups)
    if not ref:
        return None
    return _IssueMatch(groups, ref)


def _match_groups(tracker: Tracker, text: str, patterns: Patterns) -> Mapping[str, str]:
    if is_address(text):
        return _match_address(tracker, text, patterns)
    match = patterns.compile(tracker.pattern).fullmatch(text)
    if not match:
        return {}
    return {"id": text, **match.groupdict(default="")}


def _match_address(tracker: Tracker, address: str, patterns: Patterns) -> Mapping[str, str]:
    if not tracker.url:
        return {}
    pattern = patterns.compile(_address_pattern(tracker.url), tracker.url)
    match = pattern.fullmatch(_normalized_address(address))
    if not match:
        return {}
    return {name: unquote(value) for name, value in match.groupdict().items()}


@cache
def _address_pattern(template: str) -> str:
    """Return a pattern for the addresses of a template."""
    names: set[str] = set()
    pattern = ""
    for index, part in enumerate(_split_template(_normalized_address(template))):
        if index % 2 == 0:
            pattern += re.escape(part)
        elif part in names:
            # A group can be defined only once; its second place must have the same value.
            pattern += f"(?P={part})"
        elif part == "project":
            names.add(part)
            # Projects have slashes: groups and subgroups in GitLab, owners in GitHub.
            pattern += "(?P<project>[^?#]+?)"
        else:
            names.add(part)
            pattern += f"(?P<{part}>[^/?#]+)"
    return pattern + r"/?(?:[?#].*)?"


def comparable_address(address: str) -> str:
    """Return the one form of all addresses of an issue that its tracker has."""
    return _normalized_address(address).partition("#")[0].rstrip("/")


def _normalized_address(address: str) -> str:
    """Return one form for all addresses of an issue: HTTPS, host in lower case, one of its pages.

    A pull request of GitHub, and a work item of GitLab, also has the address of an issue.
    """
    _, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"https://{host.lower()}{slash}{ISSUE_PAGE_PATH.sub(r'/issues/', path)}"


def _ref_of(tracker: Tracker, groups: Mapping[str, str]) -> str:
    """Return the issue's id in its tracker; empty if the groups contain none."""
    text = _issue_part(groups)
    project = groups.get("project", "")
    if tracker.kind == "generic":
        return text
    if tracker.kind == "jira":
        return _jira_key(project or tracker.project, text)
    number = LAST_NUMBER.search(text)
    if not number:
        return ""
    # Trackers count from 1, so "0" alone is empty, and 007 is issue 7.
    ref = number.group(0).lstrip("0")
    if ref and project not in ("", tracker.project) and tracker.kind in NUMBERED_BY_PROJECT:
        return f"{project}#{ref}"
    return ref


def _issue_part(groups: Mapping[str, str]) -> str:
    """Return the group ``number``, else the only other group, else the whole id."""
    number = groups.get("number", "")
    if number:
        return number
    others = [value for name, value in groups.items() if name not in ("id", "project")]
    if len(others) == 1:
        return others[0]
    return groups.get("id", "")


def _jira_key(project: str, text: str) -> str:
    if text.isdecimal() and project:
        text = f"{project}-{text}"
    return text.upper()


def _fill_template(tracker: Tracker, values: Mapping[str, str]) -> str:
    """Return the address of the tracker's template with these values; empty without a template."""
    address = ""
    for index, part in enumerate(_split_template(tracker.url)):
        if index % 2 == 0:
            address += part
        else:
            address += _quote_value(part, values.get(part, ""))
    return address


def _quote_value(name: str, value: str) -> str:
    # quote() is slow, and nearly all values are numbers.
    if value.isalnum() and value.isascii():
        return value
    if name == "project":
        return quote(value, safe="/")
    return quote(value, safe="")


@cache
def _split_template(url: str) -> tuple[str, ...]:
    """Return literal text and names in turn."""
    return tuple(re.split(r"{([^{}]*)}", url))
