"""Jira Cloud and Data Center: https://developer.atlassian.com/cloud/jira/platform/rest/v2/."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlsplit

from msgspec import Struct

from sphinxext_opsdocs.config import Tracker
from sphinxext_opsdocs.issue_snapshot import IssueState
from sphinxext_opsdocs.trackers.base import Client, Known, closing_reason, stated
from sphinxext_opsdocs.trackers.requester import TrackerError

__all__ = ["Jira"]

ROOT = "/rest/api/2"
USERS = ("JIRA_EMAIL", "JIRA_USER", "JIRA_USERNAME", "JIRA_LOGIN")
PAT = "JIRA_PAT"
"""A personal access token of Data Center."""
KEY = re.compile(r"[A-Z][A-Z0-9_]*-\d+")
DONE = "done"
"""Key of the category of all closed states."""


class _Category(Struct, frozen=True):
    key: str = ""


class _Status(Struct, frozen=True):
    name: str = ""
    statusCategory: _Category = _Category()  # noqa: N815  # as the API names it


class _Resolution(Struct, frozen=True):
    name: str = ""


class _Fields(Struct, frozen=True):
    summary: str = ""
    status: _Status = _Status()
    resolution: _Resolution | None = None
    labels: list[str] = []


class _Issue(Struct, frozen=True):
    key: str
    fields: _Fields


class _Created(Struct, frozen=True):
    key: str


class Jira(Client):
    """One issue a request: the same in Cloud and Data Center, and a moved one is found."""

    tokens = ("JIRA_API_TOKEN", "JIRA_TOKEN", PAT)
    needs_project = False

    @classmethod
    def base_address(cls, tracker: Tracker) -> str:
        """``api`` or the server of ``url``, with the root of the API added where it lacks."""
        parts = urlsplit(tracker.url)
        folder = parts.path.partition("/browse/")[0]
        server = f"{parts.scheme}://{parts.netloc}{folder}" if parts.netloc else ""
        base = (tracker.api or server).rstrip("/")
        return base if not base or "/rest/api/" in base else base + ROOT

    @classmethod
    def documented_rate(cls, base: str) -> int:
        """Cloud's burst limit, 100 GET requests a second; Data Center's its administrator sets."""
        return 6000 if (urlsplit(base).hostname or "").endswith(".atlassian.net") else 0

    def authorization(self, token: str) -> Mapping[str, str]:
        """With a user's name the basic scheme (Cloud), else a personal access token."""
        user = next(filter(None, map(os.environ.get, USERS)), "")
        is_bearer = os.environ.get("JIRA_AUTH_TYPE", "").lower() == "bearer"
        if user and not is_bearer and token != os.environ.get(PAT):
            pair = base64.b64encode(f"{user}:{token}".encode()).decode("ascii")
            return {"Authorization": f"Basic {pair}"}
        return {"Authorization": f"Bearer {token}"}

    def look_up(self, refs: Sequence[str], known: Known) -> Known:
        """What Jira says of one issue; one that was moved answers under its new key."""
        (ref,) = refs
        if not KEY.fullmatch(ref):
            raise TrackerError(f'"{ref}" is no key of an issue: set project, or correct pattern')
        path = f"/issue/{quote(ref, safe='')}?fields=summary,status,resolution,labels"
        reply = self.one(path, known.get(ref))
        if isinstance(reply, IssueState):
            return {ref: reply}
        issue = reply.read(_Issue)
        status, resolution = issue.fields.status, issue.fields.resolution
        state = stated(
            reply,
            is_closed=status.statusCategory.key == DONE,
            reason=closing_reason(resolution.name if resolution else status.name),
            title=issue.fields.summary,
            labels=issue.fields.labels,
            url=f"{self.requester.base.partition('/rest/api/')[0]}/browse/{issue.key}",
            moved_to=issue.key if issue.key != ref else "",
        )
        return {ref: state}

    def create(self, title: str, body: str) -> str:
        """Raise an issue of type Bug; its key."""
        fields = {
            "project": {"key": self.tracker.project},
            "issuetype": {"name": "Bug"},
            "summary": title,
            "description": body,
        }
        return self.raised("/issue", {"fields": fields}, _Created).key
