"""The place of a text, and a text with its place."""

from typing import Annotated

from msgspec import Meta, Struct

__all__ = ["Place", "Value"]


# gc=False: facts never form reference cycles, so the garbage collector need not visit them
class Place(Struct, frozen=True, gc=False, order=True):
    """Where a text was written: for included text this is not the docname's own file."""

    path: str
    line: Annotated[int, Meta(ge=0, le=2**31 - 1)]
    """A database has no larger whole numbers in 32 bits."""


class Value(Struct, frozen=True, gc=False):
    """One value as the writer typed it, without surrounding white space."""

    text: str
    place: Place
