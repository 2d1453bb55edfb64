"""Algorithms on plain text and values: digests, and what they are taken from."""
