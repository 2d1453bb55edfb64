"""Gitea and Forgejo: https://docs.gitea.com/api/ (issue)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from msgspec import Struct

from sphinxext_opsdocs.config.schema import Tracker
from sphinxext_opsdocs.issues.snapshot import IssueState
from sphinxext_opsdocs.network.trackers.base import Client, Known, stated

__all__ = ["Gitea"]

ROOT = "/api/v1"


class _Label(Struct, frozen=True):
    name: str = ""


class _Repository(Struct, frozen=True):
    full_name: str = ""


class _Issue(Struct, frozen=True):
    number: int
    state: str
    title: str = ""
    html_url: str = ""
    labels: list[_Label] | None = None
    repository: _Repository | None = None


class Gitea(Client):
    """One issue a request: its API looks several up by no list of numbers."""

    tokens = ("GITEA_TOKEN", "FORGEJO_TOKEN")

    @classmethod
    def base_address(cls, tracker: Tracker) -> str:
        """``api``, with the root of the API added where it lacks."""
        parts = urlsplit(tracker.url)
        base = tracker.api or (f"{parts.scheme}://{parts.netloc}" if parts.netloc else "")
        base = base.rstrip("/")
        return base if not base or base.endswith(ROOT) else base + ROOT

    def authorization(self, token: str) -> Mapping[str, str]:
        """The header that carries a token."""
        return {"Authorization": f"token {token}"}

    def look_up(self, refs: Sequence[str], known: Known) -> Known:
        """What the server says of one issue, at its new place where the project was renamed."""
        (ref,) = refs
        project, number = self.split(ref)
        reply = self.one(f"/repos/{project}/issues/{number}", known.get(ref))
        if isinstance(reply, IssueState):
            return {ref: reply}
        issue = reply.read(_Issue)
        home = issue.repository.full_name if issue.repository else project
        state = stated(
            reply,
            is_closed=issue.state == "closed",
            title=issue.title,
            labels=[label.name for label in issue.labels or ()],
            url=issue.html_url,
            moved_to=f"{home}#{issue.number}" if home.lower() != project.lower() else "",
        )
        return {ref: state}

    def create(self, title: str, body: str) -> str:
        """Raise an issue; its number."""
        path = f"/repos/{self.tracker.project}/issues"
        return str(self.raised(path, {"title": title, "body": body}, _Issue).number)
