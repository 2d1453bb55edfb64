"""Jira Cloud and Data Center: https://developer.atlassian.com/cloud/jira/platform/rest/v2/."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping, Sequence
from functools import partial
from urllib.parse import quote, urlsplit

from msgspec import Struct

from sphinxext_opsdocs.config.schema import Tracker
from sphinxext_opsdocs.issues.snapshot import IssueState
from sphinxext_opsdocs.network.trackers.base import Client, Known, closing_reason, stated
from sphinxext_opsdocs.network.trackers.requester import Reply, TrackerError

__all__ = ["Jira"]

ROOT = "/rest/api/2"
USERS = ("JIRA_EMAIL", "JIRA_USER", "JIRA_USERNAME", "JIRA_LOGIN")
PAT = "JIRA_PAT"
"""A personal access token of Data Center."""
KEY = re.compile(r"[A-Z][A-Z0-9_]*-\d+")
FIELDS = ("summary", "status", "resolution", "labels")
CLOUD = (".atlassian.net", "api.atlassian.com")
"""Ends of the names of the hosts that Atlassian runs."""
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


class _Issues(Struct, frozen=True):
    issues: list[_Issue]


class _Created(Struct, frozen=True):
    key: str


class Jira(Client):
    """A hundred issues a request; Jira knows no conditional ones."""

    batch = 100
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
        return 6000 if _is_cloud(base) else 0

    def authorization(self, token: str) -> Mapping[str, str]:
        """With a user's name the basic scheme (Cloud), else a personal access token."""
        user = next(filter(None, map(os.environ.get, USERS)), "")
        is_bearer = os.environ.get("JIRA_AUTH_TYPE", "").lower() == "bearer"
        if user and not is_bearer and token != os.environ.get(PAT):
            pair = base64.b64encode(f"{user}:{token}".encode()).decode("ascii")
            return {"Authorization": f"Basic {pair}"}
        return {"Authorization": f"Bearer {token}"}

    def look_up(self, refs: Sequence[str], known: Known) -> Known:
        """What Jira says of issues; those that a list lacks under their key are asked for alone."""
        found: dict[str, IssueState] = {}
        keys = [ref for ref in refs if KEY.fullmatch(ref)]
        if len(keys) > 1:
            found = {key: state for key, state in self._many(keys).items() if key in refs}
        for ref in refs:
            if ref not in found:
                self.one_of_many(found, ref, partial(self._single, known))
        return found

    def _many(self, keys: Sequence[str]) -> Mapping[str, IssueState]:
        """Issues by the key that they have now: Cloud has a call for it, Data Center a search."""
        value: dict[str, object] = {"fields": FIELDS}
        if _is_cloud(self.requester.base):
            path = "/issue/bulkfetch"
            value["issueIdsOrKeys"] = keys
        else:
            path = "/search"
            value |= {"jql": f"key in ({','.join(keys)})", "validateQuery": False}
            value["maxResults"] = self.batch
        reply = self.requester.ask(self.requester.base + path, value)
        if reply.status != 200:
            return {}
        told = reply.read(_Issues).issues
        alone = Reply(200, {})  # what the server calls its answer is of all of them
        return {issue.key: self._state(issue, alone) for issue in told}

    def _single(self, known: Known, ref: str) -> IssueState:
        """What Jira says of one issue; one that was moved answers under its new key."""
        if not KEY.fullmatch(ref):
            raise TrackerError(f'"{ref}" is no key of an issue: set project, or correct pattern')
        path = f"/issue/{quote(ref, safe='')}?fields={','.join(FIELDS)}"
        reply = self.one(path, known.get(ref))
        if isinstance(reply, IssueState):
            return reply
        issue = reply.read(_Issue)
        return self._state(issue, reply, moved_to=issue.key if issue.key != ref else "")

    def _state(self, issue: _Issue, reply: Reply, moved_to: str = "") -> IssueState:
        status, resolution = issue.fields.status, issue.fields.resolution
        return stated(
            reply,
            is_closed=status.statusCategory.key == DONE,
            reason=closing_reason(resolution.name if resolution else status.name),
            title=issue.fields.summary,
            labels=issue.fields.labels,
            url=f"{self.requester.base.partition('/rest/api/')[0]}/browse/{issue.key}",
            moved_to=moved_to,
        )

    def create(self, title: str, body: str) -> str:
        """Raise an issue of type Bug; its key."""
        fields = {
            "project": {"key": self.tracker.project},
            "issuetype": {"name": "Bug"},
            "summary": title,
            "description": body,
        }
        return self.raised("/issue", {"fields": fields}, _Created).key


def _is_cloud(base: str) -> bool:
    return (urlsplit(base).hostname or "").endswith(CLOUD)
