"""Issue ids: which tracker an id or address belongs to, and where it leads."""

import re
from collections.abc import Collection
from functools import cache
from urllib.parse import quote

from msgspec import Struct

from sphinxext_opsdocs.config import Config, Tracker, is_address

__all__ = ["Issue", "names_issue", "resolve_issue"]


class Issue(Struct, frozen=True, gc=False):
    """An issue as a document names it.

    ``trackers`` are the keys of all that it fits, sorted; ``url`` is empty where none is known.
    """

    text: str
    trackers: tuple[str, ...] = ()
    url: str = ""


def resolve_issue(config: Config, text: str, preferred: Collection[str] = ()) -> Issue:
    """Find the trackers that an id or an address fits.

    An id that fits several leads to the first preferred one, if any of them is preferred.
    """
    if is_address(text):
        keys = [key for key, tracker in config.trackers.items() if _is_issue_of(tracker, text)]
        return Issue(text, tuple(sorted(keys)), text)
    urls = {
        key: _url(tracker, match)
        for key, tracker in sorted(config.trackers.items())
        if (match := _compiled(tracker.pattern).fullmatch(text))
    }
    choice = [url for key, url in urls.items() if key in preferred] or list(urls.values())
    return Issue(text, tuple(urls), choice[0] if choice else "")


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
    parts = re.split(r"{[^{}]*}", template)
    return re.compile("[^/?#]+".join(map(re.escape, parts)) + r"/?(?:[?#].*)?")


def _is_issue_of(tracker: Tracker, address: str) -> bool:
    return bool(tracker.url and _address_pattern(tracker.url).fullmatch(address))


def _url(tracker: Tracker, match: re.Match[str]) -> str:
    values = {"id": match.group(0), **match.groupdict(default="")}
    return re.sub(r"{([^{}]*)}", lambda part: quote(values[part.group(1)], safe=""), tracker.url)
