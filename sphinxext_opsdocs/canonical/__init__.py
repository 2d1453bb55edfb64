"""Canonical sections: their sources, their names, and which text was reviewed."""
