"""The table of ``opsdocs.toml`` on the issues that remind owners of what is due."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

__all__ = ["RemindSettings"]


class RemindSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Where ``opsdocs remind`` keeps one issue for each owner, and how early it names a page."""

    tracker: Annotated[
        str, Meta(description="key of the tracker; of kind github, gitlab, gitea or redmine")
    ] = ""
    within: Annotated[
        int, Meta(ge=0, description="days before something is due from which it is named")
    ] = 30
