"""GitHub, and GitHub Enterprise Server: https://docs.github.com/en/rest/issues/issues.

New issues are asked by the hundred in GraphQL, which needs a token. Issues of the snapshot are
asked one by one over REST, which alone has conditional requests: the answer that an issue has not
changed does not count against the rate limit.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from sphinxext_opsdocs.config.schema import Tracker
from sphinxext_opsdocs.issues.snapshot import COMPLETED, DUPLICATE, NOT_PLANNED, IssueState
from sphinxext_opsdocs.network.address import read_address
from sphinxext_opsdocs.network.trackers.authorization import bearer_authorization
from sphinxext_opsdocs.network.trackers.base import Client
from sphinxext_opsdocs.network.trackers.batches import group_by_project, split_groups
from sphinxext_opsdocs.network.trackers.issue_states import IssueStates, make_state, new_id
from sphinxext_opsdocs.network.trackers.keeping import (
    LABEL,
    PAGE_SIZE,
    IssueKeeper,
    KeptIssue,
    change_numbered_issue,
    read_numbered_issues,
)
from sphinxext_opsdocs.network.trackers.requester import Reply, TrackerError, TrackerStoppedError

__all__ = ["GitHub"]

PUBLIC_API = "https://api.github.com"
REASONS = {"completed": COMPLETED, "not_planned": NOT_PLANNED, "duplicate": DUPLICATE}


class _Label(Struct, frozen=True):
    name: str = ""


class _Issue(Struct, frozen=True):
    """An issue in REST."""

    number: int
    state: str
    title: str = ""
    html_url: str = ""
    repository_url: str = ""
    state_reason: str | None = None
    body: str | None = None
    labels: list[str | _Label] = []


class _Labels(Struct, frozen=True):
    nodes: list[_Label] = []


class _Repository(Struct, frozen=True):
    nameWithOwner: str  # noqa: N815  # as the API names it


class _Node(Struct, frozen=True):
    """An issue in GraphQL."""

    number: int
    state: str
    title: str
    url: str
    updatedAt: str  # noqa: N815
    repository: _Repository
    stateReason: str | None = None  # noqa: N815
    labels: _Labels | None = None


class _Fault(Struct, frozen=True):
    type: str = ""
    message: str = ""


class _Data(Struct, frozen=True):
    repository: dict[str, _Node | None] | None = None


class _Answer(Struct, frozen=True):
    data: _Data | None = None
    errors: list[_Fault] = []


BATCH_ID = re.compile(r"(?:[\w-]+/[\w.-]*[\w-][\w.-]*#)?[1-9][0-9]{0,8}")
"""Matches an id that is safe to write into a GraphQL query."""
QUERY = """\
query ($owner: String!, $name: String!) {{
  repository(owner: $owner, name: $name) {{
    {issues}
  }}
}}
fragment fields on Issue {{
  number state stateReason title url updatedAt
  labels(first: 100) {{ nodes {{ name }} }}
  repository {{ nameWithOwner }}
}}
"""


class GitHub(Client, IssueKeeper):
    """Asks for new issues by the hundred, and whether each issue of the snapshot has changed."""

    batch_size = 100
    requests_per_minute = 900
    """Points of the secondary limit, of which a GET takes one."""
    token_variables = ("GH_TOKEN", "GITHUB_TOKEN")
    has_one_server = False

    @classmethod
    def base_address(cls, tracker: Tracker) -> str:
        """Return ``api``, the public one, or that of the server of ``url``; empty if unsure."""
        parts = urlsplit(tracker.url)
        host = parts.hostname or ""
        if tracker.api or host in ("", "github.com", "www.github.com"):
            return tracker.api or PUBLIC_API
        # GitHub Enterprise Cloud with data residency
        if host.endswith(".ghe.com"):
            return f"https://api.{host}"
        # Only an address of this form shows that the host is GitHub, and not one that redirects.
        if parts.path.startswith((f"/{tracker.project}/issues/", "/{project}/issues/")):
            return f"{parts.scheme}://{parts.netloc}/api/v3"
        return ""

    def headers(self) -> Mapping[str, str]:
        """Return the headers of every request."""
        return {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}

    def token(self, base: str) -> str:
        """Return the token for a server, by the rules of ``gh``.

        Tokens of the public service are not sent to a server of GitHub Enterprise.
        """
        home = read_address(base)
        is_public = home.host == "api.github.com" or home.host.endswith(".ghe.com")
        if self.tracker.token or is_public or home.is_loopback:
            return super().token(base)
        names = ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")
        return next(filter(None, map(os.environ.get, names)), "")

    def authorization(self, token: str) -> Mapping[str, str]:
        """Return the header that carries a token."""
        return bearer_authorization(token)

    def batches(self, refs: Sequence[str], previous: IssueStates) -> Iterator[Sequence[str]]:
        """Yield new issues in groups if there is a token for them, then all others alone."""
        batched: list[str] = []
        single: list[str] = []
        for ref in refs:
            is_new = not _has_condition(previous.get(ref))
            if is_new and self.has_token and BATCH_ID.fullmatch(ref):
                batched.append(ref)
            else:
                single.append(ref)
        yield from split_groups(batched, self.batch_size)
        yield from split_groups(single, 1)

    def look_up(self, refs: Sequence[str], previous: IssueStates) -> IssueStates:
        """Return the states of issues; those that GraphQL does not return are asked alone."""
        if len(refs) == 1:
            return {refs[0]: self._look_up_one(previous, refs[0])}
        states: dict[str, IssueState] = {}
        for quoted_project, group in group_by_project(refs, self.split):
            project = unquote(quoted_project)
            for number, node in self._query_issues(project, group).items():
                if node:
                    states[group[number]] = _state_of_node(node, project)
        self.add_missing(states, refs, partial(self._look_up_one, previous))
        return states

    def _query_issues(self, project: str, numbers: Iterable[str]) -> Mapping[str, _Node | None]:
        """Return issues of a project by number, None for pull requests and transferred ones.

        Empty if GraphQL refuses the query. Raises TrackerError.
        """
        owner, _, name = project.partition("/")
        # A query has no list of issues by number: each is a field of its own with an alias.
        issues = "\n    ".join(
            f"i{number}: issue(number: {number}) {{ ...fields }}" for number in numbers
        )
        value = {"query": QUERY.format(issues=issues), "variables": {"owner": owner, "name": name}}
        # GitHub Enterprise Server has /api/v3 and /api/graphql side by side.
        address = f"{self.requester.base.removesuffix('/v3')}/graphql"
        reply = self.requester.query(address, value)
        if reply.status != 200:
            return {}
        answer = reply.read(_Answer)
        # GraphQL reports its rate limit with status 200.
        if any(fault.type == "RATE_LIMITED" for fault in answer.errors):
            raise TrackerStoppedError("the rate limit is reached")
        if not answer.data or not answer.data.repository:
            return {}
        return {alias[1:]: node for alias, node in answer.data.repository.items()}

    def _look_up_one(self, previous: IssueStates, ref: str) -> IssueState:
        """Return the state of an issue; a transferred one is found at its new place."""
        project, number = self.split(ref)
        reply = self.get_issue(f"/repos/{project}/issues/{number}", previous.get(ref))
        if isinstance(reply, IssueState):
            return reply
        issue = reply.read(_Issue)
        moved_to = ""
        if reply.has_moved:
            moved_to = _id_of(issue)
        if moved_to == f"{project}#{number}":  # redirected, but not to another id
            moved_to = ""
        return make_state(
            reply,
            is_closed=issue.state == "closed",
            reason=REASONS.get(issue.state_reason or "", ""),
            title=issue.title,
            labels=[_name_of(label) for label in issue.labels],
            url=issue.html_url,
            moved_to=moved_to,
        )

    def create(self, title: str, body: str) -> str:
        """Create an issue and return its number."""
        return str(self.post_issue(self._issues, {"title": title, "body": body}, _Issue).number)

    def find_kept(self) -> list[KeptIssue]:
        """Return the issues with our label."""
        path = f"{self._issues}?state=all&labels={LABEL}&per_page={PAGE_SIZE}"
        return read_numbered_issues(self.requester, path)

    def create_kept(self, title: str, body: str) -> str:
        """Create an issue with our label, which GitHub creates by itself; return its number."""
        value = {"title": title, "body": body, "labels": [LABEL]}
        return str(self.post_issue(self._issues, value, _Issue).number)

    def write_kept(self, issue: KeptIssue) -> None:
        """Give an issue this text and state."""
        change_numbered_issue(self.requester, self._issues, issue)

    @property
    def _issues(self) -> str:
        return f"/repos/{self.tracker.project}/issues"


def _has_condition(state: IssueState | None) -> bool:
    """Return whether a conditional request can ask if the issue has changed."""
    return bool(state and (state.etag or state.modified))


def _id_of(issue: _Issue) -> str:
    project = issue.repository_url.partition("/repos/")[2]
    if not project:
        return str(issue.number)
    return f"{project}#{issue.number}"


def _name_of(label: str | _Label) -> str:
    # The API's description allows both forms.
    if isinstance(label, str):
        return label
    return label.name


def _state_of_node(node: _Node, project: str) -> IssueState:
    """Return the state of an issue of GraphQL. Raises TrackerError."""
    # The time of the last change becomes the condition by which REST is asked next time.
    try:
        changed = datetime.fromisoformat(node.updatedAt).astimezone(UTC)
    except ValueError as error:
        raise TrackerError(f"the answer does not match the API: {error}") from None
    labels = node.labels.nodes if node.labels else []
    return make_state(
        Reply(200, {"Last-Modified": format_datetime(changed, usegmt=True)}),
        is_closed=node.state == "CLOSED",
        reason=REASONS.get((node.stateReason or "").lower(), ""),
        title=node.title,
        labels=[label.name for label in labels],
        url=node.url,
        moved_to=new_id(node.repository.nameWithOwner, node.number, project),
    )
