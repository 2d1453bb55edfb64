"""The tables of ``opsdocs.toml`` on what is asked of other machines: trackers and copies."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

__all__ = ["IssueSettings", "Sync", "Tracker"]


class Tracker(Struct, frozen=True, forbid_unknown_fields=True):
    """An issue tracker: how its ids look and where they lead."""

    pattern: Annotated[
        str,
        Meta(description="regular expression that matches a whole issue id; groups may be named"),
    ]
    url: Annotated[
        str, Meta(description="address of an issue; {id} is the whole match, {group} a named group")
    ] = ""
    kind: Annotated[
        Literal["github", "gitlab", "jira", "gitea", "redmine", "roundup", "generic"],
        Meta(description="which software the tracker runs"),
    ] = "generic"
    project: Annotated[
        str, Meta(description="the project in the tracker: owner/name, group/name or its key")
    ] = ""
    api: Annotated[
        str,
        Meta(description="base address of its API; that of the vendor, or of url, when empty"),
    ] = ""
    token: Annotated[
        str,
        Meta(
            description="name of the environment variable with the token; those of the vendor's "
            "own command line when empty"
        ),
    ] = ""
    requests_per_minute: (
        Annotated[int, Meta(ge=0, description="0 for no limit; the vendor's own when not set")]
        | None
    ) = None
    closed: Annotated[
        tuple[str, ...],
        Meta(description="names of states that count as closed, where the tracker cannot tell"),
    ] = ("resolved", "closed", "done", "done-cbb", "rejected")


class IssueSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How ``opsdocs issues refresh`` asks trackers, and how long its answers hold."""

    max_age: Annotated[
        int, Meta(ge=0, description="days after which the snapshot is reported as old; 0 never")
    ] = 14
    timeout: Annotated[float, Meta(gt=0, le=600, description="seconds for one request")] = 30.0
    retries: Annotated[
        int, Meta(ge=0, le=10, description="further tries after a fault of network or server")
    ] = 3
    max_wait: Annotated[
        float,
        Meta(ge=0, le=3600, description="seconds to wait at most when a tracker asks for a pause"),
    ] = 60.0
    concurrency: Annotated[
        int, Meta(ge=1, le=64, description="requests to one tracker under way at once")
    ] = 16


class Sync(Struct, frozen=True, forbid_unknown_fields=True):
    """How ``opsdocs sync`` fetches the files of other projects, and where their copies are kept."""

    folder: Annotated[
        str, Meta(description="folder of the copies, relative to conf.py; commit it")
    ] = "opsdocs-sources"
    max_age: Annotated[
        int, Meta(ge=0, description="days after which a copy is reported as old; 0 never")
    ] = 30
    timeout: Annotated[float, Meta(gt=0, le=600, description="seconds for one file")] = 30.0
    max_size: Annotated[int, Meta(ge=1, le=128, description="MiB that a file may have")] = 64
    retries: Annotated[
        int, Meta(ge=0, le=10, description="further tries after a fault of network or server")
    ] = 3
    allow_http: Annotated[bool, Meta(description="whether plain http is fetched")] = False
    allow_private: Annotated[
        bool, Meta(description="whether hosts with private or local addresses are asked")
    ] = False
    allow_redirects_to: Annotated[
        tuple[str, ...], Meta(description="other hosts that a server may send us to")
    ] = ()
    credentials: Annotated[
        dict[str, str],
        Meta(description="host: name of the environment variable that holds its bearer token"),
    ] = {}
