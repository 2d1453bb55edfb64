"""JSON for people to read too: one value per line."""

import msgspec

__all__ = ["indented_json"]


def indented_json(value: object) -> str:
    """The value as JSON, indented by one space, with a newline at its end."""
    return msgspec.json.format(msgspec.json.encode(value), indent=1).decode("utf-8") + "\n"
