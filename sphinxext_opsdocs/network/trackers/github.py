"""GitHub, and GitHub Enterprise Server: https://docs.github.com/en/rest/issues/issues.

Issues that nothing is known of yet are asked for by the hundred, in GraphQL, which takes a token;
those that are known one by one over REST, which alone is conditional: to be told that nothing has
changed costs no rate limit.
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
from sphinxext_opsdocs.network.trackers.base import LOOPBACK, Client, Known, in_groups, stated
from sphinxext_opsdocs.network.trackers.batches import by_project
from sphinxext_opsdocs.network.trackers.requester import Reply, TrackerError, TrackerStoppedError

__all__ = ["GitHub"]

PUBLIC = "https://api.github.com"
REASONS = {"completed": COMPLETED, "not_planned": NOT_PLANNED, "duplicate": DUPLICATE}


class _Label(Struct, frozen=True):
    name: str = ""


class _Issue(Struct, frozen=True):
    number: int
    state: str
    title: str = ""
    html_url: str = ""
    repository_url: str = ""
    state_reason: str | None = None
    labels: list[str | _Label] = []


class _Names(Struct, frozen=True):
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
    labels: _Names | None = None


class _Fault(Struct, frozen=True):
    type: str = ""
    message: str = ""


class _Data(Struct, frozen=True):
    repository: dict[str, _Node | None] | None = None


class _Answer(Struct, frozen=True):
    data: _Data | None = None
    errors: list[_Fault] = []


NUMBERED = re.compile(r"(?:[\w-]+/[\w.-]*[\w-][\w.-]*#)?[1-9][0-9]{0,8}")
"""An id that can be asked for together with others."""
QUERY = """\
query ($owner: String!, $name: String!) {{
  repository(owner: $owner, name: $name) {{
    {issues}
  }}
}}
fragment told on Issue {{
  number state stateReason title url updatedAt
  labels(first: 100) {{ nodes {{ name }} }}
  repository {{ nameWithOwner }}
}}
"""


class GitHub(Client):
    """Asks for new issues by the hundred, and for known ones whether they have changed."""

    batch = 100
    per_minute = 900
    """Points of the secondary limit, of which a GET takes one."""
    tokens = ("GH_TOKEN", "GITHUB_TOKEN")
    has_one_server = False

    @classmethod
    def base_address(cls, tracker: Tracker) -> str:
        """``api``, the public one, or that of the server where the pages of its issues are."""
        parts = urlsplit(tracker.url)
        host = parts.hostname or ""
        if tracker.api or host in ("", "github.com", "www.github.com"):
            return tracker.api or PUBLIC
        if host.endswith(".ghe.com"):
            return f"https://api.{host}"
        is_github = parts.path.startswith((f"/{tracker.project}/issues/", "/{project}/issues/"))
        return f"{parts.scheme}://{parts.netloc}/api/v3" if is_github else ""

    def headers(self) -> Mapping[str, str]:
        """Headers of every request."""
        return {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}

    def token(self, base: str) -> str:
        """As ``gh`` has it: tokens of the public service go to no server of one's own."""
        host = urlsplit(base).hostname or ""
        if self.tracker.token or host == "api.github.com" or host in LOOPBACK:
            return super().token(base)
        if host.endswith(".ghe.com"):
            return super().token(base)
        names = ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")
        return next(filter(None, map(os.environ.get, names)), "")

    def authorization(self, token: str) -> Mapping[str, str]:
        """The header that carries a token."""
        return {"Authorization": f"Bearer {token}"}

    def batches(self, refs: Sequence[str], known: Known) -> Iterator[Sequence[str]]:
        """New issues in groups where there is a token for them, all others alone."""
        many: list[str] = []
        alone: list[str] = []
        for ref in refs:
            is_new = not _is_conditional(known.get(ref))
            group = many if is_new and self.has_token and NUMBERED.fullmatch(ref) else alone
            group.append(ref)
        yield from in_groups(many, self.batch)
        yield from in_groups(alone, 1)

    def look_up(self, refs: Sequence[str], known: Known) -> Known:
        """What GitHub says of issues; those that GraphQL does not tell are asked for alone."""
        found: dict[str, IssueState] = {}
        if len(refs) == 1:
            return {refs[0]: self._single(known, refs[0])}
        for project, group in by_project(refs, self.split):
            for number, node in self._many(unquote(project), group).items():
                if node:
                    found[group[number]] = _stated(node, unquote(project))
        for ref in refs:
            if ref not in found:
                self.one_of_many(found, ref, partial(self._single, known))
        return found

    def _many(self, project: str, numbers: Iterable[str]) -> Mapping[str, _Node | None]:
        """Issues of a project by number: neither a pull request nor one that went elsewhere."""
        owner, _, name = project.partition("/")
        issues = "\n    ".join(f"i{n}: issue(number: {n}) {{ ...told }}" for n in numbers)
        value = {"query": QUERY.format(issues=issues), "variables": {"owner": owner, "name": name}}
        base = self.requester.base
        address = f"{base.removesuffix('/v3')}/graphql"  # a server of one's own has it beside /v3
        reply = self.requester.ask(address, value)
        if reply.status != 200:
            return {}
        answer = reply.read(_Answer)
        if any(fault.type == "RATE_LIMITED" for fault in answer.errors):
            raise TrackerStoppedError("the rate limit is reached")
        told = answer.data.repository if answer.data else None
        return {name[1:]: node for name, node in (told or {}).items()}

    def _single(self, known: Known, ref: str) -> IssueState:
        """What GitHub says of one issue; a transferred one is found at its new place."""
        project, number = self.split(ref)
        reply = self.one(f"/repos/{project}/issues/{number}", known.get(ref))
        if isinstance(reply, IssueState):
            return reply
        issue = reply.read(_Issue)
        moved_to = ""
        if reply.has_moved:
            home = issue.repository_url.partition("/repos/")[2]
            new = f"{home}#{issue.number}" if home else str(issue.number)
            moved_to = new if new != f"{project}#{number}" else ""
        names = [label if isinstance(label, str) else label.name for label in issue.labels]
        return stated(
            reply,
            is_closed=issue.state == "closed",
            reason=REASONS.get(issue.state_reason or "", ""),
            title=issue.title,
            labels=names,
            url=issue.html_url,
            moved_to=moved_to,
        )

    def create(self, title: str, body: str) -> str:
        """Raise an issue; its number."""
        path = f"/repos/{self.tracker.project}/issues"
        return str(self.raised(path, {"title": title, "body": body}, _Issue).number)


def _is_conditional(state: IssueState | None) -> bool:
    """Whether it can be asked if an issue has changed since."""
    return bool(state and (state.etag or state.modified))


def _stated(node: _Node, project: str) -> IssueState:
    """What GraphQL says of an issue, with the time of its change as REST has it."""
    home = node.repository.nameWithOwner
    try:
        changed = format_datetime(
            datetime.fromisoformat(node.updatedAt).astimezone(UTC), usegmt=True
        )
    except ValueError as error:
        raise TrackerError(f"the answer is not what its API promises: {error}") from None
    return stated(
        Reply(200, {"Last-Modified": changed}),
        is_closed=node.state == "CLOSED",
        reason=REASONS.get((node.stateReason or "").lower(), ""),
        title=node.title,
        labels=[label.name for label in node.labels.nodes] if node.labels else (),
        url=node.url,
        moved_to=f"{home}#{node.number}" if home.lower() != project.lower() else "",
    )
