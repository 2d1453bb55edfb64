"""Algorithms on plain text: sentences, claims, values, terms, copied passages and digests."""
