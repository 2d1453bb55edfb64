"""The tables of ``opsdocs.toml`` on other machines: trackers, and copies of files."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

__all__ = ["Fetching", "IssueSettings", "Sync", "Tracker"]


class Tracker(Struct, frozen=True, forbid_unknown_fields=True):
    """An issue tracker: the form of its ids, and the addresses of its issues."""

    pattern: Annotated[
        str,
        Meta(description="regular expression that matches a whole issue id; groups may be named"),
    ]
    url: Annotated[
        str, Meta(description="address of an issue; {id} is the whole match, {group} a named group")
    ] = ""
    kind: Annotated[
        Literal["github", "gitlab", "jira", "gitea", "redmine", "roundup", "generic"],
        Meta(description="software of the tracker"),
    ] = "generic"
    project: Annotated[
        str, Meta(description="the project in the tracker: owner/name, group/name or its key")
    ] = ""
    api: Annotated[
        str,
        Meta(description="base address of its API; if empty, that of the vendor, or of url"),
    ] = ""
    token: Annotated[
        str,
        Meta(
            description="name of the environment variable with the token; if empty, those of the "
            "vendor's own command line"
        ),
    ] = ""
    requests_per_minute: (
        Annotated[int, Meta(ge=0, description="0 for no limit; if not set, that of the vendor")]
        | None
    ) = None
    closed: Annotated[
        tuple[str, ...],
        Meta(description="names of states that count as closed, if the tracker does not mark them"),
    ] = ("resolved", "closed", "done", "done-cbb", "rejected")


class IssueSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How ``opsdocs issues refresh`` asks trackers, and how long the answers are valid."""

    max_age: Annotated[
        int, Meta(ge=0, description="days after which the snapshot is reported as old; 0 for never")
    ] = 14
    timeout: Annotated[float, Meta(gt=0, le=600, description="seconds for one request")] = 30.0
    retries: Annotated[
        int, Meta(ge=0, le=10, description="further attempts after an error of network or server")
    ] = 3
    max_wait: Annotated[
        float,
        Meta(ge=0, le=3600, description="longest wait in seconds when a tracker asks for a pause"),
    ] = 60.0
    concurrency: Annotated[
        int, Meta(ge=1, le=64, description="requests to one tracker at the same time")
    ] = 16


class Fetching(Struct, frozen=True, forbid_unknown_fields=True):
    """How files are fetched from other machines."""

    timeout: Annotated[float, Meta(gt=0, le=600, description="seconds for one file")] = 30.0
    max_size: Annotated[int, Meta(ge=1, le=128, description="largest size of a file in MiB")] = 64
    retries: Annotated[
        int, Meta(ge=0, le=10, description="further attempts after an error of network or server")
    ] = 3
    allow_http: Annotated[bool, Meta(description="whether http addresses are fetched too")] = False
    allow_private: Annotated[
        bool, Meta(description="whether hosts with private or local addresses are allowed")
    ] = False
    allow_redirects_to: Annotated[
        tuple[str, ...], Meta(description="other hosts that a server may redirect to")
    ] = ()
    credentials: Annotated[
        dict[str, str],
        Meta(description="host: name of the environment variable with its bearer token"),
    ] = {}


class Sync(Fetching, frozen=True, forbid_unknown_fields=True):
    """How ``opsdocs sync`` fetches the files of other projects, and where it keeps the copies."""

    folder: Annotated[
        str, Meta(description="folder of the copies, relative to conf.py; commit it")
    ] = "opsdocs-sources"
    max_age: Annotated[
        int, Meta(ge=0, description="days after which a copy is reported as old; 0 for never")
    ] = 30
