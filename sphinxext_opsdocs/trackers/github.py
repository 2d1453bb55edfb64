"""GitHub, and GitHub Enterprise Server: https://docs.github.com/en/rest/issues/issues."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from msgspec import Struct

from sphinxext_opsdocs.config import Tracker
from sphinxext_opsdocs.issue_snapshot import COMPLETED, DUPLICATE, NOT_PLANNED, IssueState
from sphinxext_opsdocs.trackers.base import LOOPBACK, Client, Known, stated

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


class GitHub(Client):
    """One issue a request: only so are requests conditional, and those cost no rate limit."""

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

    def look_up(self, refs: Sequence[str], known: Known) -> Known:
        """What GitHub says of one issue; a transferred one is found at its new place."""
        (ref,) = refs
        project, number = self.split(ref)
        reply = self.one(f"/repos/{project}/issues/{number}", known.get(ref))
        if isinstance(reply, IssueState):
            return {ref: reply}
        issue = reply.read(_Issue)
        moved_to = ""
        if reply.has_moved:
            home = issue.repository_url.partition("/repos/")[2]
            new = f"{home}#{issue.number}" if home else str(issue.number)
            moved_to = new if new != f"{project}#{number}" else ""
        names = [label if isinstance(label, str) else label.name for label in issue.labels]
        state = stated(
            reply,
            is_closed=issue.state == "closed",
            reason=REASONS.get(issue.state_reason or "", ""),
            title=issue.title,
            labels=names,
            url=issue.html_url,
            moved_to=moved_to,
        )
        return {ref: state}

    def create(self, title: str, body: str) -> str:
        """Raise an issue; its number."""
        path = f"/repos/{self.tracker.project}/issues"
        return str(self.raised(path, {"title": title, "body": body}, _Issue).number)
