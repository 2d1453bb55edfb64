"""The change set between two revisions in git, as values."""
