"""Web and mail addresses in a text: their words are no words of its sentences."""

import re

__all__ = ["ADDRESS", "blank_addresses"]

# the last character is none of the marks that may follow an address in a sentence
ADDRESS = re.compile(
    r"\b[a-zA-Z][a-zA-Z0-9+.-]{0,20}://[^\s<>\"“”`|)\]]{0,500}[\w/#=&%~+-]"
    r"|\bwww\.[^\s<>\"“”`|)\]]{0,500}[\w/#=&%~+-]"
    r"|\b[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,8}"
)


def blank_addresses(text: str) -> str:
    """Return the text with spaces in place of addresses; offsets stay the same."""
    if "://" not in text and "www." not in text and "@" not in text:
        return text
    return ADDRESS.sub(lambda match: " " * len(match.group()), text)
