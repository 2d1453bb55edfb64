"""The lifecycle of a governed document."""

from enum import StrEnum

from sphinxext_opsdocs.config.did_you_mean import one_of

__all__ = ["Lifecycle"]


class Lifecycle(StrEnum):
    """The status of a document; members are in the order of its life."""

    DRAFT = "Draft"
    CANONICAL = "Canonical"
    DEPRECATED = "Deprecated"
    ARCHIVED = "Archived"

    @classmethod
    def parse(cls, text: str) -> "Lifecycle":
        """Read a status in any letter case. Raises ValueError that names what is allowed."""
        for status in cls:
            if status.casefold() == text.casefold():
                return status
        raise ValueError(f'must be {one_of(cls)}, not "{text}"')
