"""Canonical sections: where they are found, how they are named, what was reviewed."""
