"""Issue trackers: one kind a file, and the client for each configured one."""

import os
from contextlib import suppress

from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.network.address import AddressError, read_address
from sphinxext_opsdocs.network.trackers.base import Client
from sphinxext_opsdocs.network.trackers.gitea import Gitea
from sphinxext_opsdocs.network.trackers.github import GitHub
from sphinxext_opsdocs.network.trackers.gitlab import GitLab
from sphinxext_opsdocs.network.trackers.jira import Jira
from sphinxext_opsdocs.network.trackers.redmine import Redmine
from sphinxext_opsdocs.network.trackers.requester import TrackerStoppedError
from sphinxext_opsdocs.network.trackers.roundup import Roundup

__all__ = ["CLIENTS", "make_client"]

CLIENTS: dict[str, type[Client]] = {
    "github": GitHub,
    "gitlab": GitLab,
    "jira": Jira,
    "gitea": Gitea,
    "redmine": Redmine,
    "roundup": Roundup,
}
"""By ``kind`` of tracker; kind ``generic`` has no API, and so no client."""


def make_client(config: Config, key: str) -> Client:
    """Return a client for a configured tracker. Raises TrackerStoppedError."""
    tracker = config.trackers[key]
    kind = CLIENTS[tracker.kind]
    client = kind(tracker, config.issues)
    has_token = any(map(os.environ.get, kind.token_variables))
    # The token in the vendor's usual variable belongs to one server; sent to each of several, it
    # would be shown to the others.
    is_ambiguous = has_token and not tracker.token and kind.has_one_server
    if is_ambiguous and len(_origins_without_token(config, tracker.kind)) > 1:
        raise TrackerStoppedError(
            f"several servers are of kind {tracker.kind}; name the variable of its token in token"
        )
    return client


def _origins_without_token(config: Config, kind: str) -> set[tuple[str, str, int]]:
    """Return the origins of the trackers of a kind that name no token of their own."""
    origins: set[tuple[str, str, int]] = set()
    for tracker in config.trackers.values():
        if tracker.kind == kind and not tracker.token:
            with suppress(AddressError):  # nothing is sent there
                origins.add(read_address(CLIENTS[kind].base_address(tracker)).origin)
    return origins
