"""Jira Cloud and Data Center: https://developer.atlassian.com/cloud/jira/platform/rest/v2/."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from functools import partial
from urllib.parse import quote, urlsplit

from msgspec import Struct

from sphinxext_opsdocs.config.schema import Tracker
from sphinxext_opsdocs.issues.snapshot import IssueState
from sphinxext_opsdocs.network.trackers.api_urls import server_of_pages, with_api_root
from sphinxext_opsdocs.network.trackers.authorization import (
    basic_authorization,
    bearer_authorization,
)
from sphinxext_opsdocs.network.trackers.base import Client
from sphinxext_opsdocs.network.trackers.issue_states import (
    IssueStates,
    closing_reason,
    make_state,
)
from sphinxext_opsdocs.network.trackers.requester import Reply, TrackerError

__all__ = ["Jira"]

API_ROOT = "/rest/api/2"
USER_VARIABLES = ("JIRA_EMAIL", "JIRA_USER", "JIRA_USERNAME", "JIRA_LOGIN")
PERSONAL_TOKEN_VARIABLE = "JIRA_PAT"
"""Contains a personal access token of Data Center."""
ISSUE_KEY = re.compile(r"[A-Z][A-Z0-9_]*-\d+")
FIELDS = ("summary", "status", "resolution", "labels")
CLOUD_HOSTS = (".atlassian.net", "api.atlassian.com")
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
    """A hundred issues in a request; Jira has no conditional requests."""

    batch_size = 100
    token_variables = ("JIRA_API_TOKEN", "JIRA_TOKEN", PERSONAL_TOKEN_VARIABLE)
    needs_project = False

    @classmethod
    def base_address(cls, tracker: Tracker) -> str:
        """Return ``api``, else the server of ``url``, with the root of the API."""
        base = (tracker.api or server_of_pages(tracker.url, "/browse/")).rstrip("/")
        if "/rest/api/" in base:
            return base
        return with_api_root(base, API_ROOT)

    @classmethod
    def documented_rate(cls, base: str) -> int:
        """Return the burst limit of Cloud, 100 GET requests a second; 0 for Data Center."""
        return 6000 if _is_cloud(base) else 0

    def authorization(self, token: str) -> Mapping[str, str]:
        """Return the basic scheme if there is a user name (Cloud), else the bearer scheme."""
        user = next(filter(None, map(os.environ.get, USER_VARIABLES)), "")
        is_bearer = os.environ.get("JIRA_AUTH_TYPE", "").lower() == "bearer"
        if user and not is_bearer and token != os.environ.get(PERSONAL_TOKEN_VARIABLE):
            return basic_authorization(user, token)
        return bearer_authorization(token)

    def look_up(self, refs: Sequence[str], previous: IssueStates) -> IssueStates:
        """Return the states of issues; those that a list lacks are asked one by one."""
        states: dict[str, IssueState] = {}
        keys = [ref for ref in refs if ISSUE_KEY.fullmatch(ref)]
        if len(keys) > 1:
            # A moved issue is listed under its new key: it is asked again, alone.
            states = {key: state for key, state in self._look_up_keys(keys).items() if key in refs}
        self.add_missing(states, refs, partial(self._look_up_one, previous))
        return states

    def _look_up_keys(self, keys: Sequence[str]) -> Mapping[str, IssueState]:
        """Return the states of issues by the keys that they have now; empty if that fails."""
        value: dict[str, object] = {"fields": FIELDS}
        # Cloud has a call for many keys, Data Center only a search.
        if _is_cloud(self.requester.base):
            path = "/issue/bulkfetch"
            value["issueIdsOrKeys"] = keys
        else:
            path = "/search"
            # With validation, one unknown key would fail the whole query.
            value |= {"jql": f"key in ({','.join(keys)})", "validateQuery": False}
            value["maxResults"] = self.batch_size
        reply = self.requester.query(self.requester.base + path, value)
        if reply.status != 200:
            return {}
        without_tag = Reply(200, {})  # the entity tag is that of the list, not of one issue
        return {issue.key: self._state(issue, without_tag) for issue in reply.read(_Issues).issues}

    def _look_up_one(self, previous: IssueStates, ref: str) -> IssueState:
        if not ISSUE_KEY.fullmatch(ref):
            raise TrackerError(f'"{ref}" is not an issue key; set project or correct pattern')
        path = f"/issue/{quote(ref, safe='')}?fields={','.join(FIELDS)}"
        reply = self.get_issue(path, previous.get(ref))
        if isinstance(reply, IssueState):
            return reply
        issue = reply.read(_Issue)
        return self._state(issue, reply, moved_to="" if issue.key == ref else issue.key)

    def _state(self, issue: _Issue, reply: Reply, moved_to: str = "") -> IssueState:
        status = issue.fields.status
        resolution = issue.fields.resolution or status
        return make_state(
            reply,
            is_closed=status.statusCategory.key == DONE,
            reason=closing_reason(resolution.name),
            title=issue.fields.summary,
            labels=issue.fields.labels,
            url=f"{self.requester.base.partition('/rest/api/')[0]}/browse/{issue.key}",
            moved_to=moved_to,
        )

    def create(self, title: str, body: str) -> str:
        """Create an issue of type Bug and return its key."""
        fields = {
            "project": {"key": self.tracker.project},
            "issuetype": {"name": "Bug"},
            "summary": title,
            "description": body,
        }
        return self.post_issue("/issue", {"fields": fields}, _Created).key


def _is_cloud(base: str) -> bool:
    return (urlsplit(base).hostname or "").endswith(CLOUD_HOSTS)
