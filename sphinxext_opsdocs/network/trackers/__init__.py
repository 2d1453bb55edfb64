"""Issue trackers: one kind a file, and what asks them all."""

import os
from urllib.parse import urlsplit

from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.network.trackers.base import Client
from sphinxext_opsdocs.network.trackers.gitea import Gitea
from sphinxext_opsdocs.network.trackers.github import GitHub
from sphinxext_opsdocs.network.trackers.gitlab import GitLab
from sphinxext_opsdocs.network.trackers.jira import Jira
from sphinxext_opsdocs.network.trackers.redmine import Redmine
from sphinxext_opsdocs.network.trackers.requester import TrackerStoppedError
from sphinxext_opsdocs.network.trackers.roundup import Roundup

__all__ = ["CLIENTS", "client_of"]

CLIENTS: dict[str, type[Client]] = {
    "github": GitHub,
    "gitlab": GitLab,
    "jira": Jira,
    "gitea": Gitea,
    "redmine": Redmine,
    "roundup": Roundup,
}
"""By ``kind`` of tracker; a generic one tells no state."""


def client_of(config: Config, key: str) -> Client:
    """The client of a configured tracker. Raises TrackerStoppedError.

    The environment's usual token belongs to one server: where trackers of one kind have several,
    each names the variable with its own.
    """
    tracker = config.trackers[key]
    kind = CLIENTS[tracker.kind]
    servers = {
        urlsplit(kind.base_address(other)).netloc
        for other in config.trackers.values()
        if other.kind == tracker.kind and not other.token
    }
    has_token = any(map(os.environ.get, kind.tokens))
    if len(servers) > 1 and has_token and not tracker.token and kind.has_one_server:
        raise TrackerStoppedError(
            f"several servers are of kind {tracker.kind}: name the variable of its token in token"
        )
    try:
        return kind(tracker, config.issues)
    except ValueError as error:
        raise TrackerStoppedError(f"its address cannot be read: {error}") from None
