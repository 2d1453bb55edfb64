"""The traceability graph over all facts, and what it is built from."""
