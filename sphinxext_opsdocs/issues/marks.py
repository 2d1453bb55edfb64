"""Marks by which issues that we keep up to date are found again."""

__all__ = ["REMIND"]

REMIND = "opsdocs-remind"
"""In the text of an issue that reminds an owner, and the label of it in trackers with labels."""
