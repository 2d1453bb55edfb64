"""The place of a text, and a text with its place."""

from msgspec import Struct

__all__ = ["Place", "Value"]


# gc=False: facts never form reference cycles, so the garbage collector need not visit them
class Place(Struct, frozen=True, gc=False, order=True):
    """Where a text was written: for included text this is not the docname's own file."""

    path: str
    line: int


class Value(Struct, frozen=True, gc=False):
    """One value as the writer typed it, without surrounding white space."""

    text: str
    place: Place
