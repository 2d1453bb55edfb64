"""Issue trackers: one kind a file, and what asks them all."""

from sphinxext_opsdocs.trackers.base import Client
from sphinxext_opsdocs.trackers.gitea import Gitea
from sphinxext_opsdocs.trackers.github import GitHub
from sphinxext_opsdocs.trackers.gitlab import GitLab
from sphinxext_opsdocs.trackers.jira import Jira
from sphinxext_opsdocs.trackers.redmine import Redmine
from sphinxext_opsdocs.trackers.roundup import Roundup

__all__ = ["CLIENTS"]

CLIENTS: dict[str, type[Client]] = {
    "github": GitHub,
    "gitlab": GitLab,
    "jira": Jira,
    "gitea": Gitea,
    "redmine": Redmine,
    "roundup": Roundup,
}
"""By ``kind`` of tracker; a generic one tells no state."""
