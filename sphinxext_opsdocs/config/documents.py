"""The tables of ``opsdocs.toml`` on documents: classes, deviations and reviews of changes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

__all__ = [
    "DEFAULT_AGE_LIMITS",
    "DEFAULT_ID_PATTERN",
    "FIELDS_WITH_DEFAULT",
    "ClassSettings",
    "DeviationSettings",
    "HeaderSettings",
    "ReviewSettings",
]

DEFAULT_ID_PATTERN = r"[A-Za-z][A-Za-z0-9]*([_-][A-Za-z0-9]+)*"
DEFAULT_AGE_LIMITS: dict[str, int] = {"critical": 30, "major": 90, "minor": 180}

Pattern = Annotated[str, Meta(description="a regular expression of Python's re module")]


class ClassSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """A document class, or changes of a built-in one. A list replaces the inherited list."""

    title: Annotated[str | None, Meta(description="name shown on pages")] = None
    extends: Annotated[str | None, Meta(description="class that supplies all that is not set")] = (
        None
    )
    required_sections: Annotated[
        tuple[str, ...] | None,
        Meta(
            description="section titles; alternatives are separated by a bar: Rollback | Roll back"
        ),
    ] = None
    required_fields: Annotated[
        tuple[str, ...] | None,
        Meta(description="header fields that a document of the class must have"),
    ] = None
    file_pattern: Annotated[
        Pattern | None, Meta(description="matches the whole file name, without its suffix")
    ] = None
    title_pattern: Annotated[Pattern | None, Meta(description="matches the whole page title")] = (
        None
    )
    review_interval: (
        Annotated[int, Meta(ge=0, description="days between reviews; 0 for never")] | None
    ) = None
    verification_interval: (
        Annotated[int, Meta(ge=0, description="days between drills or real runs; 0 for never")]
        | None
    ) = None
    canonical_reference: Annotated[
        Literal["required", "optional"] | None,
        Meta(description="whether a document without any canonical reference is a finding"),
    ] = None
    approvals: (
        Annotated[
            dict[str, tuple[str, ...]],
            Meta(
                description="status: the roles in which somebody approves a version of a document "
                "before it has that status"
            ),
        ]
        | None
    ) = None
    independent_approval: Annotated[
        bool | None, Meta(description="whether nobody may approve a change of their own")
    ] = None


class DeviationSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """The form of deviations, and how long they may stay open."""

    id_pattern: Annotated[Pattern, Meta(description="matches the whole id")] = DEFAULT_ID_PATTERN
    # msgspec refuses a mutable default that is not empty
    age_limits: Annotated[
        dict[str, Annotated[int, Meta(ge=0)]],
        Meta(description="the allowed severities, and for each the days that one may stay open"),
    ] = msgspec.field(default_factory=lambda: dict(DEFAULT_AGE_LIMITS))
    confirm_within: Annotated[
        int,
        Meta(ge=0, description="days after which an open one must be observed again; 0 for never"),
    ] = 90


FIELDS_WITH_DEFAULT = ("class", "owner", "status", "version", "review-interval")
"""Fields that configuration can answer for; that somebody has read a page, only the page can."""


class HeaderSettings(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """How pages write the header, where a team had one before."""

    aliases: Annotated[
        dict[str, tuple[str, ...]],
        Meta(
            description="other names of header fields: "
            'last-reviewed = ["last_reviewed_on", "ms.date"]'
        ),
    ] = {}
    defaults: Annotated[
        dict[str, str],
        Meta(
            description="values of class, owner, status, version or review-interval for headers "
            "that do not give them"
        ),
    ] = {}
    date_order: Annotated[
        Literal["", "day-first", "month-first"],
        Meta(
            description="how dates such as 03/31/2026 are read in headers; if empty, only "
            "2026-03-31 is a date"
        ),
    ] = ""

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Names of fields by alias."""
        return {alias.lower(): name for name, aliases in self.aliases.items() for alias in aliases}

    def typed_names(self, name: str) -> tuple[str, ...]:
        """Return what pages may call a field: its name first."""
        return name, *self.aliases.get(name, ())


class ReviewSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What ``opsdocs review`` allows in a change set."""

    specifications: Annotated[
        Literal["apart", "never", "allowed"],
        Meta(
            description="whether specifications may change: only apart from operational pages, "
            "not at all, or like any page"
        ),
    ] = "apart"
    max_pages: Annotated[
        int,
        Meta(ge=0, description="pages that may change in meaning without a plan; 0 for any"),
    ] = 10
    max_restructured: Annotated[
        int,
        Meta(
            ge=0,
            description="pages that may be moved, split or removed without a plan; 0 for any",
        ),
    ] = 3
    max_reviewed: Annotated[
        int,
        Meta(
            ge=0,
            description="pages of which a change set may move nothing but last-reviewed; 0 for any",
        ),
    ] = 5
    governance_owner: Annotated[
        str, Meta(description="key of the owner of classes, required fields and lifecycle")
    ] = ""
    environment: Annotated[
        tuple[str, ...],
        Meta(
            description="further environment variables that conf.py of a revision may read; "
            "those of the base apply"
        ),
    ] = ()
